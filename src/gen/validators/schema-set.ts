import type { Side } from '../../payload/bundle.ts';
import { type Documents, followReferences, formatLocation, type SchemaLocation, schemaAt } from '../../payload/documents.ts';
import { openLists } from '../../payload/open-lists.ts';
import { settleLists } from '../../payload/settle-lists.ts';
import { mapSubschemas } from '../../payload/subschemas.ts';
import { isObject, type JsonObject, type JsonValue } from '../../source/json.ts';
import { hasOpenList, targetOf } from '../open-lists.ts';
import { tellUnions } from './tell-unions.ts';

/** Schemas that refer to each other by `$id`, each place of the contracts at most once for each side that reads it differently. */
export type SchemaSet = {
  /** The `$id` of the schema at a location as one side reads it; its closure is added. */
  add(location: SchemaLocation, side: Side): string;
  /** All schemas so far, with their `$id`. */
  schemas(): readonly JsonObject[];
  /** Whether any of them asks which properties others have evaluated. */
  usesEvaluated(): boolean;
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

/**
 * An empty set over the files of a project. `tells`: unions are told apart by a property where they can be; ajv then forgets which properties
 * the alternative evaluated, so that a set in which that is asked for must do without.
 */
export function createSchemaSet(documents: Documents, { tells = true }: { readonly tells?: boolean } = {}): SchemaSet {
  let usesEvaluated = false;
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
    if (Object.hasOwn(schema, 'unevaluatedProperties')) usesEvaluated = true;
    const told = tells ? tellUnions(documents, { file, side }, schema) : schema;
    const opened = side === 'receiver' ? openLists(documents, file, told) : told;
    const checked = Object.fromEntries(Object.entries(opened).filter(([keyword]) => !isAnnotation(keyword)));
    const rewritten = mapSubschemas(settleLists(checked), (subschema) => rewrite(subschema, file, side));
    const target = targetOf(documents, file, schema);
    return target ? { ...rewritten, $ref: add(target, side) } : rewritten;
  };
  return { add, schemas: () => [...schemas.values()], usesEvaluated: () => usesEvaluated };
}

function isAnnotation(keyword: string): boolean {
  return ANNOTATIONS.has(keyword) || keyword.startsWith('x-');
}
