import { append } from './append.ts';
import { blockHeader } from './block-text.ts';
import type { Comment, Layout, LayoutCollection, LayoutEntry, LayoutKey, LayoutNode } from './layout.ts';
import { scalarText } from './scalar-text.ts';

/** Braces and brackets that would reach further are written one entry on each line: what code frames show of a line. */
const WIDTH = 120;

/** A layout as text: two columns for each level, one blank line where there were any, and one between the blocks of the root. */
export function printLayout({ preamble, head, blank, root }: Layout): string {
  const lines: string[] = [...preamble];
  pushComments(lines, head, 0, lines.length === 0);
  const inline = root.flow && root.end.length === 0 ? inlineText(root, false) : undefined;
  if (inline !== undefined && inline.length <= WIDTH) {
    if (blank && lines.length > 0) lines.push('');
    lines.push(withComment(inline, root));
  } else {
    if (root.properties !== '') lines.push(root.properties);
    pushRoot(lines, blank, root);
  }
  return `${lines.join('\n')}\n`;
}

/** What is written before an entry of the root: whether it takes several lines, and whether a blank line would become a part of it. */
type Previous = { readonly long: boolean; readonly keeps: boolean };

function pushRoot(lines: string[], blank: boolean, root: LayoutCollection): void {
  let previous: Previous | undefined;
  for (const entry of root.entries) {
    const body = entryLines(entry, 0);
    const long = body.length > 1;
    const apart = previous ? previous.long || long : blank;
    pushRootLead(lines, leadOf(entry, 0), previous, apart);
    append(lines, body);
    previous = { long, keeps: entryKeepsBlanks(entry) };
  }
  pushComments(lines, endOf(root), 0, previous?.keeps ?? false);
}

/** `apart`: a blank line stands above in any case. */
function pushRootLead(lines: string[], { comments, blank }: Lead, previous: Previous | undefined, apart: boolean): void {
  const noBlank = lines.length === 0 || previous?.keeps === true;
  const [first, ...others] = comments;
  if (first) {
    pushComments(lines, [{ ...first, blank: first.blank || apart }, ...others], 0, noBlank);
    if (blank) lines.push('');
  } else if ((apart || (previous !== undefined && blank)) && !noBlank) lines.push('');
}

/** The lines of a collection, one entry after the other. `skipLead`: what belongs above its first entry has been written. */
function collectionLines(node: LayoutCollection, indent: number, skipLead = false): readonly string[] {
  const lines: string[] = [];
  let noBlank = true;
  for (const [index, entry] of node.entries.entries()) {
    if (index > 0 || !skipLead) pushLead(lines, leadOf(entry, indent), indent, noBlank);
    append(lines, entryLines(entry, indent));
    noBlank = entryKeepsBlanks(entry);
  }
  pushComments(lines, endOf(node), indent, noBlank);
  return lines;
}

/** Comments, and whether a blank line stands between them and what they are about. */
type Lead = { readonly comments: readonly Comment[]; readonly blank: boolean };

function pushLead(lines: string[], { comments, blank }: Lead, indent: number, noBlank: boolean): void {
  pushComments(lines, comments, indent, noBlank);
  if (blank && !(noBlank && comments.length === 0)) lines.push('');
}

/** `noBlank`: nothing stands above, or something that a blank line would become a part of. */
function pushComments(lines: string[], comments: readonly Comment[], indent: number, noBlank: boolean): void {
  for (const [index, { text, blank }] of comments.entries()) {
    if (blank && !(noBlank && index === 0)) lines.push('');
    lines.push(`${' '.repeat(indent)}${text}`);
  }
}

/** What is written above an entry: its comments, and those that have no room once its value stands on the same line. */
function leadOf(entry: LayoutEntry, indent: number): Lead {
  const { before, blank, value, keyComment, between } = entry;
  const own = [...(keyComment === undefined ? [] : [{ text: keyComment, blank: false }]), ...between];
  const collection = blockCollection(entry, indent);
  if (collection) {
    // On the line of a dash stands the first entry of what it holds.
    const [first] = collection.entries;
    if (entry.key || collection.properties !== '' || !first) return { comments: before, blank };
    const inner = leadOf(first, indent + 2);
    return joinLeads({ comments: before, blank }, own, inner);
  }
  if (value.kind === 'nothing') return { comments: before, blank };
  const inside = value.kind === 'map' || value.kind === 'list' ? value.end : [];
  return joinLeads({ comments: before, blank }, [...own, ...inside], { comments: [], blank: false });
}

function joinLeads(outer: Lead, between: readonly Comment[], inner: Lead): Lead {
  const [first, ...others] = [...between, ...inner.comments];
  if (!first) return outer;
  return { comments: [...outer.comments, { ...first, blank: first.blank || outer.blank }, ...others], blank: inner.blank };
}

