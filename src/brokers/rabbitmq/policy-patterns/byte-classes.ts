/** Sets of bytes: what one place of a pattern takes. */

/** A one for each byte that is in the set. */
export type ByteSet = Uint8Array;

/** Only this byte. */
export function oneByte(byte: number): ByteSet {
  const set = new Uint8Array(256);
  set[byte] = 1;
  return set;
}

/** All bytes that are not in a set. */
export function invert(set: ByteSet): ByteSet {
  return set.map((bit) => 1 - bit);
}

/** A set with the other case of each of its letters (ASCII). */
export function withCases(set: ByteSet): ByteSet {
  const both = set.slice();
  for (let upper = 65; upper <= 90; upper += 1) {
    const lower = upper + 32;
    both[upper] = both[lower] = (set[upper] ?? 0) | (set[lower] ?? 0);
  }
  return both;
}

function matching(test: RegExp): ByteSet {
  const set = new Uint8Array(256);
  for (let byte = 0; byte < 128; byte += 1) set[byte] = test.test(String.fromCharCode(byte)) ? 1 : 0;
  return set;
}

const SHORTHANDS: Readonly<Record<string, ByteSet>> = { d: matching(/[0-9]/), w: matching(/\w/), s: matching(/[\t-\r ]/) };

/** The set of a shorthand (`d`, `W`); undefined for any other letter. Sure for ASCII names only. */
export function classOf(letter: string): ByteSet | undefined {
  const lower = letter.toLowerCase();
  const set = Object.hasOwn(SHORTHANDS, lower) ? SHORTHANDS[lower] : undefined;
  return set && letter !== lower ? invert(set) : set;
}

const POSIX: Readonly<Record<string, ByteSet>> = {
  alpha: matching(/[A-Za-z]/),
  digit: matching(/[0-9]/),
  alnum: matching(/[A-Za-z0-9]/),
  upper: matching(/[A-Z]/),
  lower: matching(/[a-z]/),
  punct: matching(/[!-/:-@[-`{-~]/),
  xdigit: matching(/[0-9A-Fa-f]/),
  word: matching(/\w/),
};

/** The set of a class by its POSIX name (`alpha`); undefined for any other name. Sure for ASCII names only. */
export function posixClass(name: string): ByteSet | undefined {
  return Object.hasOwn(POSIX, name) ? POSIX[name] : undefined;
}
