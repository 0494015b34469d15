import type { JsonValue } from '../source/json.ts';
import type { Pointer } from '../source/pointer.ts';
import type { YamlTree } from '../source/yaml-tree.ts';

/** Where a schema stands: a file of the project and a JSON pointer into it. */
export type SchemaLocation = { readonly file: string; readonly pointer: Pointer };

/** The parsed files of a project by path (relative to its root), for references and positions. */
export type Documents = ReadonlyMap<string, YamlTree>;

/** What a reference leads to, or why it leads nowhere. */
export type Resolved =
  | { readonly ok: true; readonly location: SchemaLocation; readonly schema: JsonValue }
  | { readonly ok: false; readonly problem: 'unknown-file' | 'unknown-pointer' | 'outside-project' | 'remote' | 'malformed'; readonly file?: string };
