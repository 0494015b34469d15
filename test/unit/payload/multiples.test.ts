import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { loadSchemaCompiler } from '../../../src/payload/ajv.ts';
import { isMultiple as isPlainMultiple, useExactMultiples } from '../../../src/payload/multiples.ts';

const ajv = new Ajv2020({ strict: false });
await useExactMultiples(ajv);
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

test.each([0.1, 0.01, 0.05, 0.5, 1.5, 0.25, 2.5e-7])('with the step %d, what is written as a multiple is one, and nothing else', (step) => {
  const check = ajv.compile({ multipleOf: step });
  const places = (String(step).split('.')[1] ?? '').length + (step < 1e-6 ? 7 : 0);
  for (let count = -2_000; count < 2_000; count += 1) {
    const multiple = Number((count * step).toFixed(places));
    expect(check(multiple), `${multiple}`).toBe(true);
    const beside = Number((multiple + step / 10).toFixed(places + 1));
    expect(check(beside), `${beside}`).toBe(false);
  }
});

test.each([
  [0.01, 19.99],
  [0.01, 4.35],
  [0.01, 99_999_999.99],
  [0.1, 0.3],
  [0.01, 1e20],
  [0.01, -0.07],
  [1e-30, 1e-30],
  [0.1, 0],
])('with the step %d, %d is one', (step, value) => {
  expect(isMultiple(step, value)).toBe(true);
});

test.each([
  [0.01, 19.995],
  [0.01, 0.001],
  [0.1, 0.30000000000000004],
  [1e-30, 1.5e-30],
])('with the step %d, %d is no multiple', (step, value) => {
  expect(isMultiple(step, value)).toBe(false);
});

test('checks of schemas count as validators do', () => {
  for (const step of [1, 3, 0.1, 0.01, 0.07, 1.5, 1e-9, 1e-30]) {
    for (const value of [0, 1, 3e21, 0.3, 19.99, -4.35, 1e-9, 2.1, 1e300, 0.1 + 0.2]) {
      expect(isPlainMultiple(value, step), `${value} of ${step}`).toBe(isMultiple(step, value));
    }
  }
});

test('the error is that of ajv', async () => {
  const check = (await loadSchemaCompiler())({ multipleOf: 3 });
  expect(check(4)).toBe(false);
  expect(check.errors).toMatchObject([{ keyword: 'multipleOf', params: { multipleOf: 3 }, message: 'must be multiple of 3' }]);
});

test.each([
  [0.3, 0.1],
  [3, 0.3],
  [0.1, 0.01],
  [1, 0.1],
  [1.5, 0.25],
  [12.34, 0.02],
])('multiples of %d are multiples of %d, however large, as counted inside a validator and outside', (step, divisor) => {
  const [ofStep, ofDivisor] = [ajv.compile({ multipleOf: step }), ajv.compile({ multipleOf: divisor })];
  const decimals = 10 ** (String(step).split('.')[1] ?? '').length;
  let seen = 0;
  for (let count = 1; count < 1e40; count = Math.ceil(count * 1.013)) {
    const value = (count * Math.round(step * decimals)) / decimals;
    expect([isPlainMultiple(value, step), isPlainMultiple(value, divisor)], String(value)).toEqual([ofStep(value), ofDivisor(value)]);
    if (!ofStep(value)) continue;
    seen += 1;
    expect(ofDivisor(value), String(value)).toBe(true);
  }
  expect(seen).toBeGreaterThan(2_000);
});
