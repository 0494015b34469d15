import { isObject, type JsonObject, type JsonValue } from '../source/json.ts';
import { appendPointer, type Pointer } from '../source/pointer.ts';
import { KEYWORDS } from './keywords.ts';

/** A schema inside another, by its pointer from there. */
export type Subschema = { readonly pointer: Pointer; readonly schema: JsonValue };

type SubschemaVisit = (subschema: JsonValue, pointer: () => Pointer, keyword: string) => void;

/** Visits the schemas directly inside a schema, in the order they are written, with the pointer of each for whoever asks. References are not followed. */
export function eachSubschema(schema: JsonObject, visit: SubschemaVisit): void {
  for (const [keyword, value] of Object.entries(schema)) {
    const holds = KEYWORDS.get(keyword);
    // No keyword has anything to escape.
    if (holds === 'schema') visit(value, () => `/${keyword}`, keyword);
    else if (holds === 'schemas' || holds === 'named-schemas') visitInside(keyword, value, visit);
  }
}

function visitInside(keyword: string, value: JsonValue, visit: SubschemaVisit): void {
  const isList = KEYWORDS.get(keyword) === 'schemas';
  if (isList !== Array.isArray(value) || value === null || typeof value !== 'object') return;
  for (const [name, item] of Object.entries<JsonValue>(value)) visit(item, () => appendPointer(`/${keyword}`, name), keyword);
}

/** The schemas directly inside a schema, as {@link eachSubschema} visits them. */
export function subschemasOf(schema: JsonValue): readonly Subschema[] {
  const found: Subschema[] = [];
  if (isObject(schema)) eachSubschema(schema, (subschema, pointer) => found.push({ pointer: pointer(), schema: subschema }));
  return found;
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
