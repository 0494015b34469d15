import { candidateExamples } from './contract-examples.ts';
import { type Decision, decidePayload } from './decide.ts';
import type { PayloadPair } from './diff-systems.ts';
import type { Direction } from './exposure.ts';
import type { Replay } from './replay.ts';

/** How payloads are decided: see `CompareOptions`. */
export type DecideOptions = { readonly strict: boolean; readonly replay: Replay };

/** Whether what one version of a payload may be is accepted by the other, in one direction. */
export function decidePair(pair: PayloadPair, direction: Direction, { strict, replay }: DecideOptions): Decision {
  if (pair.facts.every((fact) => fact.kind === 'annotation-changed')) return { answer: 'included' };
  if (pair.wire === 'protobuf') {
    return { answer: 'undecided', reason: 'the Protobuf wire format is not judged yet', obstacles: [] };
  }
  const { old, now, payload } = pair;
  const question =
    direction === 'backward'
      ? { sender: old, receiver: now, examples: candidateExamples(pair.before, payload) }
      : { sender: now, receiver: old, examples: candidateExamples(pair.after, payload) };
  return decidePayload({ ...question, strict }, replay);
}
