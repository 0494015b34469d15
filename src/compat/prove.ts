import { findReasons } from '../inclusion/find-reasons.ts';
import { findValue, type Inquiry, MOST_STEPS, openInquiry } from '../inclusion/open-inquiry.ts';
import type { Claim, Schema } from '../inclusion/schema.ts';
import type { TextsMemo } from '../inclusion/texts/memo.ts';
import { bundleSchema } from '../payload/bundle.ts';
import type { JsonValue } from '../source/json.ts';
import { closeSender } from './close-sender.ts';
import type { SchemaNode } from './schema-node.ts';

/** A place of which it is not known whether the receiver accepts what comes there, and why. */
type Doubt = { readonly path: string; readonly reason: string };
/** Whether everything sent is accepted, as the engine says it: with messages that are still to be replayed. */
export type Proof =
  | { readonly answer: 'included' }
  | { readonly answer: 'not-included'; readonly messages: readonly JsonValue[]; readonly doubts: readonly Doubt[] }
  | { readonly answer: 'unknown'; readonly doubts: readonly Doubt[] };

/** What is asked: whether what a sender's schema lets it send is accepted by a receiver's. `strict`: not only what it declares. */
export type Pair = { readonly sender: SchemaNode; readonly receiver: SchemaNode; readonly strict: boolean };

/** What may still be spent on several questions together. */
export type Purse = { steps: number };

/** As much as one question may cost. */
export function createPurse(): Purse {
  return { steps: MOST_STEPS };
}

/** Asks the engine, and has one message for each reason why the answer is no. */
export function prove({ sender, receiver, strict }: Pair, texts: TextsMemo, purse: Purse = createPurse()): Proof {
  const written = bundleSchema(sender.documents, sender.location, 'sender');
  const asserted = bundleSchema(receiver.documents, receiver.location, 'receiver');
  const views = strict ? [] : [closeSender(written, 'open'), closeSender(written, 'closed')];
  const inquiry = openInquiry([asserted, written, ...views], { texts, budget: purse.steps });
  const proof = ask(inquiry);
  purse.steps = inquiry.run.budget.steps;
  return proof;
}

function ask(inquiry: Inquiry): Proof {
  const [accepted, sent, open, closed] = inquiry.schemas;
  if (!accepted || !sent) return { answer: 'unknown', doubts: [] };
  const widest = claimsOf([sent, open]);
  const answer = findValue(inquiry, [...widest, { schema: accepted, holds: false }]);
  if (answer.answer === 'unsat') return { answer: 'included' };
  return refute(inquiry, { accepted, claims: claimsOf([sent, closed]), reason: answer.answer === 'unknown' ? answer.reason : FREE });
}

/** A value that a sender emits, as the engine finds it; `undefined` where it finds none. */
export function findSent(sender: SchemaNode, strict: boolean, texts: TextsMemo): JsonValue | undefined {
  const written = bundleSchema(sender.documents, sender.location, 'sender');
  const inquiry = openInquiry([written, ...(strict ? [] : [closeSender(written, 'closed')])], { texts });
  const found = findValue(inquiry, claimsOf(inquiry.schemas));
  return found.answer === 'sat' ? found.value : undefined;
}

/** An object that declares no property may be meant to have any, or none. */
const FREE = 'an object declares no properties, and it is not known which are sent';

type Refuting = { readonly accepted: Schema; readonly claims: readonly Claim[]; readonly reason: string };

function refute(inquiry: Inquiry, { accepted, claims, reason }: Refuting): Proof {
  const { values, doubts } = findReasons(inquiry, claims, accepted);
  if (values.length > 0) return { answer: 'not-included', messages: values, doubts };
  return { answer: 'unknown', doubts: doubts.length > 0 ? doubts : [{ path: '', reason }] };
}

function claimsOf(schemas: readonly (Schema | undefined)[]): readonly Claim[] {
  return schemas.filter((schema) => schema !== undefined).map((schema) => ({ schema, holds: true }));
}
