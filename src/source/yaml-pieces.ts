/** A stretch of a text that holds one entry of a block mapping: its key's line and all lines below that belong to it. Offsets. */
export type Piece = { readonly start: number; readonly end: number };

/** The beginning of a line that begins an entry, with its indentation: comments, items of lists, closing signs and document marks begin none. */
const ENTRY = /(?<=^|\n)( *)(?=[^\s#}\],])(?!-\s|-$|---|\.\.\.|%)/g;

/**
 * Splits a stretch of a text at the lines that begin an entry indented by exactly `indent`. What says something before the first of them is a
 * piece of its own.
 */
export function splitPieces(text: string, { start, end }: Piece, indent: number): readonly Piece[] {
  const starts = [...text.slice(start, end).matchAll(ENTRY)]
    .filter(([, spaces]) => spaces?.length === indent)
    .map(({ index }) => start + index);
  const pieces = starts.map((at, index) => ({ start: at, end: starts[index + 1] ?? end }));
  const before = { start, end: starts[0] ?? end };
  return contentStart(text, before) === undefined ? pieces : [before, ...pieces];
}

/** The pieces inside a piece: the entries that its key holds, as deep as the first of them is indented. A list has none. */
export function innerPieces(text: string, { start, end }: Piece): readonly Piece[] {
  const lineEnd = text.indexOf('\n', start);
  const below = { start: lineEnd + 1, end };
  const first = lineEnd === -1 || lineEnd >= end ? undefined : contentStart(text, below);
  if (first === undefined || /^\s*-\s/.test(text.slice(first, first + 200))) return [];
  const indents = [...text.slice(below.start, end).matchAll(ENTRY)].map(([, spaces = '']) => spaces.length).filter((indent) => indent > 0);
  const own = /^( *)[^\s#}\],]/.exec(text.slice(first, first + 200))?.[1]?.length;
  const indent = own || indents.reduce((least, other) => Math.min(least, other), Number.POSITIVE_INFINITY);
  return Number.isFinite(indent) ? splitPieces(text, below, indent) : [];
}

/** Where the first line begins that says something: it is not empty, no comment, no mark of a document. */
function contentStart(text: string, { start, end }: Piece): number | undefined {
  for (let at = start; at < end; ) {
    const lineEnd = text.indexOf('\n', at);
    const next = lineEnd === -1 || lineEnd >= end ? end : lineEnd + 1;
    if (/^\s*(?!---|%)[^\s#]/.test(text.slice(at, next))) return at;
    at = next;
  }
  return undefined;
}

/** A key without escapes and what follows it on its line. */
const KEY = /^ *(?:"([^"\\\n]*)"|'([^'\n]*)'|([^\s:#'"{[&*!|>%@`-][^:\n]*?)) *:(?:[ \r]([^\n]*))?$/;

/** The key that a piece begins with, if it can be told. */
export function keyOfPiece(text: string, { start, end }: Piece): string | undefined {
  const [, double, single, plain] = KEY.exec(firstLine(text, start, end)) ?? [];
  return double ?? single ?? plain;
}

/**
 * Whether a piece does not begin as one: with an entry that is whole on its line and yet has deeper lines below, or with no key at all. Such
 * a line was probably part of the piece before it, and lost its indentation. A lone word is a key that lost its colon.
 */
export function lostItsPlace(text: string, piece: Piece): boolean {
  const line = firstLine(text, piece.start, piece.end);
  const key = KEY.exec(line);
  if (!key) return !/^ *[\w@.-]+\s*$/.test(line);
  const value = key[4]?.trim() ?? '';
  return value !== '' && !/^[#|>{[&!"']/.test(value) && /\S/.test(text.slice(piece.start + line.length, piece.end));
}

/** The offset of the first tab in the indentation of a line. */
export function indentingTab(text: string, { start, end }: Piece): number | undefined {
  const found = /(?<=^|\n) *\t\s*(?=\S)/.exec(text.slice(start, end));
  return found ? start + found.index + found[0].indexOf('\t') : undefined;
}

function firstLine(text: string, start: number, end: number): string {
  const lineEnd = text.indexOf('\n', start);
  return text.slice(start, lineEnd === -1 ? end : Math.min(lineEnd, end));
}

/** The text with some of its pieces replaced by spaces, so that all else keeps its place. */
export function blankPieces(text: string, pieces: readonly Piece[]): string {
  let blanked = '';
  let from = 0;
  for (const { start, end } of [...pieces].sort((a, b) => a.start - b.start)) {
    if (start < from) continue;
    blanked += text.slice(from, start) + text.slice(start, end).replace(/[^\r\n]/g, ' ');
    from = end;
  }
  return blanked + text.slice(from);
}
