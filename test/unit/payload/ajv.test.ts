import { expect, test } from 'vitest';
import { loadSchemaCompiler } from '../../../src/payload/ajv.ts';

const compile = await loadSchemaCompiler();

test('a check gives every error', () => {
  const check = compile({ type: 'object', required: ['a', 'b'] });
  expect(check({})).toBe(false);
  expect(check.errors).toHaveLength(2);
  expect(check({ a: 1, b: 2 })).toBe(true);
  expect(check.errors).toBe(null);
});

test('a check gives the first error where ajv cannot collect them all', () => {
  const check = compile({
    oneOf: [
      { additionalProperties: { type: 'string' }, unevaluatedProperties: { type: 'string' } },
      { unevaluatedItems: { type: 'string' }, properties: {} },
    ],
    patternProperties: { c: { type: 'null' } },
    unevaluatedProperties: false,
  });
  expect(check({ c: { a: 1 } })).toBe(false);
  expect(check.errors?.[0]?.instancePath).toBe('/c');
});