/** The lines of an entry, without what is written above it. */
function entryLines(entry: LayoutEntry, indent: number): readonly string[] {
  const { key, value, keyComment, end } = entry;
  const start = `${' '.repeat(indent)}${key ? `${keyText(key, false)}:` : '-'}`;
  const below = endLines(end, indent + 2, value.kind === 'nothing' || entryKeepsBlanks({ ...entry, end: [] }));
  const collection = blockCollection(entry, indent);
  if (collection && !key && collection.properties === '') {
    const [first = '', ...others] = collectionLines(collection, indent + 2, true);
    return [`${start} ${first.trimStart()}`, ...others, ...below];
  }
  if (collection) {
    const line = withComment(joined(start, collection.properties), { comment: keyComment });
    const inner = { ...collection, entries: withLead(collection.entries, entry.between) };
    return [line, ...collectionLines(inner, indent + 2), ...below];
  }
  if (value.kind === 'nothing') return [withComment(joined(start, value.properties), { comment: keyComment }), ...below];
  return [...valueLines(value, start, indent), ...below];
}

/** Comments that stood between a key and its braces, above the first entry now. */
function withLead(entries: readonly LayoutEntry[], between: readonly Comment[]): readonly LayoutEntry[] {
  const [first, ...others] = entries;
  return first && between.length > 0 ? [{ ...first, before: [...between, ...first.before] }, ...others] : entries;
}

function endLines(end: readonly Comment[], indent: number, noBlank: boolean): readonly string[] {
  const lines: string[] = [];
  pushComments(lines, end, indent, noBlank);
  return lines;
}

/** A value that begins on the line of its key or dash. */
function valueLines(value: LayoutNode, start: string, indent: number): readonly string[] {
  const inner = ' '.repeat(indent + 2);
  if (value.kind === 'block') {
    const header = withComment(joined(start, value.properties, blockHeader(value)), value);
    return [header, ...value.lines.map((line) => (line === '' ? '' : inner + line))];
  }
  if (value.kind === 'lines') {
    const [first = '', ...others] = value.lines;
    const lines = [joined(start, value.properties, first), ...others.map((line) => (line === '' ? '' : inner + line))];
    return [...lines.slice(0, -1), withComment(lines.at(-1) ?? '', value)];
  }
  return [withComment(joined(start, inlineText(value, false) ?? ''), value)];
}

/** The value of an entry where it is a collection that is written one entry on each line. */
function blockCollection({ key, value }: LayoutEntry, indent: number): LayoutCollection | undefined {
  if ((value.kind !== 'map' && value.kind !== 'list') || value.entries.length === 0) return undefined;
  if (!value.flow) return value;
  const text = inlineText(value, false);
  const room = WIDTH - indent - (key ? keyText(key, false).length + 2 : 2);
  return text === undefined || text.length > room ? value : undefined;
}

/** The comments at the end of a block; the one behind a closing bracket follows them. */
function endOf({ end, comment }: LayoutCollection): readonly Comment[] {
  return comment === undefined ? end : [...end, { text: comment, blank: false }];
}

/** Whether a blank line after an entry would become a part of its text. */
function entryKeepsBlanks({ value, end }: LayoutEntry): boolean {
  if (end.length > 0) return false;
  if (value.kind === 'block') return value.chomping === '+';
  if (value.kind !== 'map' && value.kind !== 'list') return false;
  const last = value.entries.at(-1);
  return last !== undefined && endOf(value).length === 0 && entryKeepsBlanks(last);
}

/** A value on one line; undefined where it has comments inside or needs several lines. */
function inlineText(node: LayoutNode, inFlow: boolean): string | undefined {
  const { properties } = node;
  switch (node.kind) {
    case 'nothing':
      return properties;
    case 'alias':
      return joined(properties, node.written);
    case 'scalar':
      return joined(properties, node.text === undefined ? node.written : scalarText(node.text, { quoted: node.quoted, inFlow }));
    case 'lines':
    case 'block':
      return undefined;
    case 'map':
    case 'list':
      return inlineCollection(node);
  }
}

function inlineCollection({ kind, flow, properties, entries, end }: LayoutCollection): string | undefined {
  const [open, close] = kind === 'map' ? ['{', '}'] : ['[', ']'];
  if (entries.length === 0) return joined(properties, open + close);
  if (!flow || end.length > 0) return undefined;
  const texts = entries.map(inlineEntry);
  if (texts.includes(undefined)) return undefined;
  const room = kind === 'map' ? ' ' : '';
  return joined(properties, `${open}${room}${texts.join(', ')}${room}${close}`);
}

function inlineEntry({ key, colon, value, before, keyComment, between, end }: LayoutEntry): string | undefined {
  if (before.length + between.length + end.length > 0 || keyComment !== undefined || value.comment !== undefined) return undefined;
  if ((value.kind === 'map' || value.kind === 'list') && value.end.length > 0) return undefined;
  const text = inlineText(value, true);
  if (text === undefined || !key) return text;
  return joined(`${keyText(key, true)}${colon ? ':' : ''}`, text);
}

function keyText(key: LayoutKey | undefined, inFlow: boolean): string {
  return key ? joined(key.properties, scalarText(key.text, { quoted: key.quoted, inFlow })) : '';
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}

function withComment(line: string, { comment }: { readonly comment?: string | undefined }): string {
  return comment === undefined ? line : `${line} ${comment}`;
}
