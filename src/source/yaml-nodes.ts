import { type CST, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type ParsedNode } from 'yaml';
import type { JsonValue } from './json.ts';
import { quoteText } from './quote.ts';
import { rangeBetween, type SourceFile } from './source-file.ts';
import type { YamlProblem } from './yaml-problems.ts';

/** The place of one part of a YAML file: offsets into its text. What an alias stands for has the places of its anchor. */
export type YamlNode =
  | { readonly kind: 'scalar'; readonly start: number; readonly end: number }
  | { readonly kind: 'list'; readonly start: number; readonly end: number; readonly items: readonly YamlNode[] }
  | { readonly kind: 'map'; readonly start: number; readonly end: number; readonly entries: ReadonlyMap<string, YamlEntry> };

/** One entry of a mapping. */
type YamlEntry = { readonly keyStart: number; readonly keyEnd: number; readonly node: YamlNode };

/** A value, the places of its parts, and what is wrong with it. */
export type BuiltNode = { readonly value: JsonValue; readonly node: YamlNode | undefined; readonly problems: readonly YamlProblem[] };

/** Deeper nesting than any contract needs, and far from what the stack of a recursive walk could take. */
const MAX_DEPTH = 100;

/** The tags of YAML's core schema. The parser knows more (binary, timestamp, set), whose values JSON does not have. */
const CORE_TAGS: ReadonlySet<string> = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
);

/** How many values all aliases of a file together may stand for: enough to share types, too few to exhaust memory. */
const MAX_ALIASED_VALUES = 10_000;

/** The offset where a text nests deeper than {@link MAX_DEPTH}, found without recursion; undefined where it does not. */
export function tooDeepAt(tokens: readonly CST.Token[]): number | undefined {
  const open: [CST.Token, number][] = tokens.map((token) => [token, 0]);
  for (let next = open.pop(); next; next = open.pop()) {
    const [token, depth] = next;
    if (depth > MAX_DEPTH) return token.offset;
    for (const part of partsOf(token)) open.push([part, depth + 1]);
  }
  return undefined;
}

/** The offset of the first quoted text that is never closed; the parser only tells where the file ends. */
export function unclosedQuoteAt(tokens: readonly CST.Token[]): number | undefined {
  const open = [...tokens];
  for (let token = open.pop(); token; token = open.pop()) {
    if (token.type === 'double-quoted-scalar' || token.type === 'single-quoted-scalar') {
      const { source } = token;
      if (source.length < 2 || !source.endsWith(source.charAt(0))) return token.offset;
    }
    for (const part of partsOf(token)) open.push(part);
  }
  return undefined;
}

function partsOf(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value ? [token.value] : [];
  if (!('items' in token)) return [];
  return token.items.flatMap((item) => [item.key ?? [], item.value ?? []].flat());
}

type Anchored = { readonly value: JsonValue; readonly node: YamlNode; readonly size: number };

type Walk = {
  readonly source: SourceFile;
  readonly problems: YamlProblem[];
  readonly anchors: Map<string, Anchored>;
  aliased: number;
};

/** Turns yaml's nodes into a plain JSON value and the places of its parts. Keys such as `__proto__` are just names. */
export function buildNode(source: SourceFile, contents: ParsedNode | null): BuiltNode {
  if (!contents) return { value: null, node: undefined, problems: [] };
  const walk: Walk = { source, problems: [], anchors: new Map(), aliased: 0 };
  const { value, node } = build(walk, contents);
  return { value, node, problems: walk.problems };
}

function build(walk: Walk, node: Node): Anchored {
  if (isAlias(node)) return buildAlias(walk, node);
  const [start, rangeEnd] = node.range ?? [0, 0];
  const end = endOfText(walk.source.text, start, rangeEnd);
  const { tag } = node as { readonly tag?: string };
  if (tag !== undefined && !CORE_TAGS.has(tag)) report(walk, 'yaml-tag', { message: `The tag ${tag} is not known.`, range: [start, end] });
  const built = isMap<Node, Node | null>(node)
    ? buildMap(walk, node.items, start, end)
    : isSeq<Node>(node)
      ? buildList(walk, node.items, start, end)
      : buildScalar(walk, node, start, end);
  const anchor = 'anchor' in node ? node.anchor : undefined;
  if (anchor) walk.anchors.set(anchor, built);
  return built;
}

/** The end of a value without the line breaks that a block collection ends with. */
function endOfText(text: string, start: number, end: number): number {
  let last = end;
  while (last > start && /\s/.test(text.charAt(last - 1))) last -= 1;
  return last;
}

