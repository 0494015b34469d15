import { isObject, type JsonValue, ownProperty } from '../../source/json.ts';
import type { LayoutNode } from '../../source/layout/layout.ts';
import { listComments } from '../../source/layout/list-comments.ts';
import { printLayout } from '../../source/layout/print-layout.ts';
import { readLayout } from '../../source/layout/read-layout.ts';
import { parseYaml, type YamlTree } from '../../source/yaml-tree.ts';
import type { FileKind } from '../check-shape.ts';
import { orderKeys } from '../order-keys.ts';
import { addNumbers, type Numbering, withNumbers } from './assign-numbers.ts';

/**
 * The text of a file as it should be: keys in their order, its new numbers in place, one way to quote and to indent. Comments, blank lines
 * and everything that an author names stay where they are. A file without a mapping at its root is left as it is, but for its line ends and
 * a byte order mark. With aliases the keys keep their order and nothing is numbered: an anchor has to stand before its aliases, and a number
 * would be given in all of its places.
 *
 * The file must be YAML without problems. Throws an `Error`, which is a bug, rather than give a text that says something else.
 */
export function formatFile(
  tree: YamlTree,
  kind: FileKind,
  numbering: Numbering = new Map(),
): { readonly text: string; readonly numbers: number } {
  const { text, path } = tree.source;
  const written = text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  const layout = readLayout(written);
  if (!layout) return { text: written, numbers: 0 };
  const asWritten = hasAliases(layout.root);
  const numbered = asWritten ? layout.root : addNumbers(layout.root, numbering);
  const root = asWritten || numbered.kind !== 'map' ? layout.root : orderKeys(numbered, kind);
  const formatted = printLayout({ ...layout, root });
  // What is the same says the same.
  if (formatted === text) return { text, numbers: 0 };
  const expected = asWritten ? tree.value : withNumbers(tree.value ?? null, numbering);
  refuseChange(path, formatted, { expected: expected ?? null, comments: listComments(written) });
  return { text: formatted, numbers: asWritten ? 0 : amountOf(numbering) };
}

function amountOf(numbering: Numbering): number {
  return [...numbering.values()].reduce((sum, { field, values = [] }) => sum + values.length + (field === undefined ? 0 : 1), 0);
}

function hasAliases(node: LayoutNode): boolean {
  if (node.kind === 'map' || node.kind === 'list') return node.entries.some(({ value }) => hasAliases(value));
  return node.kind === 'alias';
}

function refuseChange(
  path: string,
  formatted: string,
  { expected, comments }: { readonly expected: JsonValue; readonly comments: readonly string[] },
): void {
  const { value, problems } = parseYaml(path, formatted);
  const what =
    problems.length > 0
      ? `is no YAML any more (${problems[0]?.message})`
      : !isSame(expected, value ?? null)
        ? 'says something else'
        : [...comments].sort().join('\n') !== [...listComments(formatted)].sort().join('\n')
          ? 'has lost a comment'
          : undefined;
  if (what !== undefined) throw new Error(`${path} was not formatted, as the new text ${what}.`);
}

/** Whether two values are the same but for the order of keys. */
function isSame(a: JsonValue, b: JsonValue): boolean {
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item: JsonValue, index) => isSame(item, b[index] ?? null));
  if (!isObject(a)) return Object.is(a, b);
  if (!isObject(b) || Object.keys(a).length !== Object.keys(b).length) return false;
  return Object.keys(a).every((key) => Object.hasOwn(b, key) && isSame(ownProperty(a, key) ?? null, ownProperty(b, key) ?? null));
}
