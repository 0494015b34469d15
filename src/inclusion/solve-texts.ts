import type { ListTexts, TextDemand } from './run.ts';
import { findWord, listTexts } from './texts/ask.ts';
import { textsOfFormat } from './texts/formats.ts';
import { createTextsMemo, type ListedTexts, type TextsMemo } from './texts/memo.ts';
import { textsOfPattern } from './texts/patterns.ts';
import { ALL_TEXTS, complement, intersect, type Texts, textsOfLength, textsOfWords } from './texts/texts.ts';

/** Makes what lists texts for demands. Sets of texts are made once for each pattern and format that the memo has not seen. */
export function createTextLister(memo: TextsMemo = createTextsMemo()): ListTexts {
  const setOf = (demand: TextDemand): Texts => {
    const parts = [
      ...demand.patterns.map(({ source, holds }) => withSign(textsOfPattern(source, memo), holds)),
      ...demand.formats.map(({ name, holds }) => withSign(textsOfFormat(name, memo) ?? ALL_TEXTS, holds)),
    ];
    const sized = demand.least > 0 || demand.most < Number.POSITIVE_INFINITY ? [textsOfLength(demand.least, demand.most)] : [];
    const unlisted = demand.unlisted.size > 0 ? [complement(textsOfWords([...demand.unlisted]))] : [];
    return [...sized, ...parts, ...unlisted].reduce(intersect, ALL_TEXTS);
  };
  return (demand, count) => {
    const key = keyOf(demand, count);
    const known = memo.listed.get(key) ?? listFrom(setOf(demand), count);
    memo.listed.set(key, known);
    return known;
  };
}

/** All that a demand says: messages of one project ask for the same few texts over and over. */
function keyOf({ patterns, formats, least, most, unlisted }: TextDemand, count: number): string {
  return JSON.stringify([patterns, formats, least, most === Number.POSITIVE_INFINITY ? null : most, [...unlisted], count]);
}

function listFrom(texts: Texts, count: number): ListedTexts {
  if (count > 1) {
    const words = listTexts(texts, count);
    if (words.length === count) return { texts: words, complete: false };
  }
  const found = findWord(texts);
  if (found.answer === 'word') return { texts: [found.word], complete: false };
  return found.answer === 'none' ? { texts: [], complete: true } : { texts: [], complete: false, reason: found.reason };
}

function withSign(texts: Texts, holds: boolean): Texts {
  return holds ? texts : complement(texts);
}
