import { isObject, type JsonValue, ownProperty } from '../../source/json.ts';
import { appendPointer, type Pointer } from '../../source/pointer.ts';
import type { YamlTree } from '../../source/yaml-tree.ts';
import type { Documents, SchemaLocation } from '../documents.ts';
import { narrowSchema } from './narrow-schema.ts';

/** What somebody reads of the values of a schema. `reader` tells it from what others read in the same file. */
export type Reading = {
  readonly reader: readonly string[];
  readonly schema: SchemaLocation;
  readonly pointers: readonly Pointer[];
  /** Who reads what, for people: put before what the schema says of itself. */
  readonly description?: string;
};

/** Where narrowed schemas stand: no contract that is valid has such a key. */
const SECTION = 'reads';

/**
 * The same files, and beside the schemas that somebody narrowed by reading a part their narrowed ones, each at a place of its own in the file of
 * the schema that it comes from. So whatever works on schemas by their place works on narrowed ones too; in the text they have no place.
 */
export function narrowDocuments(
  documents: Documents,
  readings: readonly Reading[],
): { readonly documents: Documents; readonly places: ReadonlyMap<Reading, SchemaLocation> } {
  const narrowed = new Map<string, [string, JsonValue][]>();
  const places = new Map<Reading, SchemaLocation>();
  for (const reading of readings) {
    const { file } = reading.schema;
    const name = JSON.stringify(reading.reader);
    const schema = describe(narrowSchema(documents, reading.schema, reading.pointers), reading.description);
    narrowed.set(file, [...(narrowed.get(file) ?? []), [name, schema]]);
    places.set(reading, { file, pointer: appendPointer('', SECTION, name) });
  }
  if (narrowed.size === 0) return { documents, places };
  const extended = new Map(documents);
  for (const [file, schemas] of narrowed) {
    const tree = documents.get(file);
    if (tree) extended.set(file, withSection(tree, schemas));
  }
  return { documents: extended, places };
}

function describe(schema: JsonValue, description: string | undefined): JsonValue {
  if (description === undefined || schema === false) return schema;
  if (!isObject(schema)) return { description };
  const own = ownProperty(schema, 'description') ?? ownProperty(schema, 'title');
  return { ...schema, description: typeof own === 'string' ? `${description}\n\n${own}` : description };
}

function withSection(tree: YamlTree, schemas: readonly [string, JsonValue][]): YamlTree {
  const known = ownProperty(tree.value, SECTION);
  const section = Object.fromEntries([...(isObject(known) ? Object.entries(known) : []), ...schemas]);
  return { ...tree, value: { ...(isObject(tree.value) && tree.value), [SECTION]: section } };
}
