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
export function valueOf(text: string, { start, end }: JsonSpan): JsonValue {
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

const stringPattern = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const tokenPattern = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

function scanString(text: string, at: number): number {
  return scanPattern(text, at, stringPattern, 'This string does not end, or holds what a JSON string may not');
}

function scanToken(text: string, at: number): number {
  return scanPattern(text, at, tokenPattern, at < text.length ? 'A JSON value is expected' : 'The text ends too early');
}

function scanPattern(text: string, at: number, pattern: RegExp, problem: string): number {
  const sticky = new RegExp(pattern);
  sticky.lastIndex = at;
  if (!sticky.test(text)) throw new JsonTextError(problem, at);
  return sticky.lastIndex;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (' \t\n\r'.includes(text[at] ?? '!')) at += 1;
  return at;
}
