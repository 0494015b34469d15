import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type ParsedNode, type YAMLMap, type YAMLSeq } from 'yaml';
import type { JsonValue } from './json.ts';
import { quoteText } from './quote.ts';
import { rangeBetween, type SourceFile } from './source-file.ts';
import { aliasPlace, closePlace, createPlaces, finishPlaces, openPlace, type Places, type PlaceWriter, renameKey } from './yaml-places.ts';
import type { YamlProblem } from './yaml-problems.ts';

/** A value, the places of its parts, and what is wrong with it; no places where there is nothing. */
export type BuiltNode = { readonly value: JsonValue; readonly places: Places | undefined; readonly problems: readonly YamlProblem[] };

/** The tags of YAML's core schema. The parser knows more (binary, timestamp, set), whose values JSON does not have. */
const CORE_TAGS: ReadonlySet<string> = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
);

/** How many values all aliases of a file together may stand for: enough to share types, too few to exhaust memory. */
const MAX_ALIASED_VALUES = 10_000;

/** What was made of a node: its value, where it ends in its holder, and how many values it stands for. */
type Built = { readonly value: JsonValue; readonly end: number; readonly size: number };

/** A value that aliases may stand for, and the row of its place. */
type Anchored = { readonly value: JsonValue; readonly row: number; readonly size: number };

type Walk = {
  readonly source: SourceFile;
  readonly places: PlaceWriter;
  readonly problems: YamlProblem[];
  readonly anchors: Map<string, Anchored>;
  aliased: number;
};

/** Turns yaml's nodes into a plain JSON value and the places of its parts. Keys such as `__proto__` are just names. */
export function buildNode(source: SourceFile, contents: ParsedNode | null): BuiltNode {
  if (!contents) return { value: null, places: undefined, problems: [] };
  const walk: Walk = { source, places: createPlaces(), problems: [], anchors: new Map(), aliased: 0 };
  const { value } = build(walk, contents);
  return { value, places: finishPlaces(walk.places), problems: walk.problems };
}

function build(walk: Walk, node: Node): Built {
  if (isAlias(node)) return buildAlias(walk, node);
  const [start, rangeEnd] = node.range ?? [0, 0];
  const end = endOfText(walk.source.text, start, rangeEnd);
  const { tag } = node as { readonly tag?: string };
  if (tag !== undefined && !CORE_TAGS.has(tag)) report(walk, 'yaml-tag', { message: `The tag ${tag} is not known.`, range: [start, end] });
  const row = openPlace(walk.places, start);
  const built = isMap<Node, Node | null>(node)
    ? buildMap(walk, node, [start, end])
    : isSeq<Node>(node)
      ? buildList(walk, node, [start, end])
      : { value: valueOfScalar(walk, node, [start, end]), end, size: 1 };
  closePlace(walk.places, row, built.end);
  const anchor = 'anchor' in node ? node.anchor : undefined;
  if (anchor) walk.anchors.set(anchor, { ...built, row });
  return built;
}

/** The end of a value without the spaces and line breaks that a block of text ends with. */
export function endOfText(text: string, start: number, end: number): number {
  let last = end;
  while (last > start && /\s/.test(text.charAt(last - 1))) last -= 1;
  return last;
}

/** The place of an alias is that of its anchor; in its holder it ends where it is written. */
function buildAlias(walk: Walk, alias: Node & { source: string }): Built {
  const [start, end] = alias.range ?? [0, 0];
  const target = walk.anchors.get(alias.source);
  if (target && mayExpand(walk, target, [start, end])) {
    aliasPlace(walk.places, target.row);
    return { value: target.value, end, size: target.size };
  }
  if (!target) {
    // Its name may be a password that was written without quotes.
    const message = 'There is no anchor of this name before this alias.';
    report(walk, 'yaml-unknown-alias', { message, range: [start, end] });
  }
  return buildNothing(walk, start, end);
}

function mayExpand(walk: Walk, { size }: Anchored, range: Extent): boolean {
  const before = walk.aliased;
  walk.aliased += size;
  if (walk.aliased <= MAX_ALIASED_VALUES) return true;
  const message = `The aliases of this file stand for more than ${MAX_ALIASED_VALUES} values.`;
  if (before <= MAX_ALIASED_VALUES) report(walk, 'yaml-too-many-aliases', { message, range });
  return false;
}

