import type { JsonValue } from '../source/json.ts';
import { candidateMessages } from './candidates.ts';
import type { Obstacle } from './claim.ts';
import { proveInclusion } from './inclusion.ts';
import { minimise } from './minimise.ts';
import { opensSafely } from './opens-safely.ts';
import type { Rejection, Replay } from './replay.ts';
import { sameSchema } from './same-schema.ts';
import type { SchemaNode } from './schema-node.ts';

/** A message that the sender's version emits and the receiver's rejects, replayed on both. */
export type Witness = { readonly message: JsonValue; readonly rejection: Rejection };

/** Whether everything that one version sends is accepted by the other. */
export type Decision =
  | { readonly answer: 'included' }
  | {
      readonly answer: 'not-included';
      /** One for each kind of rejection. */
      readonly witnesses: readonly Witness[];
      readonly obstacles: readonly Obstacle[];
    }
  | { readonly answer: 'undecided'; readonly reason: string; readonly obstacles: readonly Obstacle[] };

/** What is decided: the schema that a sender keeps to, the schema that a receiver asserts, and messages worth trying first. */
export type Question = {
  readonly sender: SchemaNode;
  readonly receiver: SchemaNode;
  readonly examples: readonly JsonValue[];
  readonly strict: boolean;
};

/** Every step of a proof takes it that a receiver accepts at least what its schema says. */
const OPEN_WHERE_IT_FLIPS: Obstacle = {
  path: '',
  keyword: 'x-open',
  reason: 'an open list stands where accepting more means rejecting more',
};

/** More kinds of rejection than anybody reads. */
const MOST_WITNESSES = 40;

/**
 * The decision procedure. `not-included` always comes with a message that was replayed, `included` with a structural proof that no tried
 * message contradicts, and everything else is `undecided`. A later engine replaces what is behind this function, not what it promises.
 */
export function decidePayload(question: Question, replay: Replay): Decision {
  const { sender, receiver, strict } = question;
  const safe = opensSafely(receiver);
  if (safe && sameSchema(sender, receiver)) return { answer: 'included' };
  const obstacles = safe ? proveInclusion(sender, receiver, { strict, evaluate: replay.evaluate }) : [OPEN_WHERE_IT_FLIPS];
  const witnesses = findWitnesses(question, replay);
  if (obstacles.length > 0 && witnesses.length > 0) return { answer: 'not-included', witnesses, obstacles };
  if (obstacles.length === 0 && witnesses.length === 0) return { answer: 'included' };
  if (obstacles.length > 0) return { answer: 'undecided', reason: obstacles[0]?.reason ?? '', obstacles };
  const contradiction = `msgctl contradicts itself: the schemas look compatible, yet ${JSON.stringify(witnesses[0]?.message)} is sent and rejected`;
  return { answer: 'undecided', reason: contradiction, obstacles: [] };
}

function findWitnesses(question: Question, replay: Replay): readonly Witness[] {
  const { sender, receiver } = question;
  const found = new Map<string, Witness>();
  for (const message of [...question.examples, ...candidateMessages(sender, receiver, question.strict)]) {
    const rejections = replay.rejections(receiver, message);
    if (rejections.length === 0 || !replay.emits(sender, message)) continue;
    for (const rejection of rejections) {
      const key = rejectionKey(rejection);
      if (!found.has(key) && found.size < MOST_WITNESSES) found.set(key, { message, rejection });
    }
  }
  return [...found].map(([key, witness]) => smallest(key, witness, question, replay));
}

function smallest(key: string, witness: Witness, { sender, receiver }: Question, replay: Replay): Witness {
  const rejectionOf = (message: JsonValue) => replay.rejections(receiver, message).find((rejection) => rejectionKey(rejection) === key);
  const message = minimise(witness.message, (candidate) => rejectionOf(candidate) !== undefined && replay.emits(sender, candidate));
  return { message, rejection: rejectionOf(message) ?? witness.rejection };
}

/** What makes two rejections the same kind: place (whichever item), keyword, and the property or value it is about. */
function rejectionKey({ path, keyword, name }: Rejection): string {
  return JSON.stringify([path.replaceAll(/\/\d+(?=\/|$)/g, '/*'), keyword, name ?? '']);
}
