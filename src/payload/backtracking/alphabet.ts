import type { Leaf } from './automaton.ts';

/** One character for each set of characters that a pattern does not tell apart, and which leaves read it. */
export type Alphabet = { readonly letters: readonly string[]; readonly reads: readonly (readonly boolean[])[] };

// Letters before signs and signs before what cannot be seen: the first of a kind is shown in messages.
const ASCII = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
const SAMPLES = [
  ...'aA0',
  ...ASCII.filter((letter) => letter > ' ' && letter < '\x7f'),
  ' ',
  ...ASCII,
  ...'\u00a0éßİяاあ中가٣²Ⅷ€→\u2028\u200b😀𝒜\u{10ffff}',
];

// What is written takes part too, but not without end.
const MOST_WRITTEN = 100;

/** The letters of a pattern. Characters that are neither ASCII nor written in it are represented by a choice of them. */
export function alphabetOf(pattern: string, leaves: readonly Leaf[]): Alphabet {
  const sources = [...new Set(leaves.map(({ source }) => source))];
  const tests = sources.map((source) => new RegExp(`^${source}$`, 'u'));
  const kinds = new Map<string, string>();
  for (const letter of new Set([...SAMPLES, ...writtenIn(pattern)])) {
    const kind = tests.map((test) => (test.test(letter) ? '1' : '0')).join('');
    if (!kinds.has(kind)) kinds.set(kind, letter);
  }
  const bySource = new Map(sources.map((source, at) => [source, [...kinds.keys()].map((kind) => kind[at] === '1')]));
  return { letters: [...kinds.values()], reads: leaves.map(({ source }) => bySource.get(source) ?? []) };
}

function writtenIn(pattern: string): readonly string[] {
  const escaped = [...pattern.matchAll(/\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))/g)];
  const codes = escaped.map(([, long, four, two]) => Number.parseInt(long ?? four ?? two ?? '0', 16));
  const letters = [...pattern]
    .filter((letter) => letter > '\x7f')
    .concat(codes.filter(isCharacter).map((code) => String.fromCodePoint(code)));
  return letters.slice(0, MOST_WRITTEN);
}

function isCharacter(code: number): boolean {
  return code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
}

/** The letters of an alphabet by their number, those that fewest leaves read first. */
export function rarestFirst({ letters, reads }: Alphabet): readonly number[] {
  const shares = letters.map((_, letter) => reads.filter((read) => read[letter]).length);
  return letters.map((_, letter) => letter).sort((a, b) => (shares[a] ?? 0) - (shares[b] ?? 0));
}
