import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPatternTest } from '../../../src/payload/pattern-test.ts';
import { PATIENCE, runs } from '../../support/size.ts';

const atom = fc.constantFrom(
  ...['a', 'b', '1', '.', '\\d', '\\w', '\\s', '\\W', '[ab]', '[^a]', '[a-z0-9]', '[\\]\\-]', '\\.', '\\-', '-', '_', '\\/'],
  'é',
  '😀',
  '\\u{1F600}',
  '\\u0061',
  '\\x61',
  '\\p{L}',
  '[\\p{Lu}😀]',
  '\\n',
  ' ',
);
const edge = fc.constantFrom('^', '$');
const count = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{0}', '{1,}', '{0,2}', '{1,3}', '*?', '+?', '{2,3}?');
const { pattern } = fc.letrec<{ pattern: string; piece: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 3 },
    fc.array(tie('piece'), { maxLength: 4 }).map((pieces) => pieces.join('')),
    fc.array(tie('pattern'), { minLength: 2, maxLength: 3 }).map((choices) => choices.join('|')),
  ),
  piece: fc.oneof(
    { maxDepth: 3 },
    fc.tuple(atom, count).map(([one, many]) => one + many),
    edge,
    fc.tuple(fc.constantFrom('(', '(?:', '(?<n>'), tie('pattern'), count).map(([open, inside, many]) => `${open}${inside})${many}`),
  ),
}));
const text = fc
  .array(fc.constantFrom('a', 'b', '1', ' ', '-', '_', '.', 'é', '😀', '\n', 'Z', ']'), { maxLength: 8 })
  .map((letters) => letters.join(''));

describe('a pattern', () => {
  test(
    'matches what JavaScript says it matches',
    () => {
      fc.assert(
        fc.property(pattern, fc.array(text, { minLength: 20, maxLength: 20 }), (source, texts) => {
          let native: RegExp;
          try {
            native = new RegExp(source, 'u');
          } catch {
            // A name given twice.
            return;
          }
          const tested = createPatternTest(source, 0);
          for (const one of ['', ...texts]) expect(tested.test(one), JSON.stringify([source, one])).toBe(native.test(one));
        }),
        { seed: 20261123, numRuns: runs(1_000, 50_000) },
      );
    },
    PATIENCE,
  );

  test.each(['^(a+)+$', '(a|a)*b', '(a|aa)+$', '^(a*)*(a*)*(a*)*b$', '^(([a-z])+.)+[A-Z]([a-z])+$', '^(?:a?){40}a{40}$'])(
    'that is careless takes no longer than another: %s',
    (source) => {
      const tested = createPatternTest(source);
      expect(tested.test(`${'a'.repeat(5_000)}!`)).toBe(false);
    },
  );

  test.each(['^(?=a)', '(?<!a)b', '(a)\\1', '\\ba', '(?<n>a)\\k<n>', '\\ud83d\\ude00', 'a{5000}'])(
    'beyond regular ones is left to JavaScript: %s',
    (source) => {
      const native = new RegExp(source, 'u');
      const tested = createPatternTest(source, 4);
      for (const one of ['', 'a', 'b', 'ab', 'aa', '😀']) expect(tested.test(one)).toBe(native.test(one));
      expect(() => tested.test('aaaaa')).toThrow(RangeError);
    },
  );

  test('that is none is a syntax error', () => {
    expect(() => createPatternTest('(')).toThrow(SyntaxError);
  });
});
