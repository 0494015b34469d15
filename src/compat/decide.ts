import { decideWhole } from './decide-whole.ts';
import type { Decision, Question } from './decision.ts';
import { decideByParts } from './parts/decide-by-parts.ts';
import type { Replay } from './replay.ts';

/**
 * The decision procedure. `not-included` always comes with a message that was replayed, `included` with a proof that no tried message
 * contradicts, and everything else is `undecided`. Where the change is in some parts of the schemas, and a verdict on them is one on the whole, it
 * is these that are decided.
 */
export function decidePayload(question: Question, replay: Replay): Decision {
  return decideByParts(question, replay) ?? decideWhole(question, replay);
}
