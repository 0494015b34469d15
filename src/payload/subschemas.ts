import { isObject, type JsonObject, type JsonValue, ownProperty } from '../source/json.ts';
import { appendPointer, type Pointer } from '../source/pointer.ts';
import { KEYWORDS } from './keywords.ts';

/** A schema inside another, by its pointer from there. */
export type Subschema = { readonly pointer: Pointer; readonly schema: JsonValue };

/** The schemas directly inside a schema, in the order they are written. References are not followed. */
export function subschemasOf(schema: JsonValue): readonly Subschema[] {
  if (!isObject(schema)) return [];
  return Object.keys(schema).flatMap((keyword) => {
    const value = ownProperty(schema, keyword) ?? null;
    const place = appendPointer('', keyword);
    const holds = KEYWORDS.get(keyword);
    if (holds === 'schema') return [{ pointer: place, schema: value }];
    if (holds === 'schemas' && Array.isArray(value)) {
      return value.map((item: JsonValue, index) => ({ pointer: appendPointer(place, index), schema: item }));
    }
    if (holds === 'named-schemas' && isObject(value)) {
      return Object.entries(value).map(([name, item]) => ({ pointer: appendPointer(place, name), schema: item }));
    }
    return [];
  });
}

/** A copy of a schema with each schema directly inside it replaced. */
export function mapSubschemas(schema: JsonObject, change: (subschema: JsonValue, pointer: Pointer) => JsonValue): JsonObject {
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]): [string, JsonValue] => {
      const place = appendPointer('', keyword);
      const holds = KEYWORDS.get(keyword);
      if (holds === 'schema') return [keyword, change(value, place)];
      if (holds === 'schemas' && Array.isArray(value)) {
        return [keyword, value.map((item: JsonValue, index) => change(item, appendPointer(place, index)))];
      }
      if (holds === 'named-schemas' && isObject(value)) {
        const entries = Object.entries(value).map(([name, item]) => [name, change(item, appendPointer(place, name))] as const);
        return [keyword, Object.fromEntries(entries)];
      }
      return [keyword, value];
    }),
  );
}
