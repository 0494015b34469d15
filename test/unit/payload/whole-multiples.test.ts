import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { loadSchemaCompiler } from '../../../src/payload/ajv.ts';
import { useWholeMultiples } from '../../../src/payload/whole-multiples.ts';

const ajv = new Ajv2020({ strict: false });
await useWholeMultiples(ajv);
const isMultiple = (step: number, value: number) => ajv.compile({ multipleOf: step })(value);

test.each([1e21, 3e21, 6e300, -3e21])('%d is a multiple of 1', (value) => {
  expect(isMultiple(1, value)).toBe(true);
});

test('multiples of 6 are multiples of 3, however large', () => {
  for (let value = 6; Number.isFinite(value); value *= 7) {
    expect(isMultiple(6, value) && !isMultiple(3, value), String(value)).toBe(false);
  }
});

test.each([
  [3, 3.0000000000000004],
  [1, 0.5],
  [2, Number.POSITIVE_INFINITY],
  [1e21, 1],
])('with the step %d, %d is none', (step, value) => {
  expect(isMultiple(step, value)).toBe(false);
});

test('steps that are not whole are divided by, as ajv does', () => {
  const plain = new Ajv2020({ strict: false });
  for (const step of [0.1, 0.01, 0.5, 1.5]) {
    for (let value = -200; value < 200; value += 1) {
      const number = value / 100;
      expect(isMultiple(step, number)).toBe(plain.compile({ multipleOf: step })(number));
    }
  }
});

test('the error is that of ajv', async () => {
  const check = (await loadSchemaCompiler())({ multipleOf: 3 });
  expect(check(4)).toBe(false);
  expect(check.errors).toMatchObject([{ keyword: 'multipleOf', params: { multipleOf: 3 }, message: 'must be multiple of 3' }]);
});
