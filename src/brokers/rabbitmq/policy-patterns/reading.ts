/** Reading a pattern byte by byte: what stands for bytes at one place, as an escape or between brackets. */
import { type ByteSet, classOf, invert, oneByte, posixClass, withCases } from './byte-classes.ts';

/** Where reading stands. */
export type Reading = { readonly bytes: Uint8Array; at: number; readonly ignoresCase: boolean; asciiOnly: boolean };

/** Whether a text of ASCII comes next. */
export function sees({ bytes, at }: Reading, text: string): boolean {
  return [...text].every((character, index) => bytes[at + index] === character.charCodeAt(0));
}

/** Takes a text of ASCII where it comes next. */
export function take(reading: Reading, text: string): boolean {
  if (!sees(reading, text)) return false;
  reading.at += text.length;
  return true;
}

/** What ends a line. */
export const LINE_FEED = 10;

const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: LINE_FEED, r: 13, f: 12, a: 7, e: 27 };

/** What comes after a backslash, inside a class or not, where it stands for bytes; undefined for anything else. */
export function readEscapedBytes(reading: Reading): ByteSet | undefined {
  const letter = String.fromCharCode(reading.bytes[reading.at] ?? 0);
  const named = classOf(letter);
  if (named) {
    reading.at += 1;
    reading.asciiOnly = true;
    return named;
  }
  if (letter === 'x') return readHexadecimal(reading);
  const control = Object.hasOwn(CONTROLS, letter) ? CONTROLS[letter] : undefined;
  if (control === undefined && /[A-Za-z0-9]/.test(letter)) return undefined;
  const byte = control ?? reading.bytes[reading.at];
  if (byte === undefined) return undefined;
  reading.at += 1;
  return oneByte(byte);
}

function readHexadecimal(reading: Reading): ByteSet | undefined {
  const rest = String.fromCharCode(...reading.bytes.subarray(reading.at, reading.at + 8));
  const match = /^x(?:\{([0-9A-Fa-f]{1,2})\}|([0-9A-Fa-f]{2}))/.exec(rest);
  if (!match) return undefined;
  reading.at += match[0].length;
  return oneByte(Number.parseInt(match[1] ?? match[2] ?? '', 16));
}

/** What stands between brackets, the first of which was read; undefined where it is not decided. */
export function readClass(reading: Reading): ByteSet | undefined {
  const { bytes } = reading;
  const isNegative = bytes[reading.at] === CARET;
  if (isNegative) reading.at += 1;
  const set = new Uint8Array(256);
  for (let first = true; ; first = false) {
    const byte = bytes[reading.at];
    if (byte === undefined) return undefined;
    if (byte === CLOSE && !first) break;
    const part = readMember(reading);
    if (!part) return undefined;
    part.forEach((bit, index) => {
      if (bit === 1) set[index] = 1;
    });
  }
  reading.at += 1;
  const whole = reading.ignoresCase ? withCases(set) : set;
  return isNegative ? invert(whole) : whole;
}

const [OPEN, BACKSLASH, CLOSE, CARET, DASH, COLON] = [91, 92, 93, 94, 45, 58];

/** A byte, a range, a shorthand or a named class. */
function readMember(reading: Reading): ByteSet | undefined {
  const { bytes } = reading;
  if (bytes[reading.at] === OPEN && [COLON, 46, 61].includes(bytes[reading.at + 1] ?? 0)) return readNamed(reading);
  const from = readOne(reading);
  if (!from || bytes[reading.at] !== DASH || bytes[reading.at + 1] === CLOSE) return from;
  const low = single(from);
  reading.at += 1;
  const to = bytes[reading.at] === OPEN && bytes[reading.at + 1] === COLON ? undefined : readOne(reading);
  const high = to && single(to);
  // A range that begins or ends with a shorthand means something else in each version of PCRE.
  if (low === undefined || high === undefined || high < low) return undefined;
  const set = new Uint8Array(256);
  return set.fill(1, low, high + 1);
}

function readOne(reading: Reading): ByteSet | undefined {
  const byte = reading.bytes[reading.at];
  if (byte === undefined) return undefined;
  reading.at += 1;
  if (byte !== BACKSLASH) return oneByte(byte);
  if (reading.bytes[reading.at] === 'b'.charCodeAt(0)) {
    reading.at += 1;
    return oneByte(8);
  }
  return readEscapedBytes(reading);
}

function single(set: ByteSet): number | undefined {
  const byte = set.indexOf(1);
  return set.indexOf(1, byte + 1) === -1 ? byte : undefined;
}

function readNamed(reading: Reading): ByteSet | undefined {
  const rest = String.fromCharCode(...reading.bytes.subarray(reading.at, reading.at + 16));
  const match = /^\[:(\^?)([a-z]+):\]/.exec(rest);
  const set = posixClass(match?.[2] ?? '');
  if (!match || !set) return undefined;
  reading.at += match[0].length;
  reading.asciiOnly = true;
  return match[1] === '^' ? invert(set) : set;
}
