import { type JsonValue, ownProperty } from '../source/json.ts';
import { canonicalText, type Schema, type Tagged } from './schema.ts';

/** The schemas that a value can keep to by its tag. */
export function taggedAs({ property, byTag, other }: Tagged, value: JsonValue): readonly Schema[] {
  const tag = ownProperty(value, property);
  if (tag === undefined) return [];
  const own = byTag.get(canonicalText(tag)) ?? other;
  return own ? [own] : [];
}
