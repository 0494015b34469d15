import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countTexts, findWord, isSubset, listTexts } from '../../../../src/inclusion/texts/ask.ts';
import {
  ALL_TEXTS,
  complement,
  hasText,
  intersect,
  NO_TEXTS,
  subtract,
  type Texts,
  textsOfLength,
  textsOfWords,
  unite,
} from '../../../../src/inclusion/texts/texts.ts';
import { PATIENCE, runs } from '../../../support/size.ts';

describe('finding a text', () => {
  test.each<[string, Texts, ReturnType<typeof findWord>]>([
    ['of all texts', ALL_TEXTS, { answer: 'word', word: '' }],
    ['of none', NO_TEXTS, { answer: 'none' }],
    ['of at least three', textsOfLength(3), { answer: 'word', word: 'aaa' }],
    ['of at least three and at most two', textsOfLength(3, 2), { answer: 'none' }],
    ['of three and more, and of two and fewer', intersect(textsOfLength(3), textsOfLength(0, 2)), { answer: 'none' }],
    ['of a list', textsOfWords(['beta', 'b!', '4u', 'up']), { answer: 'word', word: 'up' }],
    ['not of a list', complement(textsOfWords(['', 'a', 'b'])), { answer: 'word', word: 'c' }],
    ['of a list, but too long', intersect(textsOfWords(['alpha', 'beta']), textsOfLength(0, 3)), { answer: 'none' }],
    [
      'of a million and more',
      intersect(textsOfLength(1_000_000), textsOfLength(0, 1_000_000)),
      { answer: 'word', word: 'a'.repeat(1_000_000) },
    ],
    ['of half a character, where nothing else is left', textsOfWords(['\ud800']), { answer: 'word', word: '\ud800' }],
  ])('%s', (_, texts, found) => {
    expect(findWord(texts)).toEqual(found);
  });

  test('two halves that meet are one character', () => {
    const halves = textsOfWords(['\ud83d\ude00']);
    expect(findWord(intersect(halves, textsOfLength(1, 1)))).toEqual({ answer: 'word', word: '😀' });
    expect(findWord(intersect(halves, textsOfLength(2)))).toEqual({ answer: 'none' });
  });
});

test('texts are listed by length, the readable first', () => {
  expect(listTexts(intersect(ALL_TEXTS, textsOfLength(0, 1)), 4)).toEqual(['', 'a', 'b', 'c']);
  expect(listTexts(unite(textsOfWords(['x', 'long']), textsOfWords(['x', '"'])), 9)).toEqual(['x', '"', 'long']);
});

test('texts are counted as far as it matters', () => {
  expect(countTexts(textsOfWords(['a', 'b']), 10)).toEqual({ least: 2, most: 2 });
  expect(countTexts(ALL_TEXTS, 10)).toEqual({ least: 10, most: 10 });
});

test('a long list is no burden', () => {
  const values = Array.from({ length: 20_000 }, (_, at) => `value-number-${at}`);
  const [some, all] = [textsOfWords(values.slice(1)), textsOfWords(values)];
  expect(isSubset(some, all)).toEqual({ answer: 'included' });
  expect(isSubset(all, some)).toEqual({ answer: 'not-included', word: 'value-number-0' });
  expect(isSubset(all, textsOfLength(0, 17))).toEqual({ answer: 'not-included', word: 'value-number-10000' });
});

const word = fc.string({ unit: fc.constantFrom('a', 'b', '😀', '\ud83d'), maxLength: 4 });
const atom = fc.oneof(
  fc.array(word, { maxLength: 5 }).map(textsOfWords),
  fc.tuple(fc.nat(3), fc.nat(3)).map(([least, more]) => textsOfLength(least, least + more)),
  fc.nat(3).map((least) => textsOfLength(least)),
);
const { texts } = fc.letrec<{ texts: Texts }>((tie) => ({
  texts: fc.oneof(
    { maxDepth: 4 },
    atom,
    tie('texts').map(complement),
    fc.tuple(tie('texts'), tie('texts')).map(([one, other]) => intersect(one, other)),
    fc.tuple(tie('texts'), tie('texts')).map(([one, other]) => unite(one, other)),
  ),
}));

describe('the laws of sets', () => {
  test(
    'each text is where it belongs',
    () => {
      fc.assert(
        fc.property(texts, texts, word, (one, other, text) => {
          const [left, right] = [hasText(one, text), hasText(other, text)];
          expect(hasText(complement(one), text)).toBe(!left);
          expect(hasText(intersect(one, other), text)).toBe(left && right);
          expect(hasText(unite(one, other), text)).toBe(left || right);
          expect(hasText(subtract(one, other), text)).toBe(left && !right);
        }),
        { numRuns: runs(1_000, 50_000), seed: 1 },
      );
    },
    PATIENCE,
  );

  test(
    'what is found is inside, and what is not found has no text',
    () => {
      fc.assert(
        fc.property(texts, texts, word, (one, other, text) => {
          const answer = isSubset(one, other);
          if (answer.answer === 'not-included') expect([hasText(one, answer.word), hasText(other, answer.word)]).toEqual([true, false]);
          else expect([answer.answer, hasText(one, text) === true && hasText(other, text) === false]).toEqual(['included', false]);
        }),
        { numRuns: runs(1_000, 50_000), seed: 2 },
      );
    },
    PATIENCE,
  );
});
