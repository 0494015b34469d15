import { candidateMessages } from './candidates.ts';
import type { Decision, Obstacle, Question } from './decision.ts';
import { findWitnesses } from './find-witnesses.ts';
import { type Purse, prove } from './prove.ts';
import type { Replay } from './replay.ts';
import { sameSchema } from './same-schema.ts';

/** As many messages as are tried to contradict a proof. */
const MOST_CHECKED = 300;

/**
 * Decides without taking schemas apart. `not-included` always comes with a message that was replayed, `included` with a proof (src/inclusion/)
 * that no tried message contradicts, and everything else is `undecided`.
 */
export function decideWhole(question: Question, replay: Replay, purse?: Purse): Decision {
  const proof = prove(question, replay.texts, purse);
  if (proof.answer === 'included') return crossCheck(question, replay);
  const doubts = proof.doubts.map(({ path, reason }): Obstacle => ({ path, keyword: '', reason }));
  const found = proof.answer === 'not-included' ? proof.messages : [];
  // What is found tells of each reason; what is tried besides may tell of several values for one of them.
  const tried = [...question.examples, ...found, ...candidateMessages(question.sender, question.receiver, question.strict)];
  const witnesses = findWitnesses(question, replay, tried);
  if (witnesses.length > 0) return { answer: 'not-included', witnesses, obstacles: doubts };
  return { answer: 'undecided', reason: doubts[0]?.reason ?? 'the message that was found cannot be tried', obstacles: doubts };
}

/** What no argument may contradict: a message that is sent and rejected. */
function crossCheck(question: Question, replay: Replay): Decision {
  const { sender, receiver, examples, strict } = question;
  if (sameSchema(sender, receiver)) return { answer: 'included' };
  const messages = candidateMessages(sender, receiver, strict).slice(0, MOST_CHECKED);
  const contradicting = findWitnesses(question, replay, [...examples, ...messages])[0];
  if (!contradicting) return { answer: 'included' };
  const reason = `msgctl contradicts itself: the schemas look compatible, yet ${JSON.stringify(contradicting.message)} is sent and rejected`;
  return { answer: 'undecided', reason, obstacles: [] };
}
