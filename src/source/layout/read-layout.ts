import { CST, Parser } from 'yaml';
import { append } from './append.ts';
import {
  type Attaching,
  addComment,
  type CommentHolder,
  columnAt,
  endInside,
  isAfterBlank,
  startAttaching,
  takeComments,
} from './attach-comments.ts';
import { readBlock } from './block-text.ts';
import type { Comment, Layout, LayoutCollection, LayoutEntry, LayoutKey, LayoutNode } from './layout.ts';
import { isPlainText } from './scalar-text.ts';

/** A key longer than this cannot be written as `key: value`. */
const LONGEST_KEY = 1000;

/**
 * Reads how a text is laid out. It must be YAML without problems (`parseYaml`), with LF for line ends. Undefined where it holds something
 * that nobody writes in a contract: no mapping or list at its root, a key of more than a thousand characters.
 */
export function readLayout(text: string): Layout | undefined {
  const state = startAttaching(text);
  const preamble: string[] = [];
  const top = { ...newEntry(), value: undefined as LayoutNode | undefined };
  for (const token of new Parser().parse(text)) {
    if (token.type === 'document') readDocument(state, token, preamble, top);
    else if (token.type === 'directive')
      append(preamble, [...linesOf(takeComments(state, 0), preamble.length > 0), token.source.trimEnd()]);
    else readTrivia(state, [token]);
  }
  const root = top.value;
  if (!root || (root.kind !== 'map' && root.kind !== 'list') || !hasUsualKeys(root)) return undefined;
  const rest = takeComments(state, -1);
  return withHead(preamble, [...top.between, ...(top.keyComment === undefined ? [] : [ownLine(top.keyComment)])], {
    ...root,
    end: [...root.end, ...rest],
  });
}

type Draft<Type> = { -readonly [Key in keyof Type]: Type[Key] extends readonly Comment[] ? Comment[] : Type[Key] };
type EntryDraft = Draft<Omit<LayoutEntry, 'keyComment' | 'value'>> & { keyComment?: string; value?: LayoutNode | undefined };

function newEntry(): EntryDraft {
  return { colon: false, before: [], blank: false, between: [], end: [] };
}

function ownLine(text: string): Comment {
  return { text, blank: false };
}

function linesOf(comments: readonly Comment[], follows: boolean): readonly string[] {
  return comments.flatMap(({ text, blank }, index) => (blank && (follows || index > 0) ? ['', text] : [text]));
}

/** The comments before a block's first entry are the head of the file, whatever becomes of that entry. */
function withHead(preamble: readonly string[], above: readonly Comment[], root: LayoutCollection): Layout {
  const [first, ...others] = root.entries;
  if (root.flow || !first) return { preamble, head: above, blank: false, root };
  const entries = [{ ...first, before: [], blank: false }, ...others];
  return { preamble, head: [...above, ...first.before], blank: first.blank, root: { ...root, entries } };
}

function hasUsualKeys(node: LayoutNode): boolean {
  if (node.kind !== 'map' && node.kind !== 'list') return true;
  return node.entries.every(({ key, value }) => (key?.text.length ?? 0) <= LONGEST_KEY && hasUsualKeys(value));
}

function readDocument(state: Attaching, token: CST.Document, preamble: string[], top: EntryDraft): void {
  const properties: string[] = [];
  for (const part of token.start) {
    if (part.type === 'doc-start') append(preamble, [...linesOf(takeComments(state, 0), preamble.length > 0), part.source]);
    else readPart(state, part, properties);
  }
  top.value = readValue(state, token.value, properties, top);
  readTrivia(state, token.end ?? []);
}

function readTrivia(state: Attaching, tokens: readonly CST.Token[]): void {
  for (const token of tokens) {
    if (token.type === 'comment') addComment(state, token.offset, token.source);
    if ('end' in token && token.type === 'doc-end') readTrivia(state, token.end ?? []);
  }
}

/** A token between keys and values: a comment, or a property of what follows. */
function readPart(state: Attaching, part: CST.SourceToken, properties: string[]): void {
  if (part.type === 'comment') addComment(state, part.offset, part.source);
  if (part.type === 'anchor' || part.type === 'tag') properties.push(part.source);
}

/** The value of an entry. Comments that wait before one without entries belong between it and its key. */
function readValue(state: Attaching, token: CST.Token | undefined, props: readonly string[], entry: EntryDraft): LayoutNode {
  const properties = props.join(' ');
  if (!token) return { kind: 'nothing', properties };
  switch (token.type) {
    case 'block-map':
    case 'block-seq':
      return readBlockCollection(state, token, properties);
    case 'flow-collection':
      append(entry.between, takeComments(state, -1));
      return readFlowCollection(state, token, properties, entry);
    case 'block-scalar':
      return readBlockScalar(state, token, properties, entry);
    case 'alias':
    case 'scalar':
    case 'single-quoted-scalar':
    case 'double-quoted-scalar': {
      append(entry.between, takeComments(state, -1));
      const node: LayoutNode & CommentHolder =
        token.type === 'alias' ? { kind: 'alias', properties, written: token.source } : readScalar(token, properties);
      state.holder = node;
      readTrivia(state, token.end ?? []);
      return node;
    }
    default:
      throw new Error(`A token of the kind ${token.type} stands in a place of a value.`);
  }
}

function readScalar(token: CST.FlowScalar, properties: string): LayoutNode {
  const quoted = token.type !== 'scalar';
  if (token.source.includes('\n')) {
    return { kind: 'lines', properties, lines: token.source.split('\n').map((line) => line.trim()) };
  }
  const { value } = CST.resolveAsScalar(token);
  // What a tag stands before is read in another way when its quotes change.
  const isText = !/(^| )!/.test(properties) && (quoted || isPlainText(value));
  return { kind: 'scalar', properties, written: token.source.trim(), quoted, ...(isText && { text: value }) };
}

