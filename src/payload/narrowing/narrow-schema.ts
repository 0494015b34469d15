import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import type { Pointer } from '../../source/pointer.ts';
import { type Documents, referenceTarget, referenceTo, type SchemaLocation } from '../documents.ts';
import { equalJson } from '../equal-json.ts';
import { hasKeywords, type KeywordPart, listParts, partAt, pointerOf, referredPart } from '../schema-part.ts';
import { mapSubschemas } from '../subschemas.ts';
import { PLAIN, TEXTS } from './kept-keywords.ts';
import { narrowAlternatives } from './narrow-alternatives.ts';
import { narrowList } from './narrow-lists.ts';
import { narrowObject } from './narrow-objects.ts';
import { narrowListed } from './narrow-values.ts';
import { allOf, type Demand, type Narrowing } from './narrowing.ts';
import { type ReadPaths, readPaths } from './read-paths.ts';

// More schemas than any message has places. Alternatives that use each other many times over are read whole beyond that, which demands more, never less.
const MOST_SCHEMAS = 5_000;

/**
 * What a schema demands of the values at some pointers, as a schema of its own, to stand in the same file.
 *
 * It accepts whatever the schema accepts, for senders and for receivers (`x-open`). At the pointers and on the way to them it demands what the
 * schema does: that they are there, their types, all that their schemas say. Anything else in a message may be there or not, and be whatever
 * it is. Where the schema joins what is read with what is not (alternatives, conditions, counts) it demands what holds in any case.
 */
export function narrowSchema(documents: Documents, location: SchemaLocation, pointers: readonly Pointer[]): JsonValue {
  const part = partAt(documents, location);
  if (!part) return true;
  let left = MOST_SCHEMAS;
  const narrowing: Narrowing = {
    documents,
    home: location.file,
    copy: (whole) => copySchema(location.file, whole.file, whole.schema),
    narrow: (each, read) => {
      if (read === 'all') return narrowing.copy(each);
      if (!hasKeywords(each)) return each.schema !== false;
      left -= 1;
      return left < 0
        ? { $ref: referenceTo(location.file, { file: each.file, pointer: pointerOf(each) }) }
        : narrowKeywords(narrowing, each, read);
    },
    narrowValue: (each, read) => {
      const narrowed = narrowing.narrow(each, read);
      return read === 'all' ? narrowed : declareRead(narrowed, read);
    },
  };
  return narrowing.narrowValue(part, readPaths(pointers));
}

/** A schema as it is written, with references that lead to the same from another file. Definitions inside are reached where they stand. */
function copySchema(home: string, file: string, schema: JsonValue): JsonValue {
  if (!isObject(schema)) return schema;
  const { $defs: _inside, ...rest } = schema;
  const copied = mapSubschemas(rest, (inner) => copySchema(home, file, inner));
  const reference = ownProperty(schema, '$ref');
  const target = typeof reference === 'string' && file !== home ? referenceTarget(file, reference) : undefined;
  return target?.ok ? { ...copied, $ref: referenceTo(home, target.location) } : copied;
}

function narrowKeywords(narrowing: Narrowing, part: KeywordPart, read: ReadPaths): JsonValue {
  const target = referredPart(narrowing.documents, part);
  const own = pick(part.schema, [...TEXTS, ...PLAIN]);
  const referred = target ? narrowing.narrow(target, read) : true;
  const members = listParts(part, 'allOf').map((member) => narrowing.narrow(member, read));
  const demands: readonly (Demand | true)[] = [
    own,
    ...narrowListed(narrowing, part, read),
    ...(mayBe(part, 'object') ? narrowObject(narrowing, part, read) : []),
    ...(mayBe(part, 'array') ? narrowList(narrowing, part, read) : []),
    ...narrowAlternatives(narrowing, part, read),
    isObject(referred) ? referred : referred !== false,
  ];
  return joinDemands(demands, members);
}

/** Puts demands into one schema; one whose keywords are taken becomes a member of `allOf`, as the members that were written are. */
function joinDemands(demands: readonly (Demand | true)[], members: readonly JsonValue[]): JsonValue {
  if (demands.includes(false) || members.includes(false)) return false;
  let joined: JsonObject = {};
  const apart: JsonValue[] = [];
  for (const demand of demands) {
    if (!isObject(demand)) continue;
    const untold = Object.keys(demand).filter((keyword) => !isTold(joined, demand, keyword));
    const rest = pick(demand, untold);
    if (untold.some((keyword) => claims(joined).has(keyword)) || [...claims(rest)].some((keyword) => Object.hasOwn(joined, keyword)))
      apart.push(demand);
    else joined = { ...joined, ...rest };
  }
  const inner = [...apart, ...members].filter((member) => member !== true && !isEmpty(member));
  if (inner.length === 0) return isEmpty(joined) ? true : joined;
  return isEmpty(joined) ? allOf(inner) : joinMembers(joined, inner);
}

/** Whether what a demand says by a keyword stands there already, or is a text beside which another has no place. */
function isTold(joined: JsonObject, demand: JsonObject, keyword: string): boolean {
  if (!Object.hasOwn(joined, keyword)) return false;
  return TEXTS.includes(keyword) || (keyword === 'type' && equalJson(joined[keyword] ?? null, demand[keyword] ?? null));
}

function joinMembers(joined: JsonObject, inner: readonly JsonValue[]): JsonValue {
  const known = ownProperty(joined, 'allOf');
  return { ...joined, allOf: [...(Array.isArray(known) ? known : []), ...inner] };
}

/** The keywords that a schema has, and those that would change what they mean: which of two lists is open is told by what stands beside. */
function claims(schema: JsonObject): ReadonlySet<string> {
  const lists = Object.hasOwn(schema, 'x-open') ? ['enum', 'oneOf'] : [];
  return new Set([...Object.keys(schema), ...lists]);
}

/** Declares what is read and nowhere spoken of in an object, so that the narrowed schema tells in any case what is read of it. */
function declareRead(schema: JsonValue, read: ReadPaths): JsonValue {
  const types = ownProperty(schema, 'type');
  if (!isObject(schema) || !(Array.isArray(types) ? types : [types]).includes('object')) return schema;
  const silent = [...read.keys()].filter((name) => !declares(schema, name));
  if (silent.length === 0) return schema;
  const properties = ownProperty(schema, 'properties');
  return { ...schema, properties: { ...(isObject(properties) && properties), ...Object.fromEntries(silent.map((name) => [name, true])) } };
}

function declares(schema: JsonValue, name: string): boolean {
  if (ownProperty(ownProperty(schema, 'properties'), name) !== undefined || ownProperty(schema, '$ref') !== undefined) return true;
  return ['allOf', 'anyOf', 'oneOf'].some((keyword) => {
    const members = ownProperty(schema, keyword);
    return Array.isArray(members) && members.some((member: JsonValue) => declares(member, name));
  });
}

function mayBe({ schema }: KeywordPart, type: string): boolean {
  const types = ownProperty(schema, 'type');
  return types === undefined || types === type || (Array.isArray(types) && types.includes(type));
}

function pick(schema: JsonObject, keywords: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => keywords.includes(keyword)));
}

function isEmpty(schema: JsonValue): boolean {
  return isObject(schema) && Object.keys(schema).length === 0;
}
