import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countTexts, findWord, isSubset, listTexts } from '../../../../src/inclusion/texts/ask.ts';
import { createTextsMemo } from '../../../../src/inclusion/texts/memo.ts';
import { textsOfExpression, textsOfPattern } from '../../../../src/inclusion/texts/patterns.ts';
import {
  ALL_TEXTS,
  complement,
  hasText,
  intersect,
  type Texts,
  textsOfLength,
  textsOfWords,
} from '../../../../src/inclusion/texts/texts.ts';
import { PATIENCE, runs } from '../../../support/size.ts';

const memo = createTextsMemo();
const texts = (pattern: string): Texts => textsOfPattern(pattern, memo);

describe('the text found for a pattern', () => {
  test.each([
    ['x$', 'x'],
    ['^$', ''],
    ['foo|b', 'b'],
    ['^[A-Z]{3}-\\d+$', 'AAA-0'],
    ['^(?!foo)', ''],
    ['^(?!a*$)a', 'ab'],
    ['^(?=.*\\d)(?=.*[A-Z]).{8,}$', 'aaaaaa0A'],
    ['^(?!.*--)[a-z][a-z-]{3}$', 'aaaa'],
    ['(?<=@)[a-z]+$', '@a'],
    ['(?<!\\\\)"', '"'],
    ['^.\\b', 'a'],
    ['a\\B.', 'aa'],
    ['^\\p{Lu}', 'A'],
    ['^[^\\0-\\x7f]$', '¡'],
    ['^\\s$', ' '],
    ['^[\\ud800-\\udbff]$', '\ud800'],
    ['\\u{1F600}', '😀'],
    ['^.{300,400}$', 'a'.repeat(300)],
    ['^[a-z](-?[a-z]{100,200}){2}$', 'a'.repeat(201)],
  ])('%s: %j', (pattern, word) => {
    expect(findWord(texts(pattern))).toEqual({ answer: 'word', word });
    expect(word).toMatch(new RegExp(pattern, 'u'));
  });

  test.each(['$a', 'a^', '^\\b$', 'a\\bb', '(?!)', '[]', '(?=a)b', '(?<=a)^', '^(?!a|[^a]|$)', '^[\\ud800-\\udbff][\\udc00-\\udfff]$'])(
    '%s: none',
    (pattern) => {
      expect(findWord(texts(pattern))).toEqual({ answer: 'none' });
    },
  );
});

describe('what is accepted by one pattern and not by another', () => {
  test.each<[string, string, string | undefined]>([
    ['^[a-z]+$', '^[a-z0-9]+$', undefined],
    ['^[a-z0-9]+$', '^[a-z]+$', '0'],
    ['anything', '[a-z]*', undefined],
    ['^\\d{4}-\\d{2}$', '^\\d{4}-(0[1-9]|1[0-2])$', '0000-00'],
    ['^(ab|cd)$', '^[ac][bd]$', undefined],
    ['^[ac][bd]$', '^(ab|cd)$', 'ad'],
    ['^a{2,4}$', '^(aa)+$', 'aaa'],
    ['^(a|b)*$', '^(a*b*)*$', undefined],
    ['^[A-Z]{1,500}$', '^[A-Z]{0,499}$', 'A'.repeat(500)],
    ['^[A-Z]{1,500}$', '^[A-Z]{0,500}$', undefined],
    ['\\bid\\b', 'id', undefined],
    ['id', '\\bid\\b', 'aid'],
    ['^(?!.*admin)', '^(?!.*administrator)', undefined],
    ['^(?!.*administrator)', '^(?!.*admin)', 'admin'],
    ['^\\w+$', '^[\\p{L}\\p{N}_]+$', undefined],
    ['^\\p{L}+$', '^\\w+$', 'ª'],
    ['.', '^', undefined],
    ['^', '.', ''],
    ['^.*$', '^[^]*$', undefined],
    ['^[^]*$', '^.*$', '\n'],
  ])('%s in %s: %j is not', (sender, receiver, word) => {
    expect(isSubset(texts(sender), texts(receiver))).toEqual(
      word === undefined ? { answer: 'included' } : { answer: 'not-included', word },
    );
  });

  test('a pattern that matches everything asks for nothing', () => {
    for (const pattern of ['[a-z]*', '', '^', '$', 'a?', '(?:)', '.*', '^|x', '\\b|\\B', '(?!x)|x'])
      expect([pattern, isSubset(ALL_TEXTS, texts(pattern))]).toEqual([pattern, { answer: 'included' }]);
  });

  test('with the length beside it', () => {
    const names = intersect(texts('^[a-z]*$'), textsOfLength(0, 1_000_000));
    expect(isSubset(names, textsOfLength(0, 1_000_000))).toEqual({ answer: 'included' });
    expect(isSubset(names, textsOfLength(0, 999_999))).toEqual({ answer: 'not-included', word: 'a'.repeat(1_000_000) });
    expect(isSubset(intersect(texts('^(ab)*$'), textsOfLength(7, 7)), textsOfLength(0, 0))).toEqual({ answer: 'included' });
    expect(findWord(intersect(intersect(texts('^(ab)*$'), texts('^(aba|bab)*$')), textsOfLength(13)))).toEqual({
      answer: 'word',
      word: 'abababababababababab'.slice(0, 18),
    });
  });

  test('with a list beside it', () => {
    expect(isSubset(textsOfWords(['ab', 'cd']), texts('^[a-c]'))).toEqual({ answer: 'included' });
    expect(isSubset(textsOfWords(['ab', 'cd']), texts('^[ab]'))).toEqual({ answer: 'not-included', word: 'cd' });
    expect(isSubset(texts('^[a-c]$'), textsOfWords(['c', 'b', 'a', 'other']))).toEqual({ answer: 'included' });
    expect(isSubset(texts('^[a-d]$'), textsOfWords(['c', 'b', 'a', 'other']))).toEqual({ answer: 'not-included', word: 'd' });
  });
});

