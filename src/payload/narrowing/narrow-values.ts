import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import { openLists } from '../open-lists.ts';
import { listDemand, readItems } from './narrow-lists.ts';
import { anyOf, type Demand, type NarrowKeywords } from './narrowing.ts';
import type { Read, ReadPaths } from './read-paths.ts';

/** What `enum` and `const` say of what is read: of each listed object and list only the parts that are. */
export const narrowListed: NarrowKeywords = ({ documents }, part, read) => {
  const { schema, file } = part;
  const demands: Demand[] = [];
  const constant = ownProperty(schema, 'const');
  if (constant !== undefined) demands.push(demandOf(constant, read));
  const listed = ownProperty(schema, 'enum');
  if (!Array.isArray(listed)) return demands;
  const open = ownProperty(schema, 'x-open') === true;
  if (!listed.some(hasParts)) return [...demands, { enum: listed, ...(open && { 'x-open': true }) }];
  if (open) {
    const { type } = openLists(documents, file, { enum: listed, 'x-open': true });
    return type === undefined || Object.hasOwn(schema, 'type') ? demands : [...demands, { type }];
  }
  const plain = listed.filter((value: JsonValue) => !hasParts(value));
  const alternatives = [...(plain.length > 0 ? [{ enum: plain }] : []), ...listed.filter(hasParts).map((value) => demandOf(value, read))];
  return [...demands, anyOf(alternatives) ?? {}];
};

/** Whether some of a value may be read and the rest not. */
export function hasParts(value: JsonValue): boolean {
  return typeof value === 'object' && value !== null;
}

/** What a value that looks like this one, as far as it is read, has to be. */
function demandOf(value: JsonValue, read: Read): JsonObject {
  if (read === 'all') return { const: value };
  if (Array.isArray(value)) return demandOfList(value, read);
  return isObject(value) ? demandOfObject(value, read) : { const: value };
}

function demandOfObject(value: JsonObject, read: ReadPaths): JsonObject {
  const required = [...read.keys()].filter((name) => Object.hasOwn(value, name));
  const properties = [...read].map(([name, below]): [string, JsonValue] => {
    const inner = ownProperty(value, name);
    return [name, inner === undefined ? false : demandOf(inner, below)];
  });
  return { type: 'object', properties: Object.fromEntries(properties), ...(required.length > 0 && { required }) };
}

function demandOfList(value: readonly JsonValue[], read: ReadPaths): JsonObject {
  const items = readItems(read);
  const there = new Map([...items].filter(([index]) => index < value.length));
  const { prefixItems } = listDemand(there, (index, below) => demandOf(value[index] ?? null, below), { least: 0, most: value.length });
  const { minItems, maxItems } = listDemand(items, () => true, { least: value.length, most: value.length });
  return {
    type: 'array',
    ...(prefixItems !== undefined && { prefixItems }),
    ...(minItems !== undefined && { minItems }),
    ...(maxItems !== undefined && { maxItems }),
  };
}