function buildAlias(walk: Walk, alias: Node & { source: string }): Anchored {
  const [start, end] = alias.range ?? [0, 0];
  const nothing: Anchored = { value: null, node: { kind: 'scalar', start, end }, size: 1 };
  const target = walk.anchors.get(alias.source);
  if (!target) {
    report(walk, 'yaml-unknown-alias', {
      // Its name may be a password that was written without quotes.
      message: 'There is no anchor of this name before this alias.',
      range: [start, end],
    });
    return nothing;
  }
  const before = walk.aliased;
  walk.aliased += target.size;
  if (walk.aliased <= MAX_ALIASED_VALUES) return target;
  if (before <= MAX_ALIASED_VALUES)
    report(walk, 'yaml-too-many-aliases', {
      message: `The aliases of this file stand for more than ${MAX_ALIASED_VALUES} values.`,
      range: [start, end],
    });
  return nothing;
}

function buildList(walk: Walk, nodes: readonly Node[], start: number, end: number): Anchored {
  const value: JsonValue[] = [];
  const items: YamlNode[] = [];
  let size = 1;
  for (const item of nodes) {
    const built = build(walk, item);
    value.push(built.value);
    items.push(built.node);
    size += built.size;
  }
  return { value, node: { kind: 'list', start, end, items }, size };
}

function buildMap(walk: Walk, pairs: readonly Pair<Node, Node | null>[], start: number, end: number): Anchored {
  const value: Record<string, JsonValue> = {};
  const entries = new Map<string, YamlEntry>();
  let size = 1;
  for (const pair of pairs) {
    const [keyStart, keyEnd] = pair.key.range ?? [start, start];
    const built = pair.value ? build(walk, pair.value) : emptyValue(keyEnd);
    size += built.size;
    const key = textOfKey(walk, pair.key);
    if (key === undefined) continue;
    const first = entries.get(key);
    if (first) {
      const related = [{ at: rangeBetween(walk.source, first.keyStart, first.keyEnd), label: 'written here first' }];
      report(walk, 'yaml-duplicate-key', {
        message: `${quoteText(key)} is written twice in one mapping.`,
        range: [keyStart, keyEnd],
        related,
      });
      continue;
    }
    entries.set(key, { keyStart, keyEnd, node: built.node });
    // An assignment to __proto__ would set the prototype; a definition makes it a name like any other.
    if (key === '__proto__')
      Object.defineProperty(value, key, { value: built.value, enumerable: true, configurable: true, writable: true });
    else value[key] = built.value;
  }
  return { value, node: { kind: 'map', start, end, entries }, size };
}

function emptyValue(at: number): Anchored {
  return { value: null, node: { kind: 'scalar', start: at, end: at }, size: 1 };
}

function textOfKey(walk: Walk, key: Node): string | undefined {
  const range = [key.range?.[0] ?? 0, key.range?.[1] ?? 0] as const;
  const value = isScalar(key) ? key.value : undefined;
  if (value === '<<' && isScalar(key) && key.type === 'PLAIN') {
    report(walk, 'yaml-merge-key', { message: 'YAML 1.2 has no merge keys ("<<").', range: range });
    return undefined;
  }
  if (typeof value === 'string') return value;
  const written = walk.source.text.slice(...range);
  report(walk, 'yaml-key-not-text', {
    message: written === '' ? 'A key is empty.' : `The key ${quoteText(written)} is not a text.`,
    range: range,
  });
  return undefined;
}

function buildScalar(walk: Walk, node: Node, start: number, end: number): Anchored {
  const raw = isScalar(node) ? node.value : null;
  if (typeof raw === 'number' && !Number.isFinite(raw)) {
    report(walk, 'yaml-number', {
      message: `${quoteText(walk.source.text.slice(start, end))} is not a number that JSON knows.`,
      range: [start, end],
    });
    return { value: null, node: { kind: 'scalar', start, end }, size: 1 };
  }
  const value = typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'boolean' ? raw : null;
  return { value, node: { kind: 'scalar', start, end }, size: 1 };
}

type Report = { readonly message: string; readonly range: readonly [number, number]; readonly related?: YamlProblem['related'] };

function report(walk: Walk, code: YamlProblem['code'], { message, range: [start, end], related }: Report): void {
  const at = rangeBetween(walk.source, start, Math.max(end, start + 1));
  walk.problems.push({ code, message, at, fatal: code === 'yaml-too-many-aliases', ...(related && { related }) });
}
