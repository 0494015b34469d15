import { type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import { childPart, type KeywordPart, listParts } from '../schema-part.ts';
import type { Demand, Narrowing, NarrowKeywords } from './narrowing.ts';
import type { Read, ReadPaths } from './read-paths.ts';

/** Keywords that speak of lists. */
const LIST_KEYWORDS = [
  'prefixItems',
  'items',
  'contains',
  'minContains',
  'maxContains',
  'minItems',
  'maxItems',
  'uniqueItems',
  'unevaluatedItems',
] as const;

// The items before one that is read are written out, each as anything; a list of which more is read is read whole.
const MOST_ITEMS = 50;

/** What a schema demands of the items that are read by their numbers. How long the list is says no more than whether they are there. */
export const narrowList: NarrowKeywords = (narrowing, part, read) => {
  const items = readItems(read);
  if (items.size === 0) return [];
  if (Math.max(...items.keys()) >= MOST_ITEMS) return copyList(narrowing, part);
  const [first, rest] = [listParts(part, 'prefixItems'), childPart(part, 'items')];
  const demandOn = (index: number, below: Read): JsonValue => {
    const schema = first[index] ?? rest;
    return schema ? narrowing.narrowValue(schema, below) : true;
  };
  const [least, most] = [numberOf(part, 'minItems') ?? 0, numberOf(part, 'maxItems') ?? Number.POSITIVE_INFINITY];
  const demand = listDemand(items, demandOn, { least, most });
  return Object.keys(demand).length === 0 ? [] : [demand];
};

/** The demand on some items of a list of at least and at most so many. */
export function listDemand(
  items: ReadonlyMap<number, Read>,
  demandOn: (index: number, below: Read) => JsonValue,
  { least, most }: { readonly least: number; readonly most: number },
): JsonObject {
  const indices = [...items.keys()].sort((a, b) => a - b);
  const prefix = Array.from({ length: (indices.at(-1) ?? -1) + 1 }, (_, index): JsonValue => {
    const below = items.get(index);
    return below === undefined ? true : demandOn(index, below);
  });
  const lastThere = indices.filter((index) => index < least).at(-1);
  const firstMissing = indices.find((index) => index >= most);
  return {
    ...(prefix.some((schema) => schema !== true) && { prefixItems: prefix }),
    ...(lastThere !== undefined && { minItems: lastThere + 1 }),
    ...(firstMissing !== undefined && { maxItems: firstMissing }),
  };
}

/** The steps that may be items of a list. */
export function readItems(read: ReadPaths): ReadonlyMap<number, Read> {
  return new Map([...read].flatMap(([step, below]) => (/^(?:0|[1-9]\d*)$/.test(step) ? [[Number(step), below] as const] : [])));
}

function copyList(narrowing: Narrowing, part: KeywordPart): readonly Demand[] {
  const keywords = LIST_KEYWORDS.filter((keyword) => Object.hasOwn(part.schema, keyword));
  const schema = Object.fromEntries(keywords.map((keyword) => [keyword, part.schema[keyword] ?? null]));
  const copied = narrowing.copy({ ...part, schema });
  return keywords.length === 0 ? [] : [copied as JsonObject];
}

function numberOf({ schema }: KeywordPart, keyword: string): number | undefined {
  const value = ownProperty(schema, keyword);
  return typeof value === 'number' ? value : undefined;
}
