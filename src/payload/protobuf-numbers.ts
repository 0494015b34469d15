/** Which schemas travel as Protobuf, and which number is the next to be given. */
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../source/json.ts';
import { type Documents, formatLocation, referenceTarget, type SchemaLocation, schemaAt } from './documents.ts';
import { MARKERS } from './protobuf/counterparts.ts';
import { choiceOf } from './protobuf/members.ts';
import { subschemasOf } from './subschemas.ts';

/** Field numbers that Protobuf keeps for its own implementations, and those before them that msgctl keeps for its marks. */
const KEPT_BY_PROTOBUF = { first: 19_000, last: 19_999 } as const;

/** The largest field number, and the largest number of an enum value. */
export const LARGEST = { field: 536_870_911, value: 2_147_483_647 } as const;

/**
 * Every schema that payloads reach, each once, with what was given for the first payload that reaches it: their parts and what they refer to,
 * in this and other files, however far.
 */
export function reachedSchemas<Origin>(
  documents: Documents,
  payloads: Iterable<readonly [SchemaLocation, Origin]>,
): readonly { readonly place: SchemaLocation; readonly schema: JsonObject; readonly origin: Origin }[] {
  const places = new Map<string, { readonly place: SchemaLocation; readonly origin: Origin }>();
  const add = (place: SchemaLocation, origin: Origin) => {
    const key = formatLocation(place);
    if (!places.has(key)) places.set(key, { place, origin });
  };
  for (const [place, origin] of payloads) add(place, origin);
  const reached: { place: SchemaLocation; schema: JsonObject; origin: Origin }[] = [];
  // The map grows while it is walked: what a schema holds and refers to is visited once.
  for (const { place, origin } of places.values()) {
    const schema = schemaAt(documents, place);
    if (!isObject(schema)) continue;
    reached.push({ place, schema, origin });
    for (const inner of subschemasOf(schema)) add({ ...place, pointer: place.pointer + inner.pointer }, origin);
    const ref = ownProperty(schema, '$ref');
    const target = typeof ref === 'string' ? referenceTarget(place.file, ref) : undefined;
    if (target?.ok) add(target.location, origin);
  }
  return reached;
}

/** The numbers in use, and those taken out of use, of the fields of a schema or of the values of its enum. */
export function usedNumbers(schema: JsonObject, of: 'field' | 'value'): readonly number[] {
  const properties = ownProperty(schema, 'properties');
  const fields = isObject(properties) ? Object.values(properties).map((property) => ownProperty(property, 'x-field')) : [];
  const numbers = ownProperty(schema, 'x-enum-numbers');
  const values = isObject(numbers) ? Object.values(numbers) : [];
  const reserved = ownProperty(schema, 'x-reserved');
  const all: readonly (JsonValue | undefined)[] = [...(of === 'field' ? fields : values), ...(Array.isArray(reserved) ? reserved : [])];
  return all.filter((number) => typeof number === 'number');
}

/**
 * The number after the largest ever used: one that is free again may still stand in old messages. Never 0, which Protobuf keeps for a value
 * that is not set. Undefined where there is none left.
 */
export function nextNumber(used: Iterable<number>, of: 'field' | 'value'): number | undefined {
  let next = 1;
  for (const number of used) next = Math.max(next, Math.floor(number) + 1);
  if (of === 'field' && keeperOf(next) !== undefined) next = KEPT_BY_PROTOBUF.last + 1;
  return next <= LARGEST[of] ? next : undefined;
}

/** Who keeps a field number for itself, if somebody does. */
export function keeperOf(number: number): 'protobuf' | 'msgctl' | undefined {
  if (number >= KEPT_BY_PROTOBUF.first && number <= KEPT_BY_PROTOBUF.last) return 'protobuf';
  return number === MARKERS.nulls || number === MARKERS.empties ? 'msgctl' : undefined;
}

/** The texts of a schema that are numbers in Protobuf: the values of an enum, or those that tell the alternatives of a `oneOf` apart. */
export type NumberedTexts = {
  /** Alternatives are fields. */
  readonly of: 'value' | 'field';
  readonly texts: readonly { readonly text: string; readonly steps: readonly [keyword: string, index: number] }[];
};

/** The texts of a schema that need numbers. */
export function numberedTexts(documents: Documents, file: string, schema: JsonObject): NumberedTexts {
  const values = ownProperty(schema, 'enum');
  if (Array.isArray(values)) {
    const texts = values.flatMap((text: JsonValue, index) => (typeof text === 'string' ? [{ text, steps: ['enum', index] as const }] : []));
    return { of: 'value', texts };
  }
  const choice = Array.isArray(schema.oneOf) ? choiceOf(documents, [{ file, schema, keyword: '' }]) : undefined;
  const told = choice?.told?.values ?? [];
  const texts = told.flatMap((text, at) => {
    const index = choice?.others[at]?.step;
    return typeof text === 'string' && typeof index === 'number' ? [{ text, steps: ['oneOf', index] as const }] : [];
  });
  return { of: 'field', texts };
}
