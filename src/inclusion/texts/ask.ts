import { createBudget, TooLarge } from './budget.ts';
import { listWords } from './list-words.ts';
import { subtract, type Texts } from './texts.ts';

/** A text of a set; that there is none; or that neither is known, with texts that may be in it. */
export type WordAnswer =
  | { readonly answer: 'word'; readonly word: string }
  | { readonly answer: 'none' }
  | { readonly answer: 'unknown'; readonly reason: string; readonly candidates: readonly string[] };

// How many texts that may be in a set are tried one by one.
const MOST_TRIED = 300;
const MOST_CANDIDATES = 5;
const TOO_FAR = 'a text of that kind, if there is one, is too far to be found';

/** The shortest text of a set, and among those the one that people would rather read. */
export function findWord(texts: Texts): WordAnswer {
  const sure = take(texts, 1);
  if (sure.words[0] !== undefined) return { answer: 'word', word: sure.words[0] };
  if (sure.ended && texts.unknown.length === 0) return { answer: 'none' };
  const { words: possible, ended } = takeKnown(texts.most, MOST_TRIED);
  if (possible.length === 0 && ended) return { answer: 'none' };
  const candidates = possible.filter((word) => texts.test(word) !== false).slice(0, MOST_CANDIDATES);
  return { answer: 'unknown', reason: texts.unknown.join('; ') || TOO_FAR, candidates };
}

/** Up to `count` different texts of a set, the short ones first. There may be more where the set is not known exactly. */
export function listTexts(texts: Texts, count: number): readonly string[] {
  return take(texts, count).words;
}

/** How many texts a set has, as far as `most`: between two numbers, the same one where that is known. */
export function countTexts(texts: Texts, most: number): { readonly least: number; readonly most: number } {
  const sure = take(texts, most);
  if (texts.unknown.length === 0 && sure.ended) return { least: sure.words.length, most: sure.words.length };
  const possible = takeKnown(texts.most, most);
  return { least: sure.words.length, most: possible.ended ? possible.words.length : most };
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

type Taken = { readonly words: readonly string[]; readonly ended: boolean };

function take(texts: Texts, count: number): Taken {
  const sure = takeKnown(texts.least, count);
  if (texts.unknown.length === 0 || sure.words.length >= count) return sure;
  const words = new Set(sure.words);
  for (const word of takeKnown(texts.most, Math.max(count, MOST_TRIED)).words)
    if (words.size < count && texts.test(word) === true) words.add(word);
  return { words: [...words], ended: false };
}

function takeKnown(texts: Texts['least'], count: number): Taken {
  const words: string[] = [];
  try {
    for (const word of listWords(texts, createBudget())) {
      if (words.length === count) return { words, ended: false };
      words.push(word);
    }
    return { words, ended: true };
  } catch (error) {
    if (error instanceof TooLarge) return { words, ended: false };
    throw error;
  }
}
