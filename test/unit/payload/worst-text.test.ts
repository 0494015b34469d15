import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PatternNode, readPattern } from '../../../src/payload/pattern-syntax.ts';
import { findWorstText } from '../../../src/payload/worst-text.ts';
import { countBacktracking } from '../../support/count-backtracking.ts';
import { PATIENCE, runs } from '../../support/size.ts';

function treeOf(pattern: string): PatternNode {
  const tree = readPattern(pattern);
  if (!tree) throw new TypeError(`${pattern} is not read`);
  return tree;
}

/** The most steps that a text of what is repeated takes, with any of some ends and begins. */
function worstCount(pattern: string, pumps: readonly string[], length: number): number {
  const tree = treeOf(pattern);
  const texts = pumps.flatMap((pump) => ['', '!', 'a', 'b'].map((end) => pump.repeat(length).slice(0, length - end.length) + end));
  return Math.max(...texts.map((text) => countBacktracking(tree, text, 200_000)));
}

describe('what is called exponential is: few characters more, many steps more', () => {
  test.each([
    ['^(\\w|\\d)+$', 8, 16],
    ['^(a|a)*$', 8, 16],
    ['^(\\w+\\s?){1,10}$', 8, 16],
    ['^(?:a{0,50}){50}$', 1, 3],
    ['^(a?){30}a{30}$', 2, 6],
    ['^(a?){25}$', 3, 12],
    ['^(.*,){10}P$', 8, 16],
    ['^((a|a)*b|.*)$', 8, 16],
    ['(a+)+$', 8, 16],
  ])('%s', (pattern, short, long) => {
    const worst = findWorstText(pattern);
    const [less, more] = [short, long].map((length) => countBacktracking(treeOf(pattern), worst?.textAt(length) ?? '', 2_000_000));
    expect(more).toBeGreaterThan(16 * (less ?? 0));
    expect(worst?.stepsAt(100)).toBeGreaterThan(10_000_000);
  });
});

test('the part that is told is the repetition with the choice', () => {
  expect(findWorstText('^x(\\w+\\s?){1,10}$')).toMatchObject({ part: '(\\w+\\s?){1,10}', repeated: 'a' });
  expect(findWorstText('^[a-z]+:(?:\\d|0|[1-9])*;$')).toMatchObject({ part: '(?:\\d|0|[1-9])*', repeated: '0' });
});

test.each(['(?=a)a+', '(a)\\1', '\\bword\\b', '(?<!a)b'])('nothing is said of %s, which is not read', (pattern) => {
  expect(findWorstText(pattern)).toBeUndefined();
});

const letters = fc.constantFrom('a', 'b', '[ab]', '.', '[^a]');
const { pattern: patterns } = fc.letrec<{ readonly pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 3, depthSize: 'medium' },
    letters,
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `${a}${b}`),
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(?:${a}|${b})`),
    fc.tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{2}', '{0,3}', '{2,5}', '*?', '??')).map(([a, count]) => `(?:${a})${count}`),
  ),
}));
const anchored = fc
  .tuple(patterns, fc.boolean(), fc.boolean())
  .map(([pattern, start, end]) => `${start ? '^' : ''}${pattern}${end ? '$' : ''}`);

test(
  'a pattern is not called harmless when texts of few characters take an engine many steps',
  () => {
    const pumps = ['a', 'b', 'ab', 'aab', 'abb'];
    let explosive = 0;
    fc.assert(
      fc.property(anchored, (pattern) => {
        const real = worstCount(pattern, pumps, 18);
        if (real < 20_000) return;
        explosive += 1;
        const counted = findWorstText(pattern)?.stepsAt(18) ?? 0;
        expect({ pattern, counted, real, enough: counted >= Math.min(real, 200_000) / 50 }).toMatchObject({ enough: true });
      }),
      { seed: 20261125, numRuns: runs(400, 5_000) },
    );
    expect(explosive).toBeGreaterThan(0);
  },
  PATIENCE,
);

test(
  'what is counted is really done',
  () => {
    fc.assert(
      fc.property(anchored, (pattern) => {
        const worst = findWorstText(pattern);
        const counted = worst?.stepsAt(14) ?? 0;
        if (!worst || counted < 2_000) return;
        const real = countBacktracking(treeOf(pattern), worst.textAt(14), 200_000);
        expect({ pattern, counted, real, enough: real >= Math.min(counted, 200_000) }).toMatchObject({ enough: true });
      }),
      { seed: 4, numRuns: runs(400, 5_000) },
    );
  },
  PATIENCE,
);
