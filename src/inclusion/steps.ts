import type { JsonValue } from '../source/json.ts';
import type { Assertion, Claim, Schema, Side } from './schema.ts';

/** Some property names: one, or all that match some patterns, do not match others, and are none of a list. */
export type Region =
  | { readonly kind: 'name'; readonly name: string }
  | {
      readonly kind: 'others';
      readonly matching: readonly string[];
      readonly avoiding: readonly string[];
      readonly except: ReadonlySet<string>;
    };

/** Something told about the parts of a value, in terms that no longer need a schema around them. */
export type Fact =
  | { readonly kind: 'absent'; readonly name: string }
  | { readonly kind: 'present'; readonly name: string }
  /** Each property of a region keeps to a claim. */
  | { readonly kind: 'each'; readonly region: Region; readonly claim: Claim }
  /** Some property of a region keeps to claims, as does its name. */
  | { readonly kind: 'some'; readonly region: Region; readonly value: readonly Claim[]; readonly name: readonly Claim[] }
  | { readonly kind: 'each-name'; readonly claim: Claim }
  /** How many properties or items. */
  | { readonly kind: 'count'; readonly side: Side; readonly limit: number }
  | { readonly kind: 'each-item'; readonly from: number; readonly to: number; readonly claim: Claim }
  /** So many items, each at another place, keep to claims. */
  | { readonly kind: 'some-items'; readonly from: number; readonly to: number; readonly claims: readonly Claim[]; readonly least: number }
  /** No more items than so many keep to a schema. */
  | { readonly kind: 'few-items'; readonly schema: Schema; readonly most: number }
  | { readonly kind: 'distinct' }
  | { readonly kind: 'repeated' }
  | { readonly kind: 'unevaluated'; readonly owner: Schema; readonly assertion: Extract<Assertion, { kind: 'unevaluated' }> }
  /** Said of a text or number as it is. */
  | { readonly kind: 'scalar'; readonly assertion: ScalarAssertion; readonly holds: boolean }
  | { readonly kind: 'listed'; readonly values: ReadonlyMap<string, JsonValue> }
  | { readonly kind: 'unlisted'; readonly values: ReadonlyMap<string, JsonValue> }
  | { readonly kind: 'unknown'; readonly reason: string };

type ScalarAssertion = Extract<Assertion, { kind: 'bound' | 'multiple' | 'format' | 'length' | 'pattern' }>;

/** One step of an argument: a schema holds or not, an assertion of a schema does, or a fact. */
export type Step =
  | { readonly kind: 'schema'; readonly schema: Schema; readonly holds: boolean }
  | { readonly kind: 'assertion'; readonly owner: Schema; readonly assertion: Assertion; readonly holds: boolean }
  | { readonly kind: 'fact'; readonly fact: Fact };

/** Ways of which at least one is the case; none means a contradiction. */
export type Ways = readonly (readonly Step[])[];

/** Every name. */
export const ANY_NAME: Region = { kind: 'others', matching: [], avoiding: [], except: new Set() };

/** A step that says that a schema holds, or that it does not. */
export function claimed(schema: Schema, holds: boolean): Step {
  return { kind: 'schema', schema, holds };
}

/** A step that adds a fact. */
export function told(fact: Fact): Step {
  return { kind: 'fact', fact };
}

/** A count as it is asserted, or the opposite. */
export function countStep({ side, limit }: Extract<Assertion, { kind: 'item-count' | 'property-count' }>, holds: boolean): Step {
  if (holds) return told({ kind: 'count', side, limit });
  return told(side === 'low' ? { kind: 'count', side: 'high', limit: limit - 1 } : { kind: 'count', side: 'low', limit: limit + 1 });
}