function readBlockScalar(state: Attaching, token: CST.BlockScalar, properties: string, entry: EntryDraft): LayoutNode {
  append(entry.between, takeComments(state, -1));
  const header = token.props.find((part) => part.type === 'block-scalar-header');
  const block = readBlock(header && 'source' in header ? header.source : '|', token.source, token.indent);
  const node: LayoutNode & CommentHolder = { kind: 'block', properties, ...block };
  state.holder = node;
  readTrivia(state, token.props);
  return node;
}

function readBlockCollection(state: Attaching, token: CST.BlockMap | CST.BlockSequence, properties: string): LayoutNode {
  const kind = token.type === 'block-map' ? 'map' : 'list';
  const entries: LayoutEntry[] = [];
  const end: Comment[] = [];
  let column = 0;
  for (const item of token.items) {
    const first = firstOffset(item);
    if (first === undefined) {
      readTrivia(state, item.start);
      continue;
    }
    const entry = newEntry();
    column = columnAt(state.text, first);
    const lead = item.start.filter((part) => part.offset < first);
    readTrivia(state, lead);
    append(entry.before, takeComments(state, column));
    entry.blank = isAfterBlank(state.text, first);
    entries.push(readItem(state, { ...item, start: item.start.filter((part) => part.offset >= first) }, entry));
    // A comment below a block would become a part of it.
    endInside(state, column + 1, entry.value?.kind === 'block' ? undefined : entry.end);
  }
  endInside(state, column, end);
  return { kind, flow: false, properties, entries, end };
}

/** Where an entry begins: its dash, its key or what stands before the key. Undefined for comments without an entry. */
function firstOffset({ start, key, sep, value }: CST.BlockMap['items'][number] | CST.BlockSequence['items'][number]): number | undefined {
  const sign = start.find(({ type }) => ['seq-item-ind', 'explicit-key-ind', 'anchor', 'tag'].includes(type));
  return sign?.offset ?? key?.offset ?? sep?.[0]?.offset ?? value?.offset;
}

type Item = {
  readonly start: readonly CST.SourceToken[];
  readonly key?: CST.Token | null | undefined;
  readonly sep?: readonly CST.SourceToken[] | undefined;
  readonly value?: CST.Token | undefined;
};

/** Reads an entry from its first sign on. */
function readItem(state: Attaching, { start, key, sep, value }: Item, entry: EntryDraft): LayoutEntry {
  const properties: string[] = [];
  const line = keyLine(entry);
  state.holder = line;
  for (const part of start) readPart(state, part, properties);
  if (key) entry.key = readKey(state, key, properties.splice(0), line);
  for (const part of sep ?? []) {
    if (part.type === 'map-value-ind') entry.colon = true;
    state.holder = line;
    readPart(state, part, properties);
  }
  entry.value = readValue(state, value, properties, entry);
  return entry as LayoutEntry;
}

function readKey(state: Attaching, token: CST.Token, properties: readonly string[], line: CommentHolder): LayoutKey {
  const scalar = token as CST.FlowScalar | CST.BlockScalar;
  const { value } = CST.resolveAsScalar(scalar);
  state.holder = line;
  readTrivia(state, ('props' in scalar ? scalar.props : scalar.end) ?? []);
  return { text: value, quoted: scalar.type !== 'scalar', properties: properties.join(' ') };
}

/** The comment on the line of the key, as a holder. */
function keyLine(entry: EntryDraft): CommentHolder {
  return {
    get comment() {
      return entry.keyComment;
    },
    set comment(text) {
      if (text !== undefined) entry.keyComment = text;
    },
  } as CommentHolder;
}

function readFlowCollection(state: Attaching, token: CST.FlowCollection, properties: string, parent: EntryDraft): LayoutNode {
  const kind = token.start.type === 'flow-map-start' ? 'map' : 'list';
  const entries: LayoutEntry[] = [];
  state.holder = keyLine(parent);
  for (const item of token.items) {
    const { start, key, sep, value } = item;
    const isEntry =
      key || value || sep?.some(({ type }) => type === 'map-value-ind') || start.some(({ type }) => type === 'anchor' || type === 'tag');
    if (!isEntry) {
      readTrivia(state, start);
      continue;
    }
    const entry = newEntry();
    const first = start.findIndex(({ type }) => ['explicit-key-ind', 'anchor', 'tag'].includes(type));
    const lead = first === -1 ? start : start.slice(0, first);
    readTrivia(state, lead);
    append(entry.before, takeComments(state, -1));
    const rest = { ...item, start: first === -1 ? [] : start.slice(first) };
    entries.push(kind === 'list' && (key || sep) ? pairItem(state, rest, entry) : readItem(state, rest, entry));
  }
  const node: Draft<LayoutCollection> & CommentHolder = { kind, flow: true, properties, entries, end: [] };
  const closing = token.end.findIndex(({ type }) => type === 'flow-map-end' || type === 'flow-seq-end');
  readTrivia(state, token.end.slice(0, closing + 1));
  node.end = [...takeComments(state, -1)];
  state.holder = node;
  readTrivia(state, token.end.slice(closing + 1));
  return node;
}

/** `[a: 1]` is short for `[{ a: 1 }]`. */
function pairItem(state: Attaching, item: Item, { before, ...entry }: EntryDraft): LayoutEntry {
  const pair = readItem(state, item, { ...newEntry(), ...entry });
  const value: LayoutNode = { kind: 'map', flow: true, properties: '', entries: [pair], end: [] };
  return { ...newEntry(), before, value };
}
