import type { JsonValue } from './json.ts';
import { addEntry, notePlaceOfKey, readKey, readNothing, readScalar } from './quick-keys.ts';
import { CODE, lineEnd, pastBreak, type QuickReader, skipSpaces } from './quick-lines.ts';
import { isQuote, readQuoted, skipPlain, valueOfPlain } from './quick-scalars.ts';
import { closePlace, openPlace } from './yaml-places.ts';
import { MAX_DEPTH } from './yaml-tokens.ts';

/** How deep a collection is nested, and how far its further lines must be indented (the line of the outermost closing sign one less). */
type Nesting = { readonly depth: number; readonly indent: number; readonly outermost: boolean };

/** Reads `{…}` or `[…]` that begins on a line of a block indented by less than `indent`. Undefined at any doubt. */
export function readFlow(reader: QuickReader, indent: number, depth: number): JsonValue | undefined {
  return readCollection(reader, { depth, indent, outermost: true });
}

function readCollection(reader: QuickReader, nesting: Nesting): JsonValue | undefined {
  if (nesting.depth > MAX_DEPTH) return undefined;
  const row = openPlace(reader.places, reader.at);
  const isMap = reader.text.charCodeAt(reader.at) === CODE.openBrace;
  reader.at += 1;
  const value = isMap ? readMap(reader, nesting) : readList(reader, nesting);
  closePlace(reader.places, row, reader.at);
  reader.end = reader.at;
  return value;
}

function readMap(reader: QuickReader, nesting: Nesting): JsonValue | undefined {
  const map: Record<string, JsonValue> = {};
  for (let first = true; ; first = false) {
    const next = nextEntry(reader, nesting, first);
    if (next === CODE.closeBrace) return map;
    if (next !== 'entry') return undefined;
    const start = reader.at;
    const key = readKey(reader, true);
    if (key === undefined) return undefined;
    notePlaceOfKey(reader, key, start);
    const value = readEntryValue(reader, nesting);
    if (value === undefined || !addEntry(map, key, value)) return undefined;
  }
}

function readEntryValue(reader: QuickReader, nesting: Nesting): JsonValue | undefined {
  reader.at = skipSpaces(reader.text, reader.at);
  const code = reader.text.charCodeAt(reader.at);
  return code === CODE.comma || code === CODE.closeBrace ? readNothing(reader) : readValue(reader, nesting);
}

function readList(reader: QuickReader, nesting: Nesting): JsonValue | undefined {
  const list: JsonValue[] = [];
  for (;;) {
    const next = nextEntry(reader, nesting, list.length === 0);
    if (next === CODE.closeBracket) return list;
    const value = next === 'entry' ? readValue(reader, nesting) : undefined;
    if (value === undefined) return undefined;
    list.push(value);
  }
}

/** Goes behind the comma that must stand between entries, to the next entry, or behind the closing sign, whose code it returns. */
function nextEntry(reader: QuickReader, nesting: Nesting, first: boolean): number | 'entry' | 'none' {
  const { text } = reader;
  if (!skipBreaks(reader, nesting)) return 'none';
  let code = text.charCodeAt(reader.at);
  if (!first && code === CODE.comma) {
    reader.at += 1;
    if (!skipBreaks(reader, nesting)) return 'none';
    code = text.charCodeAt(reader.at);
  } else if (!first && code !== CODE.closeBrace && code !== CODE.closeBracket) return 'none';
  if (code !== CODE.closeBrace && code !== CODE.closeBracket) return 'entry';
  reader.at += 1;
  return code;
}

function readValue(reader: QuickReader, { depth, indent }: Nesting): JsonValue | undefined {
  const { text, at: start } = reader;
  const code = text.charCodeAt(start);
  if (code === CODE.openBrace || code === CODE.openBracket) return readCollection(reader, { depth: depth + 1, indent, outermost: false });
  if (depth >= MAX_DEPTH) return undefined;
  const quoted = isQuote(text, start);
  const end = quoted ? undefined : skipPlain(reader, true);
  const value = quoted ? readQuoted(reader) : end === undefined ? undefined : valueOfPlain(text.slice(start, end));
  return value === undefined ? undefined : readScalar(reader, start, end ?? reader.at, value);
}

/** Goes over spaces, comments and line breaks to the next sign or text. False at a tab, the text's end, or a line indented too little. */
function skipBreaks(reader: QuickReader, { indent, outermost }: Nesting): boolean {
  const { text } = reader;
  let lineStart: number | undefined;
  for (;;) {
    let at = skipSpaces(text, reader.at);
    if (text.charCodeAt(at) === CODE.hash) {
      if (at === reader.at && at !== lineStart) return false;
      at = lineEnd(text, at);
    }
    const next = pastBreak(text, at);
    if (next === undefined) {
      reader.at = at;
      return lineStart === undefined || at - lineStart >= indent || (outermost && at - lineStart === indent - 1 && isClosing(text, at));
    }
    if (next >= text.length) return false;
    lineStart = next;
    reader.at = next;
  }
}

function isClosing(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === CODE.closeBrace || code === CODE.closeBracket;
}
