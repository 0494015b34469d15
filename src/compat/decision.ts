import type { JsonValue } from '../source/json.ts';
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

/** Why a receiver's validator rejects a message: where, by which keyword, and in its own words. */
export type Rejection = {
  readonly path: string;
  readonly keyword: string;
  readonly name?: string;
  readonly text: string;
  /** Where it goes wrong before any validator looks: the bytes, and what the receiver makes of them. */
  readonly bytes?: { readonly hex: string } & ({ readonly reads: JsonValue } | { readonly error: string });
};
