/** Field numbers of what travels as Protobuf. */
import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { formatLocation, referenceTarget, type SchemaLocation, schemaAt } from '../../payload/documents.ts';
import { subschemasOf } from '../../payload/subschemas.ts';
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import { appendPointer } from '../../source/pointer.ts';
import { type CheckContext, keyPlace, valuePlace } from './context.ts';

/** Numbers that Protobuf keeps for its own implementations. */
const FIRST_OF_PROTOBUF = 19_000;
const LAST_OF_PROTOBUF = 19_999;

/** Checks every schema that a Protobuf payload reaches, each once, named by the first interaction that reaches it. */
export function checkProtobuf(context: CheckContext): readonly Diagnostic[] {
  const places = new Map<string, { readonly place: SchemaLocation; readonly interaction: string }>();
  const add = (place: SchemaLocation, interaction: string) => {
    const key = formatLocation(place);
    if (!places.has(key)) places.set(key, { place, interaction });
  };
  for (const { id, encoding, payloads } of context.contracts.flatMap(({ provides }) => provides)) {
    if (encoding === 'protobuf') for (const { schema } of payloads) add(schema, id);
  }
  const findings: Diagnostic[] = [];
  // The map grows while it is walked: what a schema holds and refers to is visited once.
  for (const { place, interaction } of places.values()) {
    const schema = schemaAt(context.documents, place);
    if (!isObject(schema)) continue;
    findings.push(...checkFields(context, place, schema, interaction), ...checkEnum(context, place, schema, interaction));
    for (const inner of subschemasOf(schema)) add({ ...place, pointer: place.pointer + inner.pointer }, interaction);
    const ref = ownProperty(schema, '$ref');
    const target = typeof ref === 'string' ? referenceTarget(place.file, ref) : undefined;
    if (target?.ok) add(target.location, interaction);
  }
  return findings;
}

function checkFields(
  context: CheckContext,
  { file, pointer }: SchemaLocation,
  schema: JsonObject,
  interaction: string,
): readonly Diagnostic[] {
  const properties = ownProperty(schema, 'properties');
  if (!isObject(properties)) return [];
  const retired = numbersOf(ownProperty(schema, 'x-reserved'));
  const all = Object.values(properties).flatMap((property) => fieldNumber(property) ?? []);
  const free = firstFree(new Set([...all, ...retired]));
  const taken = new Map<number, string>();
  return Object.entries(properties).flatMap(([property, inner]) => {
    const place = appendPointer(pointer, 'properties', property);
    const number = fieldNumber(inner);
    if (number === undefined) {
      // A number of a wrong shape has been reported.
      if (ownProperty(inner, 'x-field') !== undefined) return [];
      return [diagnose('missing-field-number', keyPlace(context, file, place), { property, free, interaction })];
    }
    const at = valuePlace(context, file, appendPointer(place, 'x-field'));
    const other = taken.get(number);
    taken.set(number, other ?? property);
    if (other !== undefined) {
      const first = keyPlace(context, file, appendPointer(pointer, 'properties', other));
      return [diagnose('duplicate-field-number', at, { property, number }, [{ at: first, label: `${number} is taken here` }])];
    }
    if (retired.includes(number)) return [diagnose('reserved-field-number', at, { property, number, by: 'x-reserved' })];
    if (number < FIRST_OF_PROTOBUF || number > LAST_OF_PROTOBUF) return [];
    return [diagnose('reserved-field-number', at, { property, number, by: 'protobuf' })];
  });
}

function checkEnum(
  context: CheckContext,
  { file, pointer }: SchemaLocation,
  schema: JsonObject,
  interaction: string,
): readonly Diagnostic[] {
  const values = ownProperty(schema, 'enum');
  if (!Array.isArray(values)) return [];
  const numbers = ownProperty(schema, 'x-enum-numbers');
  const retired = numbersOf(ownProperty(schema, 'x-reserved'));
  const taken = new Set<number>();
  return values.flatMap((value: JsonValue, index) => {
    if (typeof value !== 'string') return [];
    const number = ownProperty(numbers, value);
    if (number === undefined) {
      const at = valuePlace(context, file, appendPointer(pointer, 'enum', index));
      return [diagnose('missing-enum-number', at, { value, interaction })];
    }
    if (typeof number !== 'number') return [];
    const reserved = retired.includes(number);
    if (!reserved && !taken.has(number)) {
      taken.add(number);
      return [];
    }
    const at = valuePlace(context, file, appendPointer(pointer, 'x-enum-numbers', value));
    return [diagnose('taken-enum-number', at, { value, number, reserved })];
  });
}

function fieldNumber(property: JsonValue): number | undefined {
  const number = ownProperty(property, 'x-field');
  return typeof number === 'number' ? number : undefined;
}

function numbersOf(value: JsonValue | undefined): readonly number[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'number') : [];
}

function firstFree(taken: ReadonlySet<number>): number {
  let number = 1;
  while (taken.has(number)) number += 1;
  return number;
}
