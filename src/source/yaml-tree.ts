import { Composer, type Document, Parser } from 'yaml';
import { type JsonValue, ownProperty } from './json.ts';
import { appendPointer, type Pointer, pointerSegments } from './pointer.ts';
import { createSourceFile, type Range, rangeBetween, type SourceFile } from './source-file.ts';
import { buildNode, tooDeepAt, unclosedQuoteAt, type YamlNode } from './yaml-nodes.ts';
import { describeProblems, type YamlProblem } from './yaml-problems.ts';

/** A YAML file as a JSON value with the place of each of its parts. */
export type YamlTree = {
  readonly source: SourceFile;
  /** Absent where the text could not be understood; its problems say why. A file with nothing in it is `null`. */
  readonly value: JsonValue | undefined;
  /** The places of the value's parts, as offsets. Use {@link keyRange} and {@link valueRange}. */
  readonly root: YamlNode | undefined;
  /** Everything that is wrong with the text as YAML, in the order of the text. */
  readonly problems: readonly YamlProblem[];
};

/**
 * Parses one YAML 1.2 document (core schema). Never throws: whatever the text holds becomes a problem with its range.
 * Bounded work: nesting and what aliases expand to are limited, see `yaml-nodes.ts`.
 */
export function parseYaml(path: string, text: string): YamlTree {
  const source = createSourceFile(path, text);
  const tokens = [...new Parser().parse(text)];
  const deep = tooDeepAt(tokens);
  if (deep !== undefined) {
    const message = 'The text is nested deeper than 100 levels.';
    return {
      source,
      value: undefined,
      root: undefined,
      problems: [{ code: 'yaml-too-deep', message, at: rangeBetween(source, deep, deep + 1) }],
    };
  }
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const documents = [...composer.compose(tokens, true, text.length)] as Document.Parsed[];
  const built = buildNode(source, documents[0]?.contents ?? null);
  const problems = describeProblems(source, { documents, found: built.problems, unclosed: unclosedQuoteAt(tokens) });
  const broken = problems.some((problem) => problem.fatal);
  return { source, value: broken ? undefined : built.value, root: broken ? undefined : built.node, problems };
}

/** The range of the key that `pointer` ends with; of the item itself in a list, of the whole value at the root. */
export function keyRange(tree: YamlTree, pointer: Pointer): Range {
  const { key, node } = locate(tree, pointer);
  return key ? rangeBetween(tree.source, key[0], key[1]) : nodeRange(tree, node);
}

/** The range of the value at `pointer`, or of its key where nothing is written after it. */
export function valueRange(tree: YamlTree, pointer: Pointer): Range {
  const { key, node, whole } = locate(tree, pointer);
  if (key && (!whole || !node || node.start === node.end)) return rangeBetween(tree.source, key[0], key[1]);
  return nodeRange(tree, node);
}

/** The value at `pointer`, as it is written; undefined where nothing is. */
export function valueAt(tree: YamlTree, pointer: Pointer): JsonValue | undefined {
  let found = tree.value;
  for (const segment of pointerSegments(pointer)) {
    if (Array.isArray(found)) found = /^(0|[1-9][0-9]*)$/.test(segment) ? found[Number(segment)] : undefined;
    else found = ownProperty(found, segment);
  }
  return found;
}

/** Whether something is written at `pointer`. */
export function isWritten(tree: YamlTree, pointer: Pointer): boolean {
  return tree.root !== undefined && locate(tree, pointer).whole;
}

type Located = { readonly node: YamlNode | undefined; readonly key: readonly [number, number] | undefined; readonly whole: boolean };

/** Walks as far as the tree goes, so that a pointer to something missing gives the nearest ancestor. */
function locate(tree: YamlTree, pointer: Pointer): Located {
  let node = tree.root;
  let key: readonly [number, number] | undefined;
  for (const segment of pointerSegments(pointer)) {
    const entry = node?.kind === 'map' ? node.entries.get(segment) : undefined;
    const item = node?.kind === 'list' ? node.items[Number(segment)] : undefined;
    if (entry) [node, key] = [entry.node, [entry.keyStart, entry.keyEnd]];
    else if (item) [node, key] = [item, undefined];
    else return { node, key, whole: false };
  }
  return { node, key, whole: true };
}

function nodeRange(tree: YamlTree, node: YamlNode | undefined): Range {
  if (!node) return rangeBetween(tree.source, 0, 0);
  return rangeBetween(tree.source, node.start, node.end);
}

/** The pointer of the innermost key or value that a range lies in; the root's, which is empty, where the text is no YAML. */
export function pointerAt(tree: YamlTree, { start, end }: Range): Pointer {
  const holds = (from: number, to: number) => from <= start.offset && end.offset <= to;
  let pointer = '';
  let node = tree.root;
  while (node && node.kind !== 'scalar') {
    const parts: readonly { readonly name: string | number; readonly node: YamlNode; readonly from: number; readonly to: number }[] =
      node.kind === 'map'
        ? [...node.entries].map(([name, entry]) => ({
            name,
            node: entry.node,
            from: entry.keyStart,
            to: Math.max(entry.keyEnd, entry.node.end),
          }))
        : node.items.map((item, name) => ({ name, node: item, from: item.start, to: item.end }));
    const part = parts.find(({ from, to }) => holds(from, to));
    if (part) pointer = appendPointer(pointer, part.name);
    node = part?.node;
  }
  return pointer;
}
