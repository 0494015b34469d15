import { cutAlphabet } from './alphabet.ts';
import { type Automaton, NOTHING } from './automaton.ts';
import { type Budget, spend } from './budget.ts';
import { FIRST_HALVES, SECOND_HALVES } from './code-points.ts';
import { combineAutomata } from './combine.ts';
import { type Enumeration, enumerate, type Listing } from './enumerate.ts';
import { type KnownTexts, lengthOf, pieceEnds } from './known-texts.ts';
import { compareReadability, type Taken } from './readable.ts';

/**
 * The texts of a set: the short ones first, and among those the readable ones. Texts with half a character, which hardly any program can
 * write, come after all others. Throws TooLarge when the next one is too far away. Of letters that lead to the same no more than
 * `lettersOfKind` are used, so that texts differ more.
 */
export function* listWords(texts: KnownTexts, budget: Budget, lettersOfKind = Number.POSITIVE_INFINITY): Generator<string> {
  yield* listTaken(texts, { taken: 'well-formed', budget, lettersOfKind });
  for (const word of listTaken(texts, { taken: 'all', budget, lettersOfKind })) if (hasHalf(word)) yield word;
}

/** Whether a text has half a surrogate pair in it. */
function hasHalf(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}

function* listTaken(texts: KnownTexts, listing: Listing): Generator<string> {
  const listed = listedByLength(texts, listing.taken);
  const pending = [...listed.keys()].sort((one, other) => one - other);
  const listedUpTo = function* (length: number): Generator<string> {
    while (pending[0] !== undefined && pending[0] <= length) yield* listed.get(pending.shift() ?? 0) ?? [];
  };
  for (const { length, texts: found } of textsByLength(texts, listing)) {
    yield* listedUpTo(length);
    for (const text of found) {
      spend(listing.budget, 1);
      if (!texts.listed.has(text)) yield text;
    }
  }
  yield* listedUpTo(Number.POSITIVE_INFINITY);
}

function listedByLength({ listed }: KnownTexts, taken: Taken): ReadonlyMap<number, readonly string[]> {
  const byLength = new Map<number, string[]>();
  for (const [word, inside] of listed) {
    if (!inside || (taken === 'well-formed' && hasHalf(word))) continue;
    const length = lengthOf(word);
    const words = byLength.get(length) ?? [];
    words.push(word);
    byLength.set(length, words);
  }
  for (const words of byLength.values()) words.sort(compareReadability);
  return byLength;
}

function* textsByLength(texts: KnownTexts, listing: Listing): Generator<{ length: number; texts: Generator<string> }> {
  const enumerations = new Map<Automaton, Enumeration>();
  for (const { automaton, from, to } of pieceEnds(texts)) {
    if (automaton === NOTHING) continue;
    const known =
      enumerations.get(automaton) ?? enumerate(listing.taken === 'all' ? withoutPairs(automaton, listing.budget) : automaton, listing);
    enumerations.set(automaton, known);
    for (const length of known.lengths(from, to)) yield { length, texts: known.textsOf(length) };
  }
}

/** Texts as they are: two halves that follow each other are one character. */
function withoutPairs(automaton: Automaton, budget: Budget): Automaton {
  return combineAutomata(automaton, SINGLE_HALVES, (one, other) => one && other, budget);
}

const SINGLE_HALVES: Automaton = {
  alphabet: cutAlphabet([FIRST_HALVES, SECOND_HALVES]).alphabet,
  // Kinds: neither, first half, second half. States: anything, after a first half, after both.
  next: Int32Array.of(0, 1, 0, 0, 1, 2, 2, 2, 2),
  accepts: Uint8Array.of(1, 1, 0),
};
