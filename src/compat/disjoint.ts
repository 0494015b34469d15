import { equalJson } from '../payload/equal-json.ts';
import type { JsonValue } from '../source/json.ts';
import { type Conjunction, conjunctionOf, listedValues, propertySchemas, textList, typesOf } from './conjunction.ts';
import type { SchemaNode } from './schema-node.ts';

/**
 * Whether no value can be valid for both, also to a receiver that reads open lists as open: their types differ, or a property that one
 * demands has other values in the other. `false` where that cannot be told.
 */
export function areDisjoint(a: SchemaNode, b: SchemaNode): boolean {
  const [left, right] = [conjunctionOf([a]), conjunctionOf([b])];
  if (isOpen(left) || isOpen(right)) return false;
  if (left.never || right.never) return true;
  const types = typesOf(right);
  const shared = [...typesOf(left)].filter((type) => types.has(type));
  if (shared.length === 0) return true;
  return shared.length === 1 && shared[0] === 'object' && taggedApart(left, right);
}

function taggedApart(left: Conjunction, right: Conjunction): boolean {
  const demanded = [left, right].flatMap((side) => side.members.flatMap((member) => textList(member.schema.required)));
  return demanded.some((name) => {
    const [values, others] = [tagValues(left, name), tagValues(right, name)];
    return values !== undefined && others !== undefined && !values.some((value) => others.some((other) => equalJson(value, other)));
  });
}

function tagValues(side: Conjunction, name: string): readonly JsonValue[] | undefined {
  const property = conjunctionOf(propertySchemas(side, name));
  return property.members.length === 0 || isOpen(property) ? undefined : listedValues(property);
}

/** Whether a receiver takes more than is listed. */
function isOpen(side: Conjunction): boolean {
  return side.members.some((member) => member.schema['x-open'] === true);
}