test('texts are listed and counted', () => {
  expect(listTexts(texts('^(a|b)c?$'), 9)).toEqual(['a', 'b', 'ac', 'bc']);
  expect(listTexts(texts('x$'), 3)).toEqual(['x', 'ax', 'bx']);
  expect(countTexts(texts('^[01]{3}$'), 100)).toEqual({ least: 8, most: 8 });
  expect(countTexts(texts('^[01]+$'), 100)).toEqual({ least: 100, most: 100 });
});

const atom = fc.constantFrom(
  ...[
    'a',
    'b',
    'ab',
    '.',
    '\\d',
    '\\w',
    '\\W',
    '\\s',
    '[ab]',
    '[^a]',
    '[a-c1]',
    '\\n',
    '-',
    '😀',
    '[^😀]',
    '\\p{L}',
    '\\P{Lu}',
    '\\b',
    '\\B',
    '^',
    '$',
    '(?!a)',
    '(?=b)',
  ],
);
const count = fc.constantFrom('', '', '', '', '*', '+', '?', '{2}', '{0,2}', '{1,}', '*?', '{2,3}', '{0}');
const opening = fc.constantFrom('(?:', '(?:', '(?:', '(', '(?=', '(?!', '(?<=', '(?<!');
const { pattern } = fc.letrec<{ pattern: string; piece: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 3 },
    fc.array(tie('piece'), { maxLength: 4 }).map((pieces) => pieces.join('')),
    fc.array(tie('pattern'), { minLength: 2, maxLength: 3 }).map((choices) => choices.join('|')),
  ),
  piece: fc.oneof(
    { maxDepth: 3 },
    atom.chain((one) =>
      /^[\^$(]|^\\[bB]/.test(one)
        ? fc.constant(one)
        : count.map((many) => `${one.length > 1 && !/^[\\[]/.test(one) && one !== '😀' ? `(?:${one})` : one}${many}`),
    ),
    fc.tuple(opening, tie('pattern'), count).map(([open, inside, many]) => `${open}${inside})${/[=!]$/.test(open) ? '' : many}`),
  ),
}));
const text = fc.string({
  unit: fc.constantFrom('a', 'a', 'b', 'b', 'A', '1', '-', ' ', '\n', 'é', '😀', '\ud83d', '\ude00'),
  maxLength: 7,
});

describe('random patterns', () => {
  test(
    'are found in the texts in which JavaScript finds them',
    () => {
      fc.assert(
        fc.property(pattern, fc.array(text, { minLength: 10, maxLength: 10 }), (source, samples) => {
          const set = texts(source);
          const expression = new RegExp(source, 'u');
          // Looking ahead while looking back is not followed: then only what is surely in and out may be said.
          for (const sample of samples) {
            const known = hasText(set, sample);
            if (known !== undefined || set.questions.length === 0)
              expect([source, sample, known]).toEqual([source, sample, expression.test(sample)]);
          }
        }),
        { numRuns: runs(400, 300_000), seed: 3 },
      );
    },
    PATIENCE,
  );

  test(
    'include each other, or the text shown is in one only',
    () => {
      fc.assert(
        fc.property(pattern, pattern, fc.array(text, { minLength: 5, maxLength: 5 }), (sender, receiver, samples) => {
          const answer = isSubset(texts(sender), texts(receiver));
          const [sent, received] = [new RegExp(sender, 'u'), new RegExp(receiver, 'u')];
          if (answer.answer === 'not-included')
            expect([sender, receiver, answer.word, sent.test(answer.word), received.test(answer.word)]).toEqual([
              sender,
              receiver,
              answer.word,
              true,
              false,
            ]);
          if (answer.answer === 'included')
            for (const sample of samples)
              expect([sender, receiver, sample, sent.test(sample) && !received.test(sample)]).toEqual([sender, receiver, sample, false]);
        }),
        { numRuns: runs(300, 200_000), seed: 4 },
      );
    },
    PATIENCE,
  );

  test(
    'listed texts are different and all inside',
    () => {
      fc.assert(
        fc.property(pattern, fc.boolean(), (source, negate) => {
          const set = negate ? complement(texts(source)) : texts(source);
          const words = listTexts(set, 10);
          expect(new Set(words).size).toBe(words.length);
          for (const word of words) expect([source, word, new RegExp(source, 'u').test(word)]).toEqual([source, word, !negate]);
          if (words.length < 10) expect(countTexts(set, 11).least).toBe(words.length);
        }),
        { numRuns: runs(200, 100_000), seed: 5 },
      );
    },
    PATIENCE,
  );
});

