import type { JsonObject } from '../../source/json.ts';

/** Keywords by which another schema speaks of the same value, so that what it evaluates is no longer left to `unevaluated…`. */
const IN_PLACE: readonly string[] = ['$ref', 'allOf', 'anyOf', 'oneOf', 'if', 'then', 'else', 'dependentSchemas'];

/** Whether a schema says all by itself, so that to `unevaluatedProperties` and `unevaluatedItems` is left what it does not declare. */
export function saysAllItself(schema: JsonObject): boolean {
  return !IN_PLACE.some((keyword) => Object.hasOwn(schema, keyword));
}
