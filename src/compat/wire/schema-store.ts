import type { Documents } from '../../payload/documents.ts';
import type { JsonValue } from '../../source/json.ts';
import { createSourceFile } from '../../source/source-file.ts';
import { type SchemaNode, schemaNode } from '../schema-node.ts';

/** Schemas that are put together for a comparison and may refer to each other; nobody wrote them. */
export type SchemaStore = {
  /** A reference to the schema of this key, which is made when it is asked for the first time. */
  readonly define: (key: string, make: () => JsonValue) => JsonValue;
  /** A schema of the store as a place that can be compared. */
  readonly place: (schema: JsonValue) => SchemaNode;
};

/** An empty store. */
export function createSchemaStore(): SchemaStore {
  const names = new Map<string, string>();
  const types: Record<string, JsonValue> = {};
  return {
    define(key, make) {
      const known = names.get(key);
      const name = known ?? `Type${names.size + 1}`;
      if (known === undefined) {
        names.set(key, name);
        types[name] = make();
      }
      return { $ref: `#/types/${name}` };
    },
    place(schema) {
      const tree = { source: createSourceFile(FILE, ''), value: { types, root: schema }, places: undefined, problems: [], incomplete: [] };
      const documents: Documents = new Map([[FILE, tree]]);
      const node = schemaNode(documents, { file: FILE, pointer: '/root' });
      if (!node) throw new Error('A schema that was put together is not there.');
      return node;
    },
  };
}

const FILE = 'wire';
