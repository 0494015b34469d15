import { equalJson } from '../payload/equal-json.ts';
import type { JsonValue } from '../source/json.ts';
import { type Conjunction, conjunctionOf, listedValues, propertySchemas, type TypeAtom, textList, typesOf } from './conjunction.ts';
import { listNodes, type SchemaNode } from './schema-node.ts';

/**
 * Whether no value can be valid for both, also to a receiver that reads open lists as open: their types differ, or a property that one
 * demands has other values in the other. `false` where that cannot be told.
 */
export function areDisjoint(a: SchemaNode, b: SchemaNode): boolean {
  const [left, right] = [conjunctionOf([a]), conjunctionOf([b])];
  if (isOpen(left) || isOpen(right)) return false;
  if (left.never || right.never) return true;
  const types = possibleTypes(right);
  const shared = [...possibleTypes(left)].filter((type) => types.has(type));
  if (shared.length === 0) return true;
  return shared.length === 1 && shared[0] === 'object' && taggedApart(left, right);
}

// Alternatives inside alternatives that are looked at for their types.
const MOST_NESTED = 4;

/** The types a value may have, those of its alternatives included. */
function possibleTypes(side: Conjunction, nested = MOST_NESTED): ReadonlySet<TypeAtom> {
  let types = typesOf(side);
  if (nested === 0) return types;
  const lists = side.members.flatMap((member) => [listNodes(member, 'oneOf'), listNodes(member, 'anyOf')]);
  for (const branches of lists.filter(({ length }) => length > 0)) {
    const sides = branches.map((branch) => conjunctionOf([branch]));
    // What is open may be of any type.
    if (sides.some(isOpen)) continue;
    const union = new Set(sides.flatMap((branch) => (branch.never ? [] : [...possibleTypes(branch, nested - 1)])));
    types = new Set([...types].filter((type) => union.has(type)));
  }
  return types;
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
