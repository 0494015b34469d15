import { isObject, type JsonValue } from '../../source/json.ts';
import type { Replay } from '../replay.ts';
import type { SchemaNode } from '../schema-node.ts';
import type { Ends } from './pair-messages.ts';
import type { SchemaStore } from './schema-store.ts';
import type { View } from './view.ts';

/**
 * A schema pulled back. Where it is not exact it accepts less than it could, never more. `never`: nothing that can be read fits, though the schema
 * says more than `false`, so that the reason can be found.
 */
export type Pulled = { readonly schema: JsonValue; readonly exact: boolean; readonly never?: boolean };

/** What pulling back needs. */
export type Pulling = {
  readonly ends: Ends;
  readonly evaluate: Replay['evaluate'];
  readonly store: SchemaStore;
  /** Pulls back a schema inside the one at hand. */
  readonly pull: (node: SchemaNode, view: View) => Pulled;
};

/** Accepts whatever the receiver accepts. */
export const ANYTHING: Pulled = { schema: true, exact: true };
/** Refuses, as it is not known what the receiver does. */
export const UNKNOWN: Pulled = { schema: false, exact: false };

/** What is known of a value that can be tried. */
export function tried(accepted: boolean | undefined): Pulled {
  return { schema: accepted === true, exact: accepted !== undefined };
}

/** Several schemas that all hold, without those that say nothing. */
export function together(all: readonly Pulled[]): Pulled {
  const exact = all.every((each) => each.exact);
  const never = all.some((each) => each.never && each.exact);
  if (all.some(({ schema }) => schema === false)) return { schema: false, exact };
  const schemas = all.flatMap(({ schema }) => (schema === true || (isObject(schema) && Object.keys(schema).length === 0) ? [] : [schema]));
  return { schema: schemas.length > 1 ? { allOf: schemas } : (schemas[0] ?? true), exact, never };
}