function buildNothing({ places }: Walk, start: number, end: number): Built {
  closePlace(places, openPlace(places, start), end);
  return { value: null, end, size: 1 };
}

function buildList(walk: Walk, { items, flow }: YAMLSeq<Node>, [start, end]: Extent): Built {
  const value: JsonValue[] = [];
  let size = 1;
  let last = start;
  for (const item of items) {
    const built = build(walk, item);
    value.push(built.value);
    size += built.size;
    last = built.end;
  }
  return { value, end: flow ? end : last, size };
}

type Entries = { readonly value: Record<string, JsonValue>; readonly firstKeys: Map<string, Extent> };

function buildMap(walk: Walk, { items, flow }: YAMLMap<Node, Node | null>, [start, end]: Extent): Built {
  const entries: Entries = { value: {}, firstKeys: new Map() };
  let size = 1;
  let last = start;
  for (const pair of items) {
    const built = buildEntry(walk, entries, pair);
    size += built.size;
    last = built.end;
  }
  return { value: entries.value, end: flow ? end : last, size };
}

function buildEntry(walk: Walk, { value, firstKeys }: Entries, pair: Pair<Node, Node | null>): Built {
  const { places, source } = walk;
  const [keyStart, keyEnd] = pair.key.range ?? [0, 0];
  const row = places.count;
  places.keyStart = keyStart;
  places.keyEnd = keyEnd;
  const built = pair.value && !isAbsent(pair.value) ? build(walk, pair.value) : buildNothing(walk, keyEnd, keyEnd);
  const key = textOfKey(walk, pair.key);
  const first = key === undefined ? undefined : firstKeys.get(key);
  if (key === undefined || first) renameKey(places, row, undefined);
  else if (key !== source.text.slice(keyStart, keyEnd)) renameKey(places, row, key);
  if (key !== undefined && first) {
    const related = [{ at: rangeBetween(source, ...first), label: 'written here first' }];
    const message = `${quoteText(key)} is written twice in one mapping.`;
    report(walk, 'yaml-duplicate-key', { message, range: [keyStart, keyEnd], related });
  } else if (key !== undefined) {
    firstKeys.set(key, [keyStart, keyEnd]);
    defineValue(value, key, built.value);
  }
  return built;
}

/** Whether nothing is written where a value could be, not even an anchor or a tag. */
function isAbsent(node: Node): boolean {
  return isScalar(node) && node.source === '' && node.type === 'PLAIN' && node.tag === undefined && node.anchor === undefined;
}

/** Gives an object a property. An assignment to `__proto__` would set the prototype; a definition makes it a name like any other. */
function defineValue(object: Record<string, JsonValue>, key: string, value: JsonValue): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

function textOfKey(walk: Walk, key: Node): string | undefined {
  const range = [key.range?.[0] ?? 0, key.range?.[1] ?? 0] as const;
  const value = isScalar(key) ? key.value : undefined;
  if (value === '<<' && isScalar(key) && key.type === 'PLAIN') {
    report(walk, 'yaml-merge-key', { message: 'YAML 1.2 has no merge keys ("<<").', range });
    return undefined;
  }
  if (typeof value === 'string') return value;
  const written = walk.source.text.slice(...range);
  report(walk, 'yaml-key-not-text', {
    message: written === '' ? 'A key is empty.' : `The key ${quoteText(written)} is not a text.`,
    range,
  });
  return undefined;
}

function valueOfScalar(walk: Walk, node: Node, range: Extent): JsonValue {
  const raw = isScalar(node) ? node.value : null;
  if (typeof raw === 'number' && !Number.isFinite(raw)) {
    const message = `${quoteText(walk.source.text.slice(...range))} is not a number that JSON knows.`;
    report(walk, 'yaml-number', { message, range });
    return null;
  }
  return typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'boolean' ? raw : null;
}

/** Where something begins and ends: offsets into the text. */
type Extent = readonly [number, number];

type Report = { readonly message: string; readonly range: Extent; readonly related?: YamlProblem['related'] };

function report(walk: Walk, code: YamlProblem['code'], { message, range: [start, end], related }: Report): void {
  const at = rangeBetween(walk.source, start, Math.max(end, start + 1));
  walk.problems.push({ code, message, at, fatal: code === 'yaml-too-many-aliases', ...(related && { related }) });
}
