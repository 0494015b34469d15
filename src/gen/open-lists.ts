import { type Documents, formatLocation, resolve, type SchemaLocation, schemaAt } from '../payload/documents.ts';
import { subschemasOf } from '../payload/subschemas.ts';
import { type JsonValue, ownProperty } from '../source/json.ts';

/** Where the `$ref` of a schema in `file` leads, if it has one. */
export function targetOf(documents: Documents, file: string, schema: JsonValue): SchemaLocation | undefined {
  const reference = ownProperty(schema, '$ref');
  const target = typeof reference === 'string' ? resolve(documents, { file }, reference) : undefined;
  return target?.ok ? target.location : undefined;
}

/** Whether senders and receivers read the schema at a location, or anything it reaches, differently. */
export function hasOpenList(documents: Documents, start: SchemaLocation): boolean {
  const seen = new Set<string>();
  const waiting: { readonly file: string; readonly schema: JsonValue }[] = [];
  const visit = (location: SchemaLocation): void => {
    const key = formatLocation(location);
    if (!seen.has(key)) waiting.push({ file: location.file, schema: schemaAt(documents, location) ?? true });
    seen.add(key);
  };
  visit(start);
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { file, schema } = next;
    if (ownProperty(schema, 'x-open') === true) return true;
    const target = targetOf(documents, file, schema);
    if (target) visit(target);
    waiting.push(...subschemasOf(schema).map((subschema) => ({ file, schema: subschema.schema })));
  }
  return false;
}
