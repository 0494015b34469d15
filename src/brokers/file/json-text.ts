/**
 * Where the members of a JSON text begin and end, so that what is not ours can be written back exactly as it was: `JSON.parse` alone would
 * round large numbers and lose how things were written.
 */
import type { JsonValue } from '../../source/json.ts';

/** A stretch of a JSON text that holds one value. */
export type JsonSpan = { readonly start: number; readonly end: number };

/** A member of an object. Repeated keys stay repeated. */
export type JsonMember = JsonSpan & { readonly key: string };

/** What is wrong with a JSON text, and where. */
export class JsonTextError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = 'JsonTextError';
    this.offset = offset;
  }
}

/** Deeper than any file a broker writes; it bounds the work on one that somebody made up. */
const maxDepth = 200;

/** The members of the object that the whole text is. Throws {@link JsonTextError}. */
export function membersOfText(text: string): readonly JsonMember[] {
  const start = skipSpace(text, text.startsWith('\uFEFF') ? 1 : 0);
  if (text[start] !== '{') throw new JsonTextError('A JSON object is expected', start);
  const members: JsonMember[] = [];
  const end = skipSpace(
    text,
    scanObject(text, start, 0, (member) => members.push(member)),
  );
  if (end < text.length) throw new JsonTextError('Nothing more is expected after the object', end);
  return members;
}

/** The items of an array that stands in a text already scanned; undefined when the value is no array. */
export function itemsOfArray(text: string, { start }: JsonSpan): readonly JsonSpan[] | undefined {
  if (text[start] !== '[') return undefined;
  const items: JsonSpan[] = [];
  scanArray(text, start, 0, (item) => items.push(item));
  return items;
}

/** The value of a stretch of a text already scanned. */
export function spanValue(text: string, { start, end }: JsonSpan): JsonValue {
  return JSON.parse(text.slice(start, end)) as JsonValue;
}

function scanValue(text: string, at: number, depth: number): number {
  if (depth > maxDepth) throw new JsonTextError(`Values are nested deeper than ${maxDepth} levels`, at);
  const character = text[at];
  if (character === '{') return scanObject(text, at, depth);
  if (character === '[') return scanArray(text, at, depth);
  if (character === '"') return scanString(text, at);
  return scanToken(text, at);
}

function scanObject(text: string, start: number, depth: number, found?: (member: JsonMember) => void): number {
  let at = skipSpace(text, start + 1);
  if (text[at] === '}') return at + 1;
  for (;;) {
    if (text[at] !== '"') throw new JsonTextError('A name in double quotes is expected', at);
    const keyEnd = scanString(text, at);
    const colon = skipSpace(text, keyEnd);
    if (text[colon] !== ':') throw new JsonTextError('A colon is expected', colon);
    const valueStart = skipSpace(text, colon + 1);
    const valueEnd = scanValue(text, valueStart, depth + 1);
    found?.({ key: JSON.parse(text.slice(at, keyEnd)) as string, start: valueStart, end: valueEnd });
    at = skipSpace(text, valueEnd);
    if (text[at] === '}') return at + 1;
    if (text[at] !== ',') throw new JsonTextError('A comma or the end of the object is expected', at);
    at = skipSpace(text, at + 1);
  }
}

function scanArray(text: string, start: number, depth: number, found?: (item: JsonSpan) => void): number {
  let at = skipSpace(text, start + 1);
  if (text[at] === ']') return at + 1;
  for (;;) {
    const end = scanValue(text, at, depth + 1);
    found?.({ start: at, end });
    at = skipSpace(text, end);
    if (text[at] === ']') return at + 1;
    if (text[at] !== ',') throw new JsonTextError('A comma or the end of the array is expected', at);
    at = skipSpace(text, at + 1);
  }
}

const escapePattern = /^(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/;
const tokenPattern = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

function scanString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text[at] as string;
    if (character === '"') return at + 1;
    if (character < ' ') throw new JsonTextError('A string may not hold a line break or another control character', at);
    if (character !== '\\') continue;
    const escaped = escapePattern.exec(text.slice(at + 1, at + 6));
    if (!escaped) throw new JsonTextError('A string may not hold this escape', at);
    at += escaped[0].length;
  }
  throw new JsonTextError('This string does not end', start);
}

function scanToken(text: string, at: number): number {
  const pattern = new RegExp(tokenPattern);
  pattern.lastIndex = at;
  if (!pattern.test(text)) throw new JsonTextError(at < text.length ? 'A JSON value is expected' : 'The text ends too early', at);
  return pattern.lastIndex;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (' \t\n\r'.includes(text[at] ?? '!')) at += 1;
  return at;
}
