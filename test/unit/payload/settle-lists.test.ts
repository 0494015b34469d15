import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { compileValidators } from '../../../src/gen/validators/compile-validators.ts';
import { createSchemaSet } from '../../../src/gen/validators/schema-set.ts';
import { bundleSchema } from '../../../src/payload/bundle.ts';
import { settleLists } from '../../../src/payload/settle-lists.ts';
import type { Validator } from '../../../src/runtime/validation.ts';
import type { JsonObject, JsonValue } from '../../../src/source/json.ts';
import { documentsOf } from '../../support/documents.ts';
import { loadValidators } from '../../support/generated.ts';

const CHOICES: Readonly<Record<string, readonly JsonValue[]>> = {
  prefixItems: [[{ type: 'string' }], [true, { type: 'integer' }]],
  items: [{ type: 'string' }, false],
  contains: [{ type: 'string' }, { const: 1 }],
  minContains: [0, 2],
  maxContains: [1],
  uniqueItems: [true],
  unevaluatedItems: [false],
};

/** Every combination of the keywords of lists, each absent or with one of a few values. */
const SCHEMAS = Object.entries(CHOICES).reduce<readonly JsonObject[]>(
  (schemas, [keyword, values]) => schemas.flatMap((schema) => [schema, ...values.map((value) => ({ ...schema, [keyword]: value }))]),
  [{}],
);

const ITEMS: readonly JsonValue[] = ['a', 'b', 1, null];
const LISTS: readonly JsonValue[] = [
  [],
  ...ITEMS.map((one) => [one]),
  ...ITEMS.flatMap((one) => ITEMS.map((two) => [one, two])),
  ['a', 'a', 1],
  [1, 'a', 1],
  ['a', 1, 'b'],
  [1, 1, 'b'],
];

const pointerOf = (index: number, wrapper: string): string => (wrapper === '' ? `/types/S${index}` : `/types/Not${index}`);
const types = Object.fromEntries(
  SCHEMAS.flatMap((schema, index) => [
    [`S${index}`, schema],
    [`Not${index}`, { not: schema }],
  ]),
);
const documents = documentsOf({ 'a.yaml': JSON.stringify({ types }) });

/** What ajv says when it collects all errors, which is where it overlooks nothing (but under `not`). */
const oracle = new Ajv2020({ strict: false, logger: false, allErrors: true, validateSchema: false });

/** `uniqueItems` by hand: there ajv overlooks items of another type than `items` has. */
function isUnique(list: JsonValue): boolean {
  return Array.isArray(list) && new Set(list.map((item) => JSON.stringify(item))).size === list.length;
}

describe.each([
  ['as it is', ''],
  ['under "not"', 'not'],
])('a list %s, of each combination of keywords', (_, wrapper) => {
  const expected = (index: number) => {
    const { uniqueItems, ...others } = SCHEMAS[index] ?? {};
    const validate = oracle.compile(others);
    return LISTS.map((list) => (validate(list) && (uniqueItems !== true || isUnique(list))) === (wrapper === ''));
  };

  test('is told by generated validators as ajv tells it when it collects all errors', async () => {
    const set = createSchemaSet(documents);
    const ids = new Map(
      SCHEMAS.map((_, index) => [`v${index}`, set.add({ file: 'a.yaml', pointer: pointerOf(index, wrapper) }, 'sender')]),
    );
    const { lines, helpers } = await compileValidators(set.schemas(), ids);
    const text = [`import { ${helpers.join(', ')} } from 'msgctl/runtime/validation';`, ...lines].join('\n');
    const validators = await loadValidators({ path: 'a.validators.js', text });
    for (const index of SCHEMAS.keys()) {
      const validate = validators[`v${index}`] as Validator<unknown>;
      expect(
        LISTS.map((list) => validate(list)),
        JSON.stringify(types[pointerOf(index, wrapper).slice('/types/'.length)]),
      ).toEqual(expected(index));
    }
  });

  test('is told alike by bundled schemas, whether all errors are collected or not', () => {
    for (const index of SCHEMAS.keys()) {
      const schema = bundleSchema(documents, { file: 'a.yaml', pointer: pointerOf(index, wrapper) });
      for (const allErrors of [false, true]) {
        const validate = new Ajv2020({ strict: false, logger: false, allErrors, validateSchema: false }).compile(schema);
        expect(
          LISTS.map((list) => validate(list)),
          JSON.stringify(schema),
        ).toEqual(expected(index));
      }
    }
  });
});

test('a schema without both keywords stays as it is', () => {
  for (const schema of [{ contains: true, items: true }, { prefixItems: [true] }, {}]) expect(settleLists(schema)).toBe(schema);
});

test('members of an "allOf" that is there are kept', () => {
  expect(settleLists({ prefixItems: [true], allOf: [{ maxItems: 2 }], contains: { const: 1 }, minContains: 2 })).toEqual({
    prefixItems: [true],
    allOf: [{ maxItems: 2 }, { contains: { const: 1 }, minContains: 2 }],
  });
});
