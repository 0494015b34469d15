import type { JsonValue } from './json.ts';
import { readBlockText } from './quick-block-text.ts';
import { readFlow } from './quick-flow.ts';
import { addEntry, notePlaceOfKey, readKey, readNothing, readScalar } from './quick-keys.ts';
import { CODE, goToContent, goToNextLine, isEmptyAt, pastBreak, type QuickReader, skipSpaces } from './quick-lines.ts';
import { isQuote, readQuoted, skipPlain, valueOfPlain } from './quick-scalars.ts';
import { closePlace, createPlaces, finishPlaces, openPlace, type Places } from './yaml-places.ts';
import { MAX_DEPTH } from './yaml-tokens.ts';

/**
 * Reads the part of YAML that contracts are usually written in, straight from the text: mappings and lists in block and flow style, texts
 * with and without quotes, `|` and `>`, comments. Undefined at anything else and at the least doubt, be it right or wrong: then the library
 * decides. What it answers is what the library's way answers, without a problem (test/unit/source/quick-yaml.test.ts holds it to that).
 */
export function readQuickly(text: string): { readonly value: JsonValue; readonly places: Places } | undefined {
  const reader: QuickReader = { text, places: createPlaces(), at: 0, column: 0, end: 0 };
  if (!goToContent(reader, 0) || reader.column === -1) return undefined;
  const value = readBlock(reader, 1);
  return value !== undefined && isAtEnd(reader) ? { value, places: finishPlaces(reader.places) } : undefined;
}

/** Reads the mapping or list that begins a line; then the reader stands at the content of a later line, which its holder judges. */
function readBlock(reader: QuickReader, depth: number): JsonValue | undefined {
  return isDash(reader) ? readList(reader, reader.column, depth) : readMap(reader, reader.column, depth);
}

function isAtEnd({ column }: QuickReader): boolean {
  return column === -1;
}

/** Whether an item of a list begins here. */
function isDash({ text, at }: QuickReader): boolean {
  return text.charCodeAt(at) === CODE.dash && isEmptyAt(text, at + 1);
}

function readMap(reader: QuickReader, indent: number, depth: number): JsonValue | undefined {
  if (depth >= MAX_DEPTH) return undefined;
  const row = openPlace(reader.places, reader.at);
  const map: Record<string, JsonValue> = {};
  do {
    const start = reader.at;
    const key = readKey(reader, false);
    if (key === undefined) return undefined;
    notePlaceOfKey(reader, key, start);
    const value = readEntryValue(reader, indent, depth + 1);
    if (value === undefined || !addEntry(map, key, value)) return undefined;
  } while (reader.column === indent && !isDash(reader));
  closePlace(reader.places, row, reader.end);
  return reader.column > indent ? undefined : map;
}

function readEntryValue(reader: QuickReader, indent: number, depth: number): JsonValue | undefined {
  const { text } = reader;
  const at = skipSpaces(text, reader.at);
  if (!endsLine(text, at)) {
    reader.at = at;
    return readInline(reader, indent, depth);
  }
  if (!goToNextLine(reader)) return undefined;
  if (reader.column > indent) return readBlock(reader, depth);
  return reader.column === indent && isDash(reader) ? readList(reader, indent, depth) : readNothing(reader);
}

function endsLine(text: string, at: number): boolean {
  return text.charCodeAt(at) === CODE.hash || pastBreak(text, at) !== undefined;
}

function readList(reader: QuickReader, indent: number, depth: number): JsonValue | undefined {
  if (depth >= MAX_DEPTH) return undefined;
  const row = openPlace(reader.places, reader.at);
  const list: JsonValue[] = [];
  do {
    const value = readItem(reader, indent, depth + 1);
    if (value === undefined) return undefined;
    list.push(value);
  } while (reader.column === indent && isDash(reader));
  closePlace(reader.places, row, reader.end);
  return reader.column > indent ? undefined : list;
}

function readItem(reader: QuickReader, indent: number, depth: number): JsonValue | undefined {
  const { text } = reader;
  const dash = reader.at;
  reader.at += 1;
  const at = skipSpaces(text, reader.at);
  if (endsLine(text, at)) return goToNextLine(reader) && reader.column > indent ? readBlock(reader, depth) : undefined;
  reader.at = at;
  const column = indent + at - dash;
  if (isDash(reader)) return readList(reader, column, depth);
  return beginsWithKey(reader) ? readMap(reader, column, depth) : readInline(reader, indent, depth);
}

/** Whether what follows on this line is the first key of a mapping. The reader stays where it is. */
function beginsWithKey(reader: QuickReader): boolean {
  const { at } = reader;
  const key = readKey(reader, false);
  reader.at = at;
  return key !== undefined;
}

/** Reads a value that begins on the line of its key or dash, which is indented by `indent`, and goes on to the next line. */
function readInline(reader: QuickReader, indent: number, depth: number): JsonValue | undefined {
  const { text, at } = reader;
  const code = text.charCodeAt(at);
  if (depth > MAX_DEPTH) return undefined;
  if (code === CODE.pipe || code === CODE.greater) return readBlockText(reader, indent);
  const value = code === CODE.openBrace || code === CODE.openBracket ? readFlow(reader, indent + 1, depth) : readText(reader);
  return value !== undefined && goToNextLine(reader) && reader.column <= indent ? value : undefined;
}

function readText(reader: QuickReader): JsonValue | undefined {
  const { text, at: start } = reader;
  if (isQuote(text, start)) {
    const quoted = readQuoted(reader);
    return quoted === undefined ? undefined : readScalar(reader, start, reader.at, quoted);
  }
  const end = skipPlain(reader, false);
  if (end === undefined) return undefined;
  const value = valueOfPlain(text.slice(start, end));
  // A colon that ended the text is left standing, and then is no end of a line.
  reader.at = end;
  return value === undefined ? undefined : readScalar(reader, start, end, value);
}
