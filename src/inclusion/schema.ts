import type { JsonValue } from '../source/json.ts';

/** The parts that JSON's values fall into; numbers are `integer` and `fraction`. */
export type Atom = 'null' | 'boolean' | 'integer' | 'fraction' | 'string' | 'array' | 'object';

/** All of them, in the order in which values are looked for: what reads best comes first. */
export const ATOMS: readonly Atom[] = ['string', 'integer', 'object', 'array', 'boolean', 'null', 'fraction'];

/**
 * A schema made ready for deciding: a conjunction of assertions, none for `true`. Schemas that say the same are the same object (see
 * unify-schemas.ts), so that `id` stands for the meaning. Recursion is a schema that holds itself.
 */
export type Schema = { readonly id: number; assertions: readonly Assertion[] };

/** One thing that a schema asserts. Each but those of values and types says nothing about values of another type. */
export type Assertion =
  | { readonly kind: 'types'; readonly atoms: ReadonlySet<Atom> }
  /** One of these values, by their canonical texts. */
  | { readonly kind: 'values'; readonly values: ReadonlyMap<string, JsonValue> }
  | { readonly kind: 'bound'; readonly side: Side; readonly limit: number; readonly exclusive: boolean }
  | { readonly kind: 'multiple'; readonly step: number }
  | { readonly kind: 'format'; readonly name: string }
  | { readonly kind: 'length'; readonly side: Side; readonly limit: number }
  | { readonly kind: 'pattern'; readonly source: string }
  | { readonly kind: 'items'; readonly prefix: readonly Schema[]; readonly rest?: Schema }
  | { readonly kind: 'item-count'; readonly side: Side; readonly limit: number }
  | { readonly kind: 'unique' }
  | { readonly kind: 'contains'; readonly schema: Schema; readonly least: number; readonly most: number }
  | {
      readonly kind: 'properties';
      readonly named: ReadonlyMap<string, Schema>;
      readonly patterns: readonly PatternSchema[];
      readonly rest?: Schema;
    }
  | { readonly kind: 'property-count'; readonly side: Side; readonly limit: number }
  | { readonly kind: 'required'; readonly names: readonly string[] }
  | { readonly kind: 'names'; readonly schema: Schema }
  | { readonly kind: 'dependent'; readonly trigger: string; readonly schema: Schema }
  /** Holds for what nothing beside it, and no schema that holds in its place, has evaluated. */
  | { readonly kind: 'unevaluated'; readonly of: 'properties' | 'items'; readonly schema: Schema }
  | { readonly kind: 'all'; readonly schemas: readonly Schema[] }
  | { readonly kind: 'any' | 'one'; readonly schemas: readonly Schema[]; readonly tagged?: Tagged }
  | { readonly kind: 'not'; readonly schema: Schema }
  | { readonly kind: 'if'; readonly condition: Schema; readonly then: Schema; readonly otherwise: Schema }
  /** What cannot be decided, and why. Whatever it means, it means the same wherever it is said of the same schema, if it is said of one. */
  | { readonly kind: 'unknown'; readonly reason: string; readonly of?: Schema };

export type Side = 'low' | 'high';
type PatternSchema = { readonly source: string; readonly schema: Schema };

/** Objects of which a property tells which of several schemas they can keep to. */
export type Tagged = {
  readonly property: string;
  /** By the canonical text of the tag. */
  readonly byTag: ReadonlyMap<string, Schema>;
  /** The schema for all other tags. */
  readonly other?: Schema;
};

/** A schema that a value keeps to, or does not. */
export type Claim = { readonly schema: Schema; readonly holds: boolean };

/** The schemas that speak of the same value. */
export function inPlace(assertion: Assertion): readonly Schema[] {
  switch (assertion.kind) {
    case 'all':
    case 'any':
    case 'one':
      return assertion.schemas;
    case 'not':
    case 'dependent':
      return [assertion.schema];
    case 'if':
      return [assertion.condition, assertion.then, assertion.otherwise];
    default:
      return [];
  }
}

/** The atom of a value. */
export function atomOf(value: JsonValue): Atom {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'fraction';
  return typeof value as 'boolean' | 'string' | 'object';
}

const OF_TYPE: Readonly<Partial<Record<Assertion['kind'], ReadonlySet<Atom>>>> = {
  bound: new Set<Atom>(['integer', 'fraction']),
  multiple: new Set<Atom>(['integer', 'fraction']),
  format: new Set<Atom>(['integer', 'fraction', 'string']),
  length: new Set<Atom>(['string']),
  pattern: new Set<Atom>(['string']),
  items: new Set<Atom>(['array']),
  'item-count': new Set<Atom>(['array']),
  unique: new Set<Atom>(['array']),
  contains: new Set<Atom>(['array']),
  properties: new Set<Atom>(['object']),
  'property-count': new Set<Atom>(['object']),
  required: new Set<Atom>(['object']),
  names: new Set<Atom>(['object']),
  dependent: new Set<Atom>(['object']),
};

/** Whether an assertion says anything about values of an atom. */
export function concerns(assertion: Assertion, atom: Atom): boolean {
  if (assertion.kind === 'unevaluated') return atom === (assertion.of === 'items' ? 'array' : 'object');
  return OF_TYPE[assertion.kind]?.has(atom) ?? true;
}

/** A text that two JSON values have in common exactly when they are equal. */
export function canonicalText(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (value === null || typeof value !== 'object') return Object.is(value, -0) ? '0' : JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, part]) => `${JSON.stringify(name)}:${canonicalText(part)}`).join(',')}}`;
}
