import type { JsonValue } from '../source/json.ts';
import type { Question, Rejection, Witness } from './decision.ts';
import { createTries, minimise, type Tries } from './minimise.ts';
import type { Replay } from './replay.ts';

/** More kinds of rejection than anybody reads. */
export const MOST_WITNESSES = 40;

/** Of the messages those that are sent and rejected: the first for each kind of rejection, made as small as it gets. */
export function findWitnesses(question: Question, replay: Replay, messages: readonly JsonValue[]): readonly Witness[] {
  const { sender, receiver } = question;
  const found = new Map<string, Witness>();
  for (const message of messages) {
    const rejections = replay.rejections(receiver, message);
    if (rejections.length === 0 || !replay.emits(sender, message)) continue;
    for (const rejection of rejections) {
      const key = rejectionKey(rejection);
      if (!found.has(key) && found.size < MOST_WITNESSES) found.set(key, { message, rejection });
    }
  }
  const tries = createTries();
  return [...found].map(([key, witness]) => smallest({ key, witness, question, replay, tries }));
}

/** The first of the messages that is sent and rejected by a keyword, made as small as it gets. */
export function findWitness(question: Question, replay: Replay, messages: readonly JsonValue[], keyword: string): Witness | undefined {
  for (const message of messages) {
    const rejection = replay.rejections(question.receiver, message).find((one) => one.keyword === keyword);
    if (!rejection || !replay.emits(question.sender, message)) continue;
    return smallest({ key: rejectionKey(rejection), witness: { message, rejection }, question, replay, tries: createTries() });
  }
  return undefined;
}

type Smallest = {
  readonly key: string;
  readonly witness: Witness;
  readonly question: Question;
  readonly replay: Replay;
  readonly tries: Tries;
};

function smallest({ key, witness, question, replay, tries }: Smallest): Witness {
  const { sender, receiver } = question;
  const rejectionOf = (message: JsonValue) => replay.rejections(receiver, message).find((rejection) => rejectionKey(rejection) === key);
  const proves = (candidate: JsonValue) => rejectionOf(candidate) !== undefined && replay.emits(sender, candidate);
  const message = minimise(witness.message, proves, tries);
  return { message, rejection: rejectionOf(message) ?? witness.rejection };
}

/** What makes two rejections the same kind: place (whichever item), keyword, and the property or value it is about. */
export function rejectionKey({ path, keyword, name }: Rejection): string {
  return JSON.stringify([path.replaceAll(/\/\d+(?=\/|$)/g, '/*'), keyword, name ?? '']);
}
