import { describe, expect, test } from 'vitest';
import { adviseName, nearest, oneOf } from '../../../src/diagnostics/suggest.ts';

describe('nearest', () => {
  test.each([
    ['timeot', ['timeout', 'request'], 'timeout'],
    ['tiemout', ['timeout', 'request'], 'timeout'],
    ['Timeout', ['timeout'], 'timeout'],
    ['via', ['vya'], 'vya'],
    ['event', ['notification', 'publish-subscribe'], undefined],
    ['x', ['y'], 'y'],
    ['xy', ['ab'], undefined],
    ['', ['ab'], undefined],
    ['a'.repeat(10_000), ['a'.repeat(9_999)], undefined],
  ])('of %j among %j is %j', (written, candidates, expected) => {
    expect(nearest(written, candidates)).toBe(expected);
  });

  test('takes the first of two equally near', () => {
    expect(nearest('chargs', ['charge', 'charts'])).toBe('charge');
  });
});

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a or b'],
  [['a', 'b', 'c'], 'a, b or c'],
])('%j is told as %j', (names, told) => {
  expect(oneOf(names)).toBe(told);
});

test('a long list is cut, with its length', () => {
  expect(oneOf(Array.from({ length: 40 }, (_, index) => `n${index}`))).toMatch(/^one of n0, .*, n11, … \(40 in all\)$/);
});

test.each([
  ['rabit', ['rabbit'], 'Did you mean "rabbit"?'],
  ['pigeon', ['rabbit', 'log'], 'Use rabbit or log.'],
  ['pigeon', [], 'Add it.'],
])('%j among %j: %s', (written, candidates, advice) => {
  expect(adviseName(written, candidates, 'Add it.')).toBe(advice);
});
