import { isObject, type JsonObject, type JsonValue, ownProperty } from '../source/json.ts';

const CONTAINS: ReadonlySet<string> = new Set(['contains', 'minContains', 'maxContains']);
const UNIQUE: ReadonlySet<string> = new Set(['uniqueItems']);

/**
 * The same schema with what ajv 8.20 gets wrong beside `prefixItems` in `allOf` members of its own, where it is right. Subschemas are left
 * as they are.
 *
 * - `contains` is overlooked for an empty list, unless all errors are collected, and under `not` even then.
 * - `uniqueItems` takes the type that `items` has, which speaks of the rest of the list, for that of all items, and compares no others.
 */
export function settleLists(schema: JsonObject): JsonObject {
  if (!Object.hasOwn(schema, 'prefixItems')) return schema;
  const settled = Object.hasOwn(schema, 'contains') ? moveAside(schema, CONTAINS) : schema;
  return Object.hasOwn(settled, 'uniqueItems') && isObject(ownProperty(settled, 'items')) ? moveAside(settled, UNIQUE) : settled;
}

function moveAside(schema: JsonObject, keywords: ReadonlySet<string>): JsonObject {
  const entries = Object.entries(schema);
  const moved = Object.fromEntries(entries.filter(([keyword]) => keywords.has(keyword)));
  const others = Object.fromEntries(entries.filter(([keyword]) => !keywords.has(keyword)));
  const members: readonly JsonValue[] = Array.isArray(schema.allOf) ? schema.allOf : [];
  return { ...others, allOf: [...members, moved] };
}
