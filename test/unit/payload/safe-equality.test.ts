import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadSchemaCompiler } from '../../../src/payload/ajv.ts';
import { useSafeEquality } from '../../../src/payload/safe-equality.ts';
import type { JsonObject, JsonValue } from '../../../src/source/json.ts';

const compile = await loadSchemaCompiler();

describe('values with properties that every object inherits', () => {
  const own = (text: string): JsonValue => JSON.parse(text);
  test.each<[JsonObject, JsonValue, boolean]>([
    [{ const: own('{"toString":1}') }, own('{"toString":1}'), true],
    [{ const: own('{"toString":1}') }, own('{"toString":2}'), false],
    [{ const: own('{"__proto__":{"a":1}}') }, own('{"__proto__":{"a":1}}'), true],
    [{ const: own('{"__proto__":{"a":1}}') }, own('{}'), false],
    [{ enum: [own('{"valueOf":1}'), 'a'] }, own('{"valueOf":1}'), true],
    [{ enum: [own('{"valueOf":1}'), 'a'] }, own('{"valueOf":"x"}'), false],
    [{ enum: [own('{"constructor":1}'), 'a'] }, own('{"constructor":{}}'), false],
    [{ uniqueItems: true }, [own('{"toString":1}'), own('{"toString":1}')], false],
    [{ uniqueItems: true }, [own('{"toString":1}'), own('{"toString":2}')], true],
  ])('%j of %j: %j', (schema, value, valid) => {
    expect(compile(schema)(value)).toBe(valid);
  });
});

test('verdicts and errors are those of ajv, for any other value', async () => {
  const [plain, safe] = [new Ajv2020({ allErrors: true, strict: false }), new Ajv2020({ allErrors: true, strict: false })];
  await useSafeEquality(safe);
  const value = fc
    .jsonValue({ maxDepth: 2 })
    .filter((found) => !/"(?:toString|valueOf|constructor|__proto__)"/.test(JSON.stringify(found)));
  const list = fc.uniqueArray(value, { minLength: 1, maxLength: 4, comparator: (a, b) => JSON.stringify(a) === JSON.stringify(b) });
  fc.assert(
    fc.property(list, fc.array(value, { maxLength: 4 }), value, fc.nat(3), (values, items, other, at) => {
      const tried = values[at] ?? other;
      for (const [schema, message] of [
        [{ enum: values }, tried],
        [{ const: values[0] }, tried],
        [{ uniqueItems: true }, [...items, ...items.slice(at)]],
        [{ uniqueItems: false }, [1, 1]],
      ] as const) {
        const [expected, found] = [plain.compile(schema), safe.compile(schema)];
        expect(found(message)).toBe(expected(message));
        // Of several pairs that are the same, either may be told.
        const told = (errors: typeof found.errors) => errors?.map(({ keyword, params }) => [keyword, 'i' in params ? '' : params]);
        expect(told(found.errors)).toEqual(told(expected.errors));
      }
    }),
    { seed: 3, numRuns: 200 },
  );
});
