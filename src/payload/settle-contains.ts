import type { JsonObject, JsonValue } from '../source/json.ts';

const CONTAINS: ReadonlySet<string> = new Set(['contains', 'minContains', 'maxContains']);

/**
 * The same schema with `contains` in an `allOf` member of its own where it stands beside `prefixItems`: ajv 8.20 overlooks it there for an
 * empty list, unless it collects all errors, and under `not` even then. Subschemas are left as they are.
 */
export function settleContains(schema: JsonObject): JsonObject {
  if (!Object.hasOwn(schema, 'contains') || !Object.hasOwn(schema, 'prefixItems')) return schema;
  const entries = Object.entries(schema);
  const sought = Object.fromEntries(entries.filter(([keyword]) => CONTAINS.has(keyword)));
  const others = Object.fromEntries(entries.filter(([keyword]) => !CONTAINS.has(keyword)));
  const members: readonly JsonValue[] = Array.isArray(schema.allOf) ? schema.allOf : [];
  return { ...others, allOf: [...members, sought] };
}
