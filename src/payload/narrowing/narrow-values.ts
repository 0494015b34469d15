import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import type { Documents } from '../documents.ts';
import { openLists } from '../open-lists.ts';
import type { KeywordPart } from '../schema-part.ts';
import { listDemand, readItems } from './narrow-lists.ts';
import { anyOf, type Demand, type NarrowKeywords } from './narrowing.ts';
import { type Read, type ReadPaths, stepsInOrder } from './read-paths.ts';

/** What `enum` and `const` say of what is read: of each listed object and list only the parts that are. */
export const narrowListed: NarrowKeywords = ({ documents }, part, read) => {
  const { schema } = part;
  const demands: Demand[] = [];
  const constant = ownProperty(schema, 'const');
  if (constant !== undefined) demands.push(demandOf(constant, read));
  const listed = ownProperty(schema, 'enum');
  if (!Array.isArray(listed)) return demands;
  const open = ownProperty(schema, 'x-open') === true;
  if (open) return [...demands, openDemand(documents, part, listed)];
  if (!listed.some(hasParts)) return [...demands, { enum: listed }];
  const plain = listed.filter((value: JsonValue) => !hasParts(value));
  const alternatives = [...(plain.length > 0 ? [{ enum: plain }] : []), ...listed.filter(hasParts).map((value) => demandOf(value, read))];
  return [...demands, anyOf(alternatives) ?? {}];
};

/** An open list. Which type its values have is written out, as that is told by what stands beside it, and something else may come to stand there. */
function openDemand(documents: Documents, { schema, file }: KeywordPart, listed: readonly JsonValue[]): JsonObject {
  const list = { enum: listed, 'x-open': true };
  const { type } = Object.hasOwn(schema, 'type') ? schema : openLists(documents, file, list);
  return { ...(type !== undefined && { type }), ...(!listed.some(hasParts) && list) };
}

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
  const steps = stepsInOrder(read, Object.keys(value));
  const required = steps.flatMap(([name]) => (Object.hasOwn(value, name) ? [name] : []));
  const properties = steps.map(([name, below]): [string, JsonValue] => {
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
