import type { Documents } from '../../src/payload/documents.ts';
import { parseYaml } from '../../src/source/yaml-tree.ts';

/** The parsed files of a project, from their texts by path. */
export function documentsOf(files: Readonly<Record<string, string>>): Documents {
  return new Map(Object.entries(files).map(([path, text]) => [path, parseYaml(path, text)]));
}
