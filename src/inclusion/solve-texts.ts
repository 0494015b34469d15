import type { Primitives } from './evaluate.ts';
import type { ListedTexts, ListTexts, TextDemand } from './run.ts';
import { findWord, listTexts } from './texts/ask.ts';
import { KNOWN_ALL, KNOWN_NONE } from './texts/known-texts.ts';
import { createTextsMemo } from './texts/memo.ts';
import { textsOfPattern } from './texts/patterns.ts';
import { ALL_TEXTS, boundedTexts, complement, intersect, type Texts, textsOfLength, textsOfWords } from './texts/texts.ts';

/** Makes what lists texts for demands. Sets of texts are made once for each pattern. */
export function createTextLister(primitives: Primitives): ListTexts {
  const memo = createTextsMemo();
  const setOf = (demand: TextDemand): Texts => {
    const parts = [
      ...demand.patterns.map(({ source, holds }) => withSign(textsOfPattern(source, memo), holds)),
      ...demand.formats.map(({ name, holds }) => withSign(textsOfFormat(primitives, name), holds)),
    ];
    const sized = demand.least > 0 || demand.most < Number.POSITIVE_INFINITY ? [textsOfLength(demand.least, demand.most)] : [];
    const unlisted = demand.unlisted.size > 0 ? [complement(textsOfWords([...demand.unlisted]))] : [];
    return [...sized, ...parts, ...unlisted].reduce(intersect, ALL_TEXTS);
  };
  return (demand, count) => listFrom(setOf(demand), count);
}

function listFrom(texts: Texts, count: number): ListedTexts {
  if (count > 1) {
    const words = listTexts(texts, count);
    if (words.length === count) return { texts: words, complete: false };
  }
  const found = findWord(texts);
  if (found.answer === 'word') return { texts: [found.word], complete: false };
  return { texts: [], complete: found.answer === 'none' };
}

function withSign(texts: Texts, holds: boolean): Texts {
  return holds ? texts : complement(texts);
}

function textsOfFormat({ hasFormat }: Primitives, name: string): Texts {
  const test = (text: string): boolean | undefined => hasFormat(name, text);
  return boundedTexts(KNOWN_NONE, KNOWN_ALL, {
    key: `format ${name}`,
    reason: `the texts of the format ${name} are not known one by one`,
    test,
  });
}
