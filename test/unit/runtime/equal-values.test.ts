import fc from 'fast-check';
import { expect, test } from 'vitest';
import { equalJson } from '../../../src/payload/equal-json.ts';
import { equalValues } from '../../../src/runtime/equal-values.ts';
import type { JsonValue } from '../../../src/source/json.ts';

test.each<[string, string, boolean]>([
  ['1', '1', true],
  ['1', '"1"', false],
  ['null', '{}', false],
  ['[]', '{}', false],
  ['[1,2]', '[2,1]', false],
  ['[1]', '[1,1]', false],
  ['{"a":1,"b":[{}]}', '{"b":[{}],"a":1}', true],
  ['{"a":1}', '{"b":1}', false],
  ['{"a":{"b":1}}', '{"a":{"b":2}}', false],
  ['{"toString":1}', '{"toString":1}', true],
  ['{"toString":1}', '{"toString":2}', false],
  ['{"valueOf":"a","constructor":{}}', '{"constructor":{},"valueOf":"a"}', true],
  ['{"__proto__":{"a":1}}', '{"__proto__":{"a":1}}', true],
  ['{"__proto__":{"a":1}}', '{"__proto__":{"a":2}}', false],
  ['{"__proto__":{}}', '{}', false],
  ['{"toString":1}', '{"a":1}', false],
])('%s and %s: %s', (left, right, same) => {
  expect(equalValues(JSON.parse(left), JSON.parse(right))).toBe(same);
  expect(equalValues(JSON.parse(right), JSON.parse(left))).toBe(same);
});

test('however deep they are', () => {
  const deep = (inside: string): unknown => JSON.parse(`${'['.repeat(100_000)}${inside}${']'.repeat(100_000)}`);
  expect(equalValues(deep('1'), deep('1'))).toBe(true);
  expect(equalValues(deep('1'), deep('2'))).toBe(false);
});

test('says the same as the comparison of contracts, for any two values', () => {
  const small = fc.jsonValue({ maxDepth: 3 });
  fc.assert(
    fc.property(small, small, fc.boolean(), (a, b, copies) => {
      const other = copies ? JSON.parse(JSON.stringify(a)) : b;
      expect(equalValues(a, other)).toBe(equalJson(a as JsonValue, other));
    }),
    { seed: 11, numRuns: 500 },
  );
});
