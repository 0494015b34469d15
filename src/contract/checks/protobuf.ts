/** Field numbers of what travels as Protobuf. */
import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { SchemaLocation } from '../../payload/documents.ts';
import { keeperOf, nextNumber, numberedTexts, reachedSchemas, usedNumbers } from '../../payload/protobuf-numbers.ts';
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import { appendPointer } from '../../source/pointer.ts';
import { type CheckContext, keyPlace, valuePlace } from './context.ts';

/** Checks every schema that a Protobuf payload reaches, each once, named by the first interaction that reaches it. */
export function checkProtobuf(context: CheckContext): readonly Diagnostic[] {
  const interactions = context.contracts.flatMap(({ provides }) => provides).filter(({ encoding }) => encoding === 'protobuf');
  const payloads = interactions.flatMap(({ id, payloads: all }) => all.map(({ schema }) => [schema, id] as const));
  return reachedSchemas(context.documents, payloads).flatMap(({ place, schema, origin }) => [
    ...checkFields(context, place, schema, origin),
    ...checkTexts(context, place, schema, origin),
  ]);
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
  const free = nextNumber(usedNumbers(schema, 'field'), 'field');
  const taken = new Map<number, string>();
  return Object.entries(properties).flatMap(([property, inner]) => {
    const place = appendPointer(pointer, 'properties', property);
    const number = fieldNumber(inner);
    if (number === undefined) {
      // What may never be there needs no number.
      if (inner === false) return [];
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
    const by = keeperOf(number);
    return by === undefined ? [] : [diagnose('reserved-field-number', at, { property, number, by })];
  });
}

/** Checks the values of an enum, and those that tell the alternatives of a `oneOf` apart, whose numbers are those of fields. */
function checkTexts(
  context: CheckContext,
  { file, pointer }: SchemaLocation,
  schema: JsonObject,
  interaction: string,
): readonly Diagnostic[] {
  const { of, texts } = numberedTexts(context.documents, file, schema);
  const numbers = ownProperty(schema, 'x-enum-numbers');
  const retired = numbersOf(ownProperty(schema, 'x-reserved'));
  const taken = new Set<number>();
  return texts.flatMap(({ text: value, steps }) => {
    const number = ownProperty(numbers, value);
    if (number === undefined) {
      const at = valuePlace(context, file, appendPointer(pointer, ...steps));
      return [diagnose('missing-enum-number', at, { value, interaction })];
    }
    if (typeof number !== 'number') return [];
    const kept = of === 'field' && isKept(number);
    const by = kept ? 'protobuf' : takenBy(number, retired, taken);
    taken.add(number);
    if (by === undefined) return [];
    const at = valuePlace(context, file, appendPointer(pointer, 'x-enum-numbers', value));
    return [diagnose('taken-enum-number', at, { value, number, by })];
  });
}

function takenBy(number: number, retired: readonly number[], taken: ReadonlySet<number>): 'x-reserved' | 'another' | undefined {
  if (retired.includes(number)) return 'x-reserved';
  return taken.has(number) ? 'another' : undefined;
}

function isKept(number: number): boolean {
  return number === 0 || keeperOf(number) !== undefined;
}

function fieldNumber(property: JsonValue): number | undefined {
  const number = ownProperty(property, 'x-field');
  return typeof number === 'number' ? number : undefined;
}

function numbersOf(value: JsonValue | undefined): readonly number[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'number') : [];
}
