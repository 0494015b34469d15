import type { JsonValue } from '../source/json.ts';
import type { Conjunction } from './conjunction.ts';
import type { KeywordNode, SchemaNode } from './schema-node.ts';

/** What values are made for: schemas that all hold, and what the other side says at the same place, as hints where boundaries lie. */
export type Place = {
  readonly sender: Conjunction;
  readonly hints: readonly KeywordNode[];
  readonly strict: boolean;
  /** Whether nothing can break here, so that a few values will do. */
  readonly quiet: boolean;
  /** Makes the values of a part of this place. */
  readonly part: (schemas: readonly SchemaNode[], hints: readonly SchemaNode[]) => readonly JsonValue[];
};

/** The schemas of both sides. */
export function schemasOf(place: Place): readonly KeywordNode['schema'][] {
  return [...place.sender.members, ...place.hints].map((node) => node.schema);
}

/** The numbers that either side gives for a keyword. */
export function numbersOf(place: Place, keyword: string): readonly number[] {
  return schemasOf(place)
    .map((schema) => schema[keyword])
    .filter((value) => typeof value === 'number');
}

/** Drops repetitions, keeping the order. */
export function distinct(values: readonly JsonValue[]): readonly JsonValue[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
