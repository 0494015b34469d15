import { mapSubschemas } from '../payload/subschemas.ts';
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../source/json.ts';
import { pointerSegments } from '../source/pointer.ts';

/** Keywords whose schemas apply to a part of the value: there an object of its own begins. */
const PARTS: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  'additionalProperties',
  'items',
  'prefixItems',
  'unevaluatedItems',
]);

/** Keywords whose schemas apply to the value itself: what they declare counts for the whole. */
const SAME_VALUE: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf', 'then', 'else', 'dependentSchemas', '$defs']);

/**
 * A bundled schema narrowed to what its senders emit: at each object only properties that the schema declares there, by name, by pattern
 * or by an `additionalProperties` of its own; what it requires without declaring it is declared too, as anything. Where alternatives are
 * combined it may be narrower still, never wider than together with the schema as written; so a message valid for both is one that the
 * sender may really send.
 */
export function closeSender(schema: JsonObject): JsonObject {
  const closed = closePart(schema);
  return isObject(closed) ? closed : schema;
}

function closePart(schema: JsonValue): JsonValue {
  if (!isObject(schema)) return schema;
  const inner = closeInside(schema);
  // Listed values are declared whole.
  const listed = ['enum', 'const', 'unevaluatedProperties'].some((keyword) => Object.hasOwn(schema, keyword));
  return listed ? inner : { ...inner, unevaluatedProperties: false };
}

function closeInside(schema: JsonObject): JsonObject {
  const required = ownProperty(schema, 'required');
  const declared = ownProperty(schema, 'properties') ?? {};
  const missing = Array.isArray(required) && isObject(declared) ? required.filter((name) => !Object.hasOwn(declared, name)) : [];
  const properties = { ...Object.fromEntries(missing.map((name) => [name, true])), ...(isObject(declared) && declared) };
  return mapSubschemas(missing.length > 0 ? { ...schema, properties } : schema, (subschema, pointer) => {
    const keyword = pointerSegments(pointer)[0] ?? '';
    if (PARTS.has(keyword)) return closePart(subschema);
    return SAME_VALUE.has(keyword) && isObject(subschema) ? closeInside(subschema) : subschema;
  });
}
