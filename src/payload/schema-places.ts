import { isObject, type JsonValue, ownProperty } from '../source/json.ts';
import { appendPointer, type Pointer, pointerSegments } from '../source/pointer.ts';
import type { YamlTree } from '../source/yaml-tree.ts';
import type { SchemaLocation } from './documents.ts';
import { KEYWORDS } from './keywords.ts';

/** The keys of an interaction that are a schema, and those that hold one for each name. */
const INTERACTION_SCHEMAS: ReadonlySet<string> = new Set(['request', 'response', 'message', 'headers']);
const INTERACTION_MAPPINGS: ReadonlySet<string> = new Set(['responses', 'errors']);

/** Whether a schema can stand at a pointer into a contract file or a file of types: a type, a payload, or a part of one of them. */
export function isSchemaPlace(pointer: Pointer): boolean {
  const segments = pointerSegments(pointer);
  const [section, , key = ''] = segments;
  if (section === 'types') return segments.length >= 2 && isInside(segments.slice(2));
  if (section !== 'provides') return false;
  if (INTERACTION_SCHEMAS.has(key)) return isInside(segments.slice(3));
  return INTERACTION_MAPPINGS.has(key) && segments.length >= 4 && isInside(segments.slice(4));
}

/** A place where a schema begins, with that schema: whoever walks all of them need not look each up again. */
export type SchemaRoot = SchemaLocation & { readonly schema: JsonValue };

/** Every place of a file where a schema begins that is no part of another: named types, payloads, headers. Whatever else is wrong there. */
export function schemaRoots({ source, value }: YamlTree): readonly SchemaRoot[] {
  const { path: file } = source;
  const roots: SchemaRoot[] = [];
  const addAll = (pointer: Pointer, of: JsonValue | undefined) => {
    if (isObject(of)) for (const [name, schema] of Object.entries(of)) roots.push({ file, pointer: appendPointer(pointer, name), schema });
  };
  addAll('/types', ownProperty(value, 'types'));
  const provides = ownProperty(value, 'provides');
  for (const [key, interaction] of isObject(provides) ? Object.entries(provides) : []) {
    const place = appendPointer('/provides', key);
    for (const [name, schema] of isObject(interaction) ? Object.entries(interaction) : []) {
      if (INTERACTION_SCHEMAS.has(name)) roots.push({ file, pointer: appendPointer(place, name), schema });
      if (INTERACTION_MAPPINGS.has(name)) addAll(appendPointer(place, name), schema);
    }
  }
  return roots;
}

/** Whether the segments lead from one schema to another inside it. */
function isInside(segments: readonly string[]): boolean {
  let index = 0;
  while (index < segments.length) {
    const holds = KEYWORDS.get(segments[index] ?? '');
    if (holds === undefined || holds === 'nothing') return false;
    index += holds === 'schema' ? 1 : 2;
  }
  return index === segments.length;
}
