import type { PlaceWriter } from './yaml-places.ts';

/**
 * Where the quick reader stands, and what it has read: `at` is an offset into the text. After a value it goes on to the next line that says
 * something; `column` is where that line's content begins, -1 at the end of the text; `end` is where the value ended.
 */
export type QuickReader = { readonly text: string; readonly places: PlaceWriter; at: number; column: number; end: number };

/** Characters by their codes. */
export const CODE = {
  tab: 9,
  lineFeed: 10,
  carriageReturn: 13,
  space: 32,
  doubleQuote: 34,
  hash: 35,
  singleQuote: 39,
  comma: 44,
  dash: 45,
  dot: 46,
  colon: 58,
  openBracket: 91,
  backslash: 92,
  closeBracket: 93,
  openBrace: 123,
  pipe: 124,
  closeBrace: 125,
  greater: 62,
  byteOrderMark: 0xfeff,
} as const;

/** The offset of the first character from `at` on that is no space. */
export function skipSpaces(text: string, at: number): number {
  let next = at;
  while (text.charCodeAt(next) === CODE.space) next += 1;
  return next;
}

/** The offset of the line feed that ends the line of `at`; the text's length on the last line. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

/** The offset behind the line break that stands at `at`, the text's length at its end; undefined where there is something else. */
export function pastBreak(text: string, at: number): number | undefined {
  if (at >= text.length) return text.length;
  const code = text.charCodeAt(at);
  if (code === CODE.lineFeed) return at + 1;
  return code === CODE.carriageReturn && text.charCodeAt(at + 1) === CODE.lineFeed ? at + 2 : undefined;
}

/** Whether a space, a line break or the end of the text stands at `at`; a tab is none, the quick reader wants nothing to do with tabs. */
export function isEmptyAt(text: string, at: number): boolean {
  return text.charCodeAt(at) === CODE.space || pastBreak(text, at) !== undefined;
}

/** Goes to the content of the first line from `lineStart` on that is neither empty nor a comment. False where a tab stands before it. */
export function goToContent(reader: QuickReader, lineStart: number): boolean {
  const { text } = reader;
  for (let start: number | undefined = lineStart; start !== undefined && start < text.length; ) {
    let at = skipSpaces(text, start);
    const code = text.charCodeAt(at);
    if (code === CODE.hash) at = lineEnd(text, at);
    const next = pastBreak(text, at);
    if (next === undefined) {
      reader.at = at;
      reader.column = at - start;
      return code !== CODE.tab && code !== CODE.carriageReturn;
    }
    start = next;
  }
  reader.at = text.length;
  reader.column = -1;
  return true;
}

/** Goes on from the end of a value to the next content below it. False where anything but a comment follows on the same line. */
export function goToNextLine(reader: QuickReader): boolean {
  const { text } = reader;
  let at = skipSpaces(text, reader.at);
  if (text.charCodeAt(at) === CODE.hash && at > reader.at) at = lineEnd(text, at);
  const next = pastBreak(text, at);
  return next !== undefined && goToContent(reader, next);
}
