/** Two versions of a schema, as they come after each other. */
import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../src/source/json.ts';
import { anySchema, anyTypes } from './random-schemas.ts';

/** Any schema with the types that it may refer to. */
export const anyVersion = fc.record({ schema: anySchema, types: anyTypes });

/** A second version that differs in one place, as real ones do, or altogether. */
export const anyPair = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(anyVersion, fc.array(fc.tuple(fc.nat(), anySchema), { minLength: 1, maxLength: 2 }), anyTypes).map(
      ([one, edits, others]) =>
        [
          one,
          {
            schema: edits.reduce((schema, [at, by]) => edit(schema, at, by), one.schema),
            types: edits.length === 2 ? others : one.types,
          },
        ] as const,
    ),
  },
  { weight: 1, arbitrary: fc.tuple(anyVersion, anyVersion) },
);

/** Replaces, drops or adds one keyword somewhere in a schema. */
function edit(schema: JsonValue, at: number, by: JsonValue): JsonValue {
  if (schema === null || typeof schema !== 'object' || Array.isArray(schema)) return by;
  const object = schema as JsonObject;
  const keys = Object.keys(object);
  const key = keys[at % (keys.length + 1)];
  const rest = Math.floor(at / (keys.length + 1));
  if (key === undefined || rest === 0) return typeof by === 'object' && by !== null ? { ...object, ...by } : by;
  const value = object[key] ?? null;
  if (rest % 5 === 1) return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
  if (key === 'properties' || key === 'patternProperties') {
    const properties = value as JsonObject;
    const name = Object.keys(properties)[rest % Math.max(1, Object.keys(properties).length)] ?? 'a';
    return { ...object, [key]: { ...properties, [name]: edit(properties[name] ?? true, Math.floor(rest / 3), by) } };
  }
  if (['items', 'additionalProperties', 'not', 'contains', 'if', 'then', 'else'].includes(key))
    return { ...object, [key]: edit(value, Math.floor(rest / 3), by) };
  if (['anyOf', 'oneOf', 'allOf', 'prefixItems'].includes(key)) {
    const list = value as readonly JsonValue[];
    return { ...object, [key]: list.map((item, index) => (index === rest % list.length ? edit(item, Math.floor(rest / 3), by) : item)) };
  }
  if (typeof value === 'number' && key !== 'multipleOf') return { ...object, [key]: Math.max(0, value + ((rest % 3) - 1)) };
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}
