import { UnreadableText } from '../diagnostics/failure.ts';
import { type Documents, referenceTarget } from '../payload/documents.ts';
import { type JsonValue, ownProperty } from '../source/json.ts';
import { createSourceFile, rangeBetween } from '../source/source-file.ts';
import { parseYaml, type YamlTree } from '../source/yaml-tree.ts';
import type { ProjectReader } from './project-reader.ts';

/**
 * Reads and parses the files at `paths` and every file of the project that their references lead to, however far. A reference to a file
 * that is not there is left for the reference check.
 */
export async function readDocuments(reader: ProjectReader, paths: readonly string[]): Promise<Documents> {
  const documents = new Map<string, YamlTree>();
  for (let wanted = paths; wanted.length > 0; ) {
    const trees = await Promise.all(wanted.map((path) => readTree(reader, path)));
    for (const tree of trees) documents.set(tree.source.path, tree);
    const targets = new Set(trees.flatMap(referencedPaths));
    const unread = [...targets].filter((path) => !documents.has(path)).sort();
    const there = await Promise.all(unread.map((path) => reader.exists(path)));
    wanted = unread.filter((_, index) => there[index]);
  }
  return documents;
}

/** Reads and parses a file. One that is no text is a tree without a value: its finding stands beside those of all other files. */
export async function readTree(reader: ProjectReader, path: string): Promise<YamlTree> {
  try {
    return parseYaml(path, await reader.readText(path));
  } catch (error) {
    if (!(error instanceof UnreadableText)) throw error;
    const { id, said, text, offset } = error.problem;
    const source = createSourceFile(path, text);
    const problem = { code: id, message: said, at: rangeBetween(source, offset, offset + 1), fatal: true };
    return { source, value: undefined, places: undefined, problems: [problem], incomplete: [''] };
  }
}

/** The files that anything called `$ref` names, also where it is no reference: reading a file too many does no harm. */
function referencedPaths(tree: YamlTree): readonly string[] {
  const paths = new Set<string>();
  const open: JsonValue[] = [tree.value ?? null];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const ref = ownProperty(next, '$ref');
    const target = typeof ref === 'string' ? referenceTarget(tree.source.path, ref) : undefined;
    if (target?.ok) paths.add(target.location.file);
    const parts = typeof next === 'object' && next !== null ? Object.values<JsonValue>(next) : [];
    // Most of a file are texts and numbers, which hold nothing.
    for (const part of parts) if (typeof part === 'object' && part !== null) open.push(part);
  }
  return [...paths];
}
