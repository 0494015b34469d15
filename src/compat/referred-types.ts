import { type Documents, formatLocation, resolve, schemaAt } from '../payload/documents.ts';
import { mapSubschemas, subschemasOf } from '../payload/subschemas.ts';
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../source/json.ts';
import { isAnnotation } from './keywords.ts';

// More than any payload reaches; what lies beyond is not told apart by a fingerprint.
const MOST_TYPES = 1_000;

/**
 * The types that a schema written in a file refers to, directly or through others, by their place and without texts for people; absent where
 * it refers to none. A value of a fact with a reference in it stands for them, so that two changes of a type are not taken for one.
 */
export function referredTypes(documents: Documents, file: string, schema: JsonValue): JsonObject | undefined {
  const found = new Map<string, JsonValue>();
  const pending: { readonly file: string; readonly schema: JsonValue }[] = [{ file, schema }];
  for (let next = pending.pop(); next && found.size < MOST_TYPES; next = pending.pop()) {
    const { file: home, schema: current } = next;
    pending.push(...subschemasOf(current).map((subschema) => ({ file: home, schema: subschema.schema })));
    const reference = ownProperty(current, '$ref');
    const target = typeof reference === 'string' ? resolve(documents, { file: home }, reference) : undefined;
    if (!target?.ok || found.has(formatLocation(target.location))) continue;
    const type = schemaAt(documents, target.location) ?? true;
    found.set(formatLocation(target.location), withoutTexts(type));
    pending.push({ file: target.location.file, schema: type });
  }
  return found.size > 0 ? Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1))) : undefined;
}

function withoutTexts(schema: JsonValue): JsonValue {
  if (!isObject(schema)) return schema;
  const told = Object.fromEntries(Object.entries(schema).filter(([keyword]) => !isAnnotation(keyword)));
  return mapSubschemas(told, withoutTexts);
}
