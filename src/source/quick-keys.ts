import type { JsonValue } from './json.ts';
import { CODE, isEmptyAt, type QuickReader } from './quick-lines.ts';
import { isFlowSign, isQuote, readQuoted, skipPlain, valueOfPlain } from './quick-scalars.ts';
import { closePlace, openPlace, renameKey } from './yaml-places.ts';

/** Longer keys are an error of their own. */
const LONGEST_KEY = 1000;

/**
 * Reads a key and the colon right after it, behind which the reader then stands. Undefined for keys that are no texts, `<<`, and whatever
 * may be no key.
 */
export function readKey(reader: QuickReader, inFlow: boolean): string | undefined {
  const { text, at: start } = reader;
  const quoted = isQuote(text, start);
  const key = quoted ? readQuoted(reader) : readPlainKey(reader, inFlow);
  const end = reader.at;
  if (key === undefined || text.charCodeAt(end) !== CODE.colon || end - start > LONGEST_KEY) return undefined;
  reader.at = end + 1;
  return isEmptyAt(text, end + 1) || (inFlow && (quoted || isFlowSign(text, end + 1))) ? key : undefined;
}

function readPlainKey(reader: QuickReader, inFlow: boolean): string | undefined {
  const start = reader.at;
  const end = skipPlain(reader, inFlow);
  if (end !== reader.at) return undefined;
  const written = knownText(reader.text, start, end);
  return written.startsWith('<<') || written.startsWith('...') || typeof valueOfPlain(written) !== 'string' ? undefined : written;
}

/** Keys that were read before. The same few hundred make up most of a project, and a text that is known need be neither cut out nor hashed again. */
const KNOWN_KEYS: string[] = [];
const KNOWN_KEYS_SIZE = 1024;

/** The text between two offsets, the very same string as last time where it can. */
function knownText(text: string, start: number, end: number): string {
  const slot = ((end - start) * 7 + text.charCodeAt(start) * 31 + text.charCodeAt(end - 1) * 131) % KNOWN_KEYS_SIZE;
  const known = KNOWN_KEYS[slot];
  if (known !== undefined && known.length === end - start && text.startsWith(known, start)) return known;
  const written = text.slice(start, end);
  KNOWN_KEYS[slot] = written;
  return written;
}

/** Notes the key that was just read for the place of the value that is read next. */
export function notePlaceOfKey({ text, at, places }: QuickReader, key: string, start: number): void {
  places.keyStart = start;
  places.keyEnd = at - 1;
  if (isQuote(text, start)) renameKey(places, places.count, key);
}

/** Adds an entry to a mapping. False where the key is written twice, or is one that an object does not take as a mere name. */
export function addEntry(map: Record<string, JsonValue>, key: string, value: JsonValue): boolean {
  if (map[key] !== undefined && (key === '__proto__' || Object.hasOwn(map, key))) return false;
  map[key] = value;
  return true;
}

/** The value of an entry where none is written: it stands at the end of the key. */
export function readNothing(reader: QuickReader): null {
  return readScalar(reader, reader.places.keyEnd, reader.places.keyEnd, null);
}

/** Notes the place of a value that holds no others. */
export function readScalar<Value extends JsonValue>(reader: QuickReader, start: number, end: number, value: Value): Value {
  closePlace(reader.places, openPlace(reader.places, start), end);
  reader.end = end;
  return value;
}