test.each([
  '[a-z]',
  '[^a-z]',
  's',
  'K',
  '[^k]',
  '[\\s_]',
  '\\w',
  '\\W',
  '[\\w-]',
  '\\b.',
  'ß',
  '[à-ý]',
  '\\p{Lu}',
  '[^\\p{Lu}]',
  '\\d',
  '\\S',
  '.',
  '[0-9A-F]',
])('%s in both cases', (source) => {
  for (const flags of ['iu', ...(source.includes('p{') ? [] : ['i'])]) {
    const set = textsOfExpression({ source: `^${source}$`, flags }, memo);
    const expression = new RegExp(`^${source}$`, flags);
    for (let point = 0; point < 0x3_00; point += 1)
      expect([flags, point, hasText(set, String.fromCodePoint(point))]).toEqual([
        flags,
        point,
        expression.test(String.fromCodePoint(point)),
      ]);
    for (const letter of ['\u212a', '\u1e9e', '\u2028', '\u3000', '\ufb05'])
      expect([flags, letter, hasText(set, letter)]).toEqual([flags, letter, expression.test(letter)]);
  }
});

describe('a pattern that refers back', () => {
  test.each<[string, string]>([
    ['^(a)\\1$', 'aa'],
    ['^(["\']).+\\1$', '"a"'],
    ['^\\d\\d([-/])\\d\\d\\1\\d\\d$', '00-00-00'],
    ['^(?<tag>[a-z]+)>.*<\\k<tag>$', 'a><a'],
  ])('%s: %j', (source, word) => {
    expect(findWord(texts(source))).toEqual({ answer: 'word', word });
  });

  test('includes itself, and nothing is claimed of what it may have besides', () => {
    const quoted = texts('^(["\'])[a-z]+\\1$');
    expect(isSubset(intersect(quoted, textsOfLength(0, 9)), quoted)).toEqual({ answer: 'included' });
    expect(isSubset(quoted, texts('^["\']'))).toEqual({ answer: 'included' });
    expect(isSubset(quoted, texts('^"'))).toEqual({ answer: 'not-included', word: "'a'" });
    expect(isSubset(texts('^"[a-z]"$'), quoted)).toEqual({ answer: 'included' });
    expect(isSubset(texts('^"[a-z]+"$'), quoted)).toMatchObject({ answer: 'undecided' });
  });

  test(
    'is found where JavaScript finds it',
    () => {
      const inside = fc.constantFrom('a', 'b', 'ab', 'a|b', 'a*', '[ab]+', '(?!b).', 'b?', '\\b', '😀|a');
      const count = fc.constantFrom('', '', '', '*', '?', '+', '{2}');
      const source = fc
        .tuple(
          fc.constantFrom('', '^', 'a', '(?:a|b)*'),
          inside,
          count,
          fc.constantFrom('', 'b', '.', '(?=a)', '(?:'),
          count,
          fc.constantFrom('', '$', 'a', '\\B'),
        )
        .map(
          ([before, group, often, between, again, after]) =>
            `${before}(${group})${often}${between}\\1${between === '(?:' ? ')' : ''}${again}${after}`,
        );
      fc.assert(
        fc.property(source, fc.array(text, { minLength: 5, maxLength: 5 }), (expression, samples) => {
          for (const sample of samples)
            expect([expression, sample, hasText(texts(expression), sample)]).toEqual([
              expression,
              sample,
              new RegExp(expression, 'u').test(sample),
            ]);
        }),
        { numRuns: runs(500, 100_000), seed: 7 },
      );
    },
    PATIENCE,
  );
});

test('what is too large ends as unknown, and soon', () => {
  for (const source of [
    '(a{1000}){1000}',
    '^(a|b)*a(a|b){20}$',
    'x[a-z]{1000}',
    '(a?){3000}b',
    '(?:(?:(?:a{1,50}){1,50}){1,50}){1,50}',
    '((a|b)?(c|d)?){400}\\1',
  ]) {
    const answer = isSubset(texts(source), texts('^[a-z]*c'));
    expect([source, answer.answer === 'included']).toEqual([source, false]);
    expect(isSubset(texts(source), texts(source))).toEqual({ answer: 'included' });
  }
});
