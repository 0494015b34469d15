import type { Side } from '../../payload/bundle.ts';
import { type Documents, followReferences, formatLocation, resolve, type SchemaLocation, schemaAt } from '../../payload/documents.ts';
import { openLists } from '../../payload/open-lists.ts';
import { settleLists } from '../../payload/settle-lists.ts';
import { mapSubschemas, subschemasOf } from '../../payload/subschemas.ts';
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';

/** Schemas that refer to each other by `$id`, each place of the contracts at most once for each side that reads it differently. */
export type SchemaSet = {
  /** The `$id` of the schema at a location as one side reads it; its closure is added. */
  add(location: SchemaLocation, side: Side): string;
  /** All schemas so far, with their `$id`. */
  schemas(): readonly JsonObject[];
};

/** Keywords that no value can break, so that validators need not carry them. */
const ANNOTATIONS: ReadonlySet<string> = new Set([
  '$comment',
  '$defs',
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
  'default',
  'deprecated',
  'description',
  'examples',
  'readOnly',
  'title',
  'writeOnly',
]);

/** An empty set over the files of a project. */
export function createSchemaSet(documents: Documents): SchemaSet {
  const schemas = new Map<string, JsonObject>();
  const ids = new Map<string, string>();
  const add = (place: SchemaLocation, side: Side): string => {
    const location = followReferences(documents, place)?.location ?? place;
    const key = `${hasOpenList(documents, location) ? side : 'both'} ${formatLocation(location)}`;
    const known = ids.get(key);
    if (known !== undefined) return known;
    const id = `s${ids.size}`;
    ids.set(key, id);
    const rewritten = rewrite(schemaAt(documents, location) ?? true, location.file, side);
    schemas.set(id, { $id: id, ...(isObject(rewritten) ? rewritten : rewritten === false ? { not: {} } : {}) });
    return id;
  };
  const rewrite = (schema: JsonValue, file: string, side: Side): JsonValue => {
    if (!isObject(schema)) return schema;
    const opened = side === 'receiver' ? openLists(documents, file, schema) : schema;
    const checked = Object.fromEntries(Object.entries(opened).filter(([keyword]) => !isAnnotation(keyword)));
    const rewritten = mapSubschemas(settleLists(checked), (subschema) => rewrite(subschema, file, side));
    const target = targetOf(documents, file, schema);
    return target ? { ...rewritten, $ref: add(target, side) } : rewritten;
  };
  return { add, schemas: () => [...schemas.values()] };
}

function isAnnotation(keyword: string): boolean {
  return ANNOTATIONS.has(keyword) || keyword.startsWith('x-');
}

function targetOf(documents: Documents, file: string, schema: JsonValue): SchemaLocation | undefined {
  const reference = ownProperty(schema, '$ref');
  const target = typeof reference === 'string' ? resolve(documents, { file }, reference) : undefined;
  return target?.ok ? target.location : undefined;
}

/** Whether senders and receivers read the schema at a location, or anything it reaches, differently. */
function hasOpenList(documents: Documents, start: SchemaLocation): boolean {
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
