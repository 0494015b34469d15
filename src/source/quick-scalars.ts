import { CST } from 'yaml';
import type { JsonValue } from './json.ts';
import { CODE, isEmptyAt, type QuickReader } from './quick-lines.ts';

/** What a character means inside a text without quotes. */
const ORDINARY = 0;
const SPACE = 1;
const COLON = 2;
const HASH = 3;
const FLOW_SIGN = 4;
const BREAK = 5;
const DOUBTFUL = 6;

const KINDS = new Uint8Array(128);
for (let code = 0; code < CODE.space; code += 1) KINDS[code] = DOUBTFUL;
KINDS[127] = DOUBTFUL;
KINDS[CODE.lineFeed] = BREAK;
KINDS[CODE.carriageReturn] = BREAK;
KINDS[CODE.space] = SPACE;
KINDS[CODE.colon] = COLON;
KINDS[CODE.hash] = HASH;
for (const sign of ',[]{}') KINDS[sign.charCodeAt(0)] = FLOW_SIGN;

/** The characters of ASCII that a text without quotes surely may begin with; a dash may where something follows it. */
const STARTS = new Uint8Array(128);
for (const sign of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+./$^(;=<~\\') STARTS[sign.charCodeAt(0)] = 1;

/** Whether `,`, a bracket or a brace stands at an offset. */
export function isFlowSign(text: string, at: number): boolean {
  return KINDS[text.charCodeAt(at)] === FLOW_SIGN;
}

/**
 * Goes over a text without quotes, up to what ends it: a line break, a comment, `: `, and in braces and brackets their signs. Returns where
 * the text itself ends; undefined where there is none, or any doubt.
 */
export function skipPlain(reader: QuickReader, inFlow: boolean): number | undefined {
  const { text } = reader;
  if (!mayStartPlain(text, reader.at)) return undefined;
  let end = reader.at;
  let at = end;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? KINDS[code] : ORDINARY;
    if (kind === SPACE) continue;
    if (kind !== ORDINARY && endsPlain(text, at, inFlow)) break;
    end = at + 1;
  }
  reader.at = at;
  if (KINDS[text.charCodeAt(at)] === DOUBTFUL) return undefined;
  // Spaces of other alphabets at the end count to the text for some and not for others.
  return text.charCodeAt(end - 1) > 127 && /\s/.test(text.charAt(end - 1)) ? undefined : end;
}

/** Whether the sign at `at` ends a text without quotes. */
function endsPlain(text: string, at: number, inFlow: boolean): boolean {
  const code = text.charCodeAt(at);
  if (code === CODE.hash) return text.charCodeAt(at - 1) === CODE.space;
  if (code !== CODE.colon) return inFlow || KINDS[code] !== FLOW_SIGN;
  return isEmptyAt(text, at + 1) || (inFlow && isFlowSign(text, at + 1));
}

function mayStartPlain(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code > 127) return code !== CODE.byteOrderMark;
  if (STARTS[code] !== 1) return false;
  if (code !== CODE.dash) return true;
  return !isEmptyAt(text, at + 1) && !isFlowSign(text, at + 1) && text.charCodeAt(at + 1) !== CODE.dash;
}

const INTEGER = /^[-+]?[0-9]+$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const BASED = /^0(?:o[0-7]+|x[0-9a-fA-F]+)$/;
const NOT_FINITE = /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/;
const WORDS: ReadonlyMap<string, JsonValue> = new Map<string, JsonValue>([
  ['~', null],
  ...['null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
]);
const LONGEST_WORD = 5;

/** What a text without quotes stands for in the core schema of YAML 1.2; undefined for numbers that JSON does not have. */
export function valueOfPlain(written: string): JsonValue | undefined {
  const code = written.charCodeAt(0);
  const mayBeNumber = (code >= 48 && code <= 57) || code === 43 || code === CODE.dash || code === CODE.dot;
  if (mayBeNumber) return numberOf(written);
  const word = written.length <= LONGEST_WORD ? WORDS.get(written) : written;
  return word === undefined ? written : word;
}

function numberOf(written: string): JsonValue | undefined {
  if (INTEGER.test(written)) return finite(Number.parseInt(written, 10));
  if (FLOAT.test(written)) return finite(Number.parseFloat(written));
  if (BASED.test(written)) return finite(Number.parseInt(written.slice(2), written.charAt(1) === 'x' ? 16 : 8));
  return NOT_FINITE.test(written) ? undefined : written;
}

function finite(number: number): number | undefined {
  return Number.isFinite(number) ? number : undefined;
}

/** Reads a quoted text of one line. Undefined where it is not closed on that line, or holds a wrong escape. */
export function readQuoted(reader: QuickReader): string | undefined {
  const { text, at } = reader;
  const end = closingQuote(text, at);
  if (end === undefined) return undefined;
  reader.at = end + 1;
  const inner = text.slice(at + 1, end);
  const special = text.charCodeAt(at) === CODE.doubleQuote ? '\\' : "'";
  return inner.includes(special) ? resolveEscapes(text.slice(at, end + 1)) : inner;
}

/** The offset of the quote that closes the one at `start`, on the same line. */
function closingQuote(text: string, start: number): number | undefined {
  const quote = text.charCodeAt(start);
  const mark = quote === CODE.doubleQuote ? CODE.backslash : quote;
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === CODE.lineFeed) return undefined;
    const next = code === mark ? text.charCodeAt(at + 1) : code;
    if (code === quote && (mark !== quote || next !== quote)) return at;
    // What a backslash stands before is passed over, but never the end of the line.
    if (code === mark && next !== CODE.lineFeed) at += 1;
  }
  return undefined;
}

/** Whether a quote stands at the offset. */
export function isQuote(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === CODE.doubleQuote || code === CODE.singleQuote;
}

/** Escapes are left to the library. */
function resolveEscapes(source: string): string | undefined {
  const type = source.startsWith('"') ? 'double-quoted-scalar' : 'single-quoted-scalar';
  let wrong = false;
  const resolved = CST.resolveAsScalar({ type, offset: 0, indent: 0, source }, true, () => {
    wrong = true;
  });
  return wrong ? undefined : resolved?.value;
}
