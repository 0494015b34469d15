import { findReasons } from '../inclusion/find-reasons.ts';
import { findValue, type Inquiry, openInquiry } from '../inclusion/open-inquiry.ts';
import type { Claim, Schema } from '../inclusion/schema.ts';
import type { TextsMemo } from '../inclusion/texts/memo.ts';
import { bundleSchema } from '../payload/bundle.ts';
import type { JsonValue } from '../source/json.ts';
import { candidateMessages } from './candidates.ts';
import { closeSender } from './close-sender.ts';
import { createTries, minimise, type Tries } from './minimise.ts';
import type { Rejection, Replay } from './replay.ts';
import { sameSchema } from './same-schema.ts';
import type { SchemaNode } from './schema-node.ts';

/** A message that the sender's version emits and the receiver's rejects, replayed on both. */
export type Witness = { readonly message: JsonValue; readonly rejection: Rejection };

/**
 * A place of which it is not known whether the receiver accepts what comes there. `path` is a JSON pointer into the message with `*` for any
 * item or any unnamed property.
 */
export type Obstacle = { readonly path: string; readonly keyword: string; readonly name?: string; readonly reason: string };

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

/** As many messages as are tried to contradict a proof. */
const MOST_CHECKED = 300;

/** More kinds of rejection than anybody reads. */
const MOST_WITNESSES = 40;

/**
 * The decision procedure. `not-included` always comes with a message that was replayed, `included` with a proof (src/inclusion/) that no tried
 * message contradicts, and everything else is `undecided`.
 */
export function decidePayload(question: Question, replay: Replay): Decision {
  const proof = prove(question, replay.texts);
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

type Doubt = { readonly path: string; readonly reason: string };
type ProofResult =
  | { readonly answer: 'included' }
  | { readonly answer: 'not-included'; readonly messages: readonly JsonValue[]; readonly doubts: readonly Doubt[] }
  | { readonly answer: 'unknown'; readonly doubts: readonly Doubt[] };

function prove({ sender, receiver, strict }: Question, texts: TextsMemo): ProofResult {
  const written = bundleSchema(sender.documents, sender.location, 'sender');
  const views = strict ? [] : [closeSender(written, 'open'), closeSender(written, 'closed')];
  const inquiry = openInquiry([bundleSchema(receiver.documents, receiver.location, 'receiver'), written, ...views], { texts });
  const [accepted, sent, open, closed] = inquiry.schemas;
  if (!accepted || !sent) return { answer: 'unknown', doubts: [] };
  const widest = claimsOf([sent, open]);
  const answer = findValue(inquiry, [...widest, { schema: accepted, holds: false }]);
  if (answer.answer === 'unsat') return { answer: 'included' };
  return refute(inquiry, { accepted, claims: claimsOf([sent, closed]), reason: answer.answer === 'unknown' ? answer.reason : FREE });
}

/** An object that declares no property may be meant to have any, or none. */
const FREE = 'an object declares no properties, and it is not known which are sent';

type Refuting = { readonly accepted: Schema; readonly claims: readonly Claim[]; readonly reason: string };

function refute(inquiry: Inquiry, { accepted, claims, reason }: Refuting): ProofResult {
  const { values, doubts } = findReasons(inquiry, claims, accepted);
  if (values.length > 0) return { answer: 'not-included', messages: values, doubts };
  return { answer: 'unknown', doubts: doubts.length > 0 ? doubts : [{ path: '', reason }] };
}

function claimsOf(schemas: readonly (Schema | undefined)[]): readonly Claim[] {
  return schemas.filter((schema) => schema !== undefined).map((schema) => ({ schema, holds: true }));
}

function findWitnesses(question: Question, replay: Replay, messages: readonly JsonValue[]): readonly Witness[] {
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
function rejectionKey({ path, keyword, name }: Rejection): string {
  return JSON.stringify([path.replaceAll(/\/\d+(?=\/|$)/g, '/*'), keyword, name ?? '']);
}
