import { isObject, type JsonObject, type JsonValue } from '../../source/json.ts';

/** Keywords of 2020-12 that hold a schema. */
export const SINGLE: ReadonlySet<string> = new Set([
  ...['additionalProperties', 'propertyNames', 'contains', 'not', 'if', 'then', 'else'],
  ...['unevaluatedItems', 'unevaluatedProperties'],
]);

/** Keywords of 2020-12 that hold a list of schemas. */
export const LISTS: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf']);

/** Keywords of 2020-12 that hold schemas by names. */
export const MAPS: ReadonlySet<string> = new Set(['properties', 'patternProperties', 'dependentSchemas']);

/** Keywords that hold schemas in some draft, of which some are lists, and some hold what is no schema besides. */
const OTHERS: ReadonlySet<string> = new Set(['items', 'prefixItems', 'additionalItems', 'contentSchema']);
const OTHER_MAPS: ReadonlySet<string> = new Set(['$defs', 'definitions', 'dependencies']);

/** Whatever some draft takes for a schema directly inside of one. */
export function partsOf(schema: JsonObject): readonly JsonValue[] {
  return Object.entries(schema).flatMap(([keyword, value]): readonly JsonValue[] => {
    if (SINGLE.has(keyword)) return [value];
    if (LISTS.has(keyword) || OTHERS.has(keyword)) return Array.isArray(value) ? value : [value];
    return (MAPS.has(keyword) || OTHER_MAPS.has(keyword)) && isObject(value) ? Object.values(value) : [];
  });
}
