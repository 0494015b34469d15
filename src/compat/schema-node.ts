import { type Documents, formatLocation, resolve, type SchemaLocation, schemaAt } from '../payload/documents.ts';
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../source/json.ts';
import { appendPointer } from '../source/pointer.ts';

/** One place of a schema in one version of a project. */
export type SchemaNode = { readonly documents: Documents; readonly location: SchemaLocation; readonly schema: JsonValue };

/** A place where the schema is an object: the only kind that has keywords. */
export type KeywordNode = SchemaNode & { readonly schema: JsonObject };

/** The schema at a location, or `undefined` where nothing is written. */
export function schemaNode(documents: Documents, location: SchemaLocation): SchemaNode | undefined {
  const schema = schemaAt(documents, location);
  return schema === undefined ? undefined : { documents, location, schema };
}

/** The place below a node, or `undefined` where nothing is written. */
export function childNode(node: SchemaNode, ...segments: readonly (string | number)[]): SchemaNode | undefined {
  let schema: JsonValue | undefined = node.schema;
  for (const segment of segments) schema = childValue(schema, String(segment));
  if (schema === undefined) return undefined;
  return {
    documents: node.documents,
    location: { file: node.location.file, pointer: appendPointer(node.location.pointer, ...segments) },
    schema,
  };
}

/** Where a node's `$ref` leads; `undefined` where it has none or it leads nowhere. */
export function followReference(node: SchemaNode): SchemaNode | undefined {
  const reference = ownProperty(node.schema, '$ref');
  if (typeof reference !== 'string') return undefined;
  const resolved = resolve(node.documents, node.location, reference);
  return resolved.ok ? { documents: node.documents, location: resolved.location, schema: resolved.schema } : undefined;
}

/** A text that names the place within its version. */
export function nodeKey(node: SchemaNode): string {
  return formatLocation(node.location);
}

/** Whether the node's schema has keywords (is neither boolean nor malformed). */
export function hasKeywords(node: SchemaNode): node is KeywordNode {
  return isObject(node.schema);
}

/** The nodes of a keyword that holds a list of schemas (`allOf`). */
export function listNodes(node: SchemaNode, keyword: string): readonly SchemaNode[] {
  const list = ownProperty(node.schema, keyword);
  if (!Array.isArray(list)) return [];
  return list.map((_, index) => childNode(node, keyword, index)).filter((child) => child !== undefined);
}

/** The nodes of a keyword that holds schemas by name (`properties`). */
export function namedNodes(node: SchemaNode, keyword: string): ReadonlyMap<string, SchemaNode> {
  const map = ownProperty(node.schema, keyword);
  const found = new Map<string, SchemaNode>();
  if (!isObject(map)) return found;
  for (const name of Object.keys(map)) {
    const child = childNode(node, keyword, name);
    if (child) found.set(name, child);
  }
  return found;
}

function childValue(value: JsonValue | undefined, segment: string): JsonValue | undefined {
  return Array.isArray(value) ? value[Number(segment)] : ownProperty(value, segment);
}
