import type { JsonValue } from '../source/json.ts';
import type { Conjunction } from './conjunction.ts';
import type { KeywordNode, SchemaNode } from './schema-node.ts';

/**
 * Something the receiver asserts that the sender's schema was not shown to imply. `path` is a JSON pointer into the message with `*` for
 * any item or any unnamed property; for a missing or surplus property it is that of the property.
 */
export type Obstacle = { readonly path: string; readonly keyword: string; readonly name?: string; readonly reason: string };

/** What a proof may lean on. */
export type ProofBase = {
  /** Reads both schemas literally: a sender may emit whatever its schema accepts. */
  readonly strict: boolean;
  /** Whether a value is valid as sent or as received; `undefined` where that cannot be found out. */
  readonly evaluate: (node: SchemaNode, side: 'sender' | 'receiver', value: JsonValue) => boolean | undefined;
};

/** One thing the receiver asserts, to be shown of whatever the sender emits. */
export type Claim = {
  readonly proof: Proof;
  readonly sender: Conjunction;
  readonly receiver: KeywordNode;
  readonly keyword: string;
  readonly value: JsonValue;
  readonly path: string;
  /** How deep in the message. */
  readonly depth: number;
};

/** Shows claims; what it returns is what stands in the way, so nothing means proven. */
export type Prover = (claim: Claim) => readonly Obstacle[];

/** A proof under way. */
export type Proof = ProofBase & {
  readonly implies: (senders: readonly SchemaNode[], receiver: SchemaNode, path: string, depth: number) => readonly Obstacle[];
};

/** One obstacle, as a list. */
export function obstacle(
  claim: Pick<Claim, 'path' | 'keyword'>,
  reason: string,
  more: { readonly path?: string; readonly name?: string } = {},
): readonly Obstacle[] {
  return [{ path: claim.path, keyword: claim.keyword, reason, ...more }];
}
