import { type SchemaNode, schemaNode } from '../../src/compat/schema-node.ts';
import type { JsonValue } from '../../src/source/json.ts';
import { documentsOf } from './documents.ts';

/** A schema of its own, written into a contract of its own; `types` are what it may refer to as `#/types/NAME`. */
export function schemaOf(schema: JsonValue, types: Readonly<Record<string, JsonValue>> = {}): SchemaNode {
  const documents = documentsOf({ 'a.yaml': JSON.stringify({ types: { ...types, Root: schema } }) });
  const node = schemaNode(documents, { file: 'a.yaml', pointer: '/types/Root' });
  if (!node) throw new Error('the schema is not there');
  return node;
}
