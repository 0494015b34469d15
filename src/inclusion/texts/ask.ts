import { createBudget, TooLarge } from './budget.ts';
import { KNOWN_ALL, KNOWN_NONE, type KnownTexts } from './known-texts.ts';
import { listWords } from './list-words.ts';
import { boundsOf, hasText, subtract, type Texts } from './texts.ts';

/** A text of a set; that there is none; or that neither is known, with texts that may be in it. */
export type WordAnswer =
  | { readonly answer: 'word'; readonly word: string }
  | { readonly answer: 'none' }
  | { readonly answer: 'unknown'; readonly reason: string; readonly candidates: readonly string[] };

// How many texts that may be in a set are tried one by one.
const MOST_TRIED = 300;
const MOST_CANDIDATES = 5;

// So that longer ones are tried as well, and ones that differ in more than a letter.
const LETTERS_OF_KIND = 1;
const TOO_FAR = 'a text of that kind, if there is one, is too far to be found';

/** The shortest text of a set, and among those the one that people would rather read. */
export function findWord(texts: Texts): WordAnswer {
  const exact = texts.questions.length === 0;
  const sure = take(texts, 1);
  if (sure.words[0] !== undefined) return { answer: 'word', word: sure.words[0] };
  if (sure.ended) return { answer: 'none' };
  if (exact) return { answer: 'unknown', reason: TOO_FAR, candidates: [] };
  const candidates = sure.possible.filter((word) => hasText(texts, word) !== false).slice(0, MOST_CANDIDATES);
  return { answer: 'unknown', reason: texts.questions.map(({ reason }) => reason).join('; '), candidates };
}

/** Up to `count` different texts of a set, the short ones first. There may be more where the set is not known exactly. */
export function listTexts(texts: Texts, count: number): readonly string[] {
  return take(texts, count).words;
}

/** How many texts a set has, as far as `most`: between two numbers, the same one where that is known. */
export function countTexts(texts: Texts, most: number): { readonly least: number; readonly most: number } {
  const { words, possible, ended, allPossible } = take(texts, most);
  if (ended || words.length >= most) return { least: words.length, most: words.length };
  return { least: words.length, most: allPossible ? Math.min(most, possible.length) : most };
}

/** Whether all texts of one set are in another; if not, the shortest one that is not. */
export type SubsetAnswer =
  | { readonly answer: 'included' }
  | { readonly answer: 'not-included'; readonly word: string }
  | { readonly answer: 'undecided'; readonly reason: string; readonly candidates: readonly string[] };

export function isSubset(sender: Texts, receiver: Texts): SubsetAnswer {
  const found = findWord(subtract(sender, receiver));
  if (found.answer === 'word') return { answer: 'not-included', word: found.word };
  if (found.answer === 'none') return { answer: 'included' };
  return { answer: 'undecided', reason: found.reason, candidates: found.candidates };
}

/** Words of a set, and whether that is all of them; of a set that is not known exactly also what may be in it, and whether that is all. */
type Taken = {
  readonly words: readonly string[];
  readonly ended: boolean;
  readonly possible: readonly string[];
  readonly allPossible: boolean;
};

function take(texts: Texts, count: number): Taken {
  const { least, most } = boundsOf(texts);
  const sure = takeKnown(least ?? KNOWN_NONE, count);
  if (texts.questions.length === 0 || sure.words.length >= count) return { ...sure, possible: [], allPossible: false };
  const { words: near, ended } = takeKnown(most ?? KNOWN_ALL, Math.max(count, MOST_TRIED));
  const possible = ended ? near : [...near, ...takeKnown(most ?? KNOWN_ALL, MOST_TRIED, LETTERS_OF_KIND).words];
  const words = new Set(sure.words);
  let undecided = false;
  for (const word of possible) {
    if (words.size >= count) break;
    const inside = hasText(texts, word);
    if (inside) words.add(word);
    undecided ||= inside === undefined;
  }
  return { words: [...words], ended: ended && !undecided && words.size < count, possible, allPossible: ended };
}

function takeKnown(
  texts: KnownTexts,
  count: number,
  lettersOfKind?: number,
): { readonly words: readonly string[]; readonly ended: boolean } {
  const words: string[] = [];
  try {
    for (const word of listWords(texts, createBudget(), lettersOfKind)) {
      if (words.length === count) return { words, ended: false };
      words.push(word);
    }
    return { words, ended: lettersOfKind === undefined };
  } catch (error) {
    if (error instanceof TooLarge) return { words, ended: false };
    throw error;
  }
}
