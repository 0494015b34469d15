/** What generated validators say of values that they refuse: for each keyword, for unions, and for whatever schemas may be made of them. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { compileValidators } from '../../../src/gen/validators/compile-validators.ts';
import { createSchemaSet } from '../../../src/gen/validators/schema-set.ts';
import { bundleSchema, type Side } from '../../../src/payload/bundle.ts';
import { KEYWORDS } from '../../../src/payload/keywords.ts';
import { useExactMultiples } from '../../../src/payload/multiples.ts';
import type { ValidationError, Validator } from '../../../src/runtime/validation.ts';
import type { JsonObject, JsonValue } from '../../../src/source/json.ts';
import { documentsOf } from '../../support/documents.ts';
import { loadValidators } from '../../support/generated.ts';
import { anySchema, anyTypes, MESSAGES } from '../../support/random-schemas.ts';
import { PATIENCE, runs } from '../../support/size.ts';

const FILE = 'contracts/shop.yaml';

/** The validator of each type of a contract, as it is generated for one side. */
async function validatorsOf(types: Readonly<Record<string, JsonValue>>, side: Side): Promise<readonly Validator<unknown>[]> {
  const set = createSchemaSet(documentsOf({ [FILE]: JSON.stringify({ types }) }));
  const exports = new Map(Object.keys(types).map((name, at) => [`v${at}`, set.add({ file: FILE, pointer: `/types/${name}` }, side)]));
  const { lines, helpers } = await compileValidators(set.schemas(), exports);
  const text = [`import { ${helpers.join(', ')} } from 'msgctl/runtime/validation';`, ...lines].join('\n');
  const found = await loadValidators({ path: 'shop.validators.js', text });
  return [...exports.keys()].map((name) => found[name] as Validator<unknown>);
}

const card = {
  type: 'object',
  required: ['kind', 'number'],
  properties: { kind: { const: 'card' }, number: { type: 'string', minLength: 12 } },
};
const transfer = { type: 'object', required: ['iban', 'kind'], properties: { kind: { const: 'transfer' }, iban: { type: 'string' } } };

type Row = readonly [schema: JsonObject, value: JsonValue, keyword: string, message: string];

const rows: readonly Row[] = [
  [{ type: 'string' }, 5, 'type', 'the value must be a text, but is 5'],
  [{ type: ['integer', 'null'] }, 'x', 'type', 'the value must be an integer or null, but is a text of 1 character'],
  [{ type: 'boolean' }, null, 'type', 'the value must be true or false, but is null'],
  [{ type: 'object' }, [1, 2], 'type', 'the value must be an object, but is a list of 2 items'],
  [{ type: 'array' }, { a: 1 }, 'type', 'the value must be a list, but is an object of 1 property'],
  [{ type: 'number' }, false, 'type', 'the value must be a number, but is false'],
  [{ enum: ['RUB', 'USD', 1] }, 'EUR', 'enum', 'the value must be one of "RUB", "USD", 1, but is a text of 3 characters'],
  [
    { enum: Array.from({ length: 300 }, (_, at) => at) },
    -1,
    'enum',
    'the value must be one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 290 more, but is -1',
  ],
  [{ const: { a: [1] } }, 1, 'const', 'the value must be {"a":[1]}, but is 1'],
  [{ minimum: 1 }, 0, 'minimum', 'the value must be at least 1, but is 0'],
  [{ maximum: 1 }, 2, 'maximum', 'the value must be at most 1, but is 2'],
  [{ exclusiveMinimum: 1 }, 1, 'exclusiveMinimum', 'the value must be more than 1, but is 1'],
  [{ exclusiveMaximum: 1 }, 1, 'exclusiveMaximum', 'the value must be less than 1, but is 1'],
  [{ multipleOf: 0.01 }, 0.005, 'multipleOf', 'the value must be a multiple of 0.01, but is 0.005'],
  [{ minLength: 1 }, '', 'minLength', 'the value must be a text of at least 1 character, but is a text of 0 characters'],
  [{ maxLength: 2 }, '😀😀😀', 'maxLength', 'the value must be a text of at most 2 characters, but is a text of 3 characters'],
  [{ pattern: '^[0-9]+$' }, 'secret', 'pattern', 'the value must be a text that matches ^[0-9]+$, but is a text of 6 characters'],
  [
    { type: 'string', format: 'date' },
    '2026-02-30',
    'format',
    'the value must be a text in the format date, but is a text of 10 characters',
  ],
  [{ type: 'number', format: 'int32' }, 2 ** 40, 'format', 'the value must be a number in the format int32, but is 1099511627776'],
  [{ minItems: 2 }, [1], 'minItems', 'the value must be a list of at least 2 items, but is a list of 1 item'],
  [{ maxItems: 1 }, [1, 2], 'maxItems', 'the value must be a list of at most 1 item, but is a list of 2 items'],
  [
    { uniqueItems: true },
    [1, 2, 1],
    'uniqueItems',
    'the value must be a list without repetitions, but is a list of 3 items, of which 0 and 2 are the same',
  ],
  [{ prefixItems: [{ type: 'string' }] }, [1], 'type', '/0 must be a text, but is 1'],
  [{ prefixItems: [{}], items: false }, [1, 2], 'items', 'the value must be a list of at most 1 item, but is a list of 2 items'],
  [{ items: { type: 'string' } }, ['a', null], 'type', '/1 must be a text, but is null'],
  [{ items: false }, [1], 'false', '/0 must not be there, but is 1'],
  [
    { contains: { const: 1 }, minContains: 2 },
    [1],
    'contains',
    'the value must be a list with at least 2 of the items that "contains" asks for, but is a list of 1 item',
  ],
  [
    { contains: { const: 1 }, maxContains: 1 },
    [1, 1],
    'contains',
    'the value must be a list with at least 1 and at most 1 of the items that "contains" asks for, but is a list of 2 items',
  ],
  [
    { unevaluatedItems: false, prefixItems: [true] },
    [1, 2],
    'unevaluatedItems',
    'the value must be a list of at most 1 item, but is a list of 2 items',
  ],
  [{ required: ['amount'] }, {}, 'required', '/amount is missing'],
  [{ properties: { price: { required: ['a/b'] } } }, { price: {} }, 'required', '/price/a~1b is missing'],
  [{ properties: { a: { minimum: 1 } } }, { a: 0 }, 'minimum', '/a must be at least 1, but is 0'],
  [{ properties: { a: false } }, { a: 'x' }, 'false', '/a must not be there, but is a text of 1 character'],
  [{ patternProperties: { '^x': { minimum: 1 } } }, { 'x/y': 0 }, 'minimum', '/x~1y must be at least 1, but is 0'],
  [{ additionalProperties: { minimum: 1 } }, { a: { b: 1 }, c: 0 }, 'minimum', '/c must be at least 1, but is 0'],
  [{ additionalProperties: false }, { amuont: [1] }, 'additionalProperties', '/amuont must not be there, but is a list of 1 item'],
  [
    { unevaluatedProperties: false },
    { amuont: {} },
    'unevaluatedProperties',
    '/amuont must not be there, but is an object of 0 properties',
  ],
  [
    { propertyNames: { maxLength: 2 } },
    { abc: 1 },
    'propertyNames',
    '/abc must have a name that is a text of at most 2 characters, but it is a text of 3 characters',
  ],
  [{ propertyNames: false }, { abc: 1 }, 'propertyNames', '/abc must not be there'],
  [{ minProperties: 1 }, {}, 'minProperties', 'the value must be an object of at least 1 property, but is an object of 0 properties'],
  [{ maxProperties: 0 }, { a: 1 }, 'maxProperties', 'the value must be an object of at most 0 properties, but is an object of 1 property'],
  [{ dependentRequired: { card: ['cvc'] } }, { card: 1 }, 'dependentRequired', '/cvc is missing, although /card is there'],
  [{ dependentSchemas: { card: { required: ['cvc'] } } }, { card: 1 }, 'required', '/cvc is missing'],
  [{ allOf: [{ minimum: 0 }, { maximum: 5 }] }, 6, 'maximum', 'the value must be at most 5, but is 6'],
  [{ not: { type: 'string' } }, 'x', 'not', 'the value must be something that "not" does not exclude, but is a text of 1 character'],
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
  [{ if: { type: 'number' }, then: { minimum: 3 } }, 1, 'minimum', 'the value must be at least 3, but is 1'],
  [
    { if: { type: 'number' }, else: { minLength: 3 } },
    'ab',
    'minLength',
    'the value must be a text of at least 3 characters, but is a text of 2 characters',
  ],
  [{ $ref: '#/types/Card' }, { kind: 'card' }, 'required', '/number is missing'],
  // Unions.
  [
    { oneOf: [{ minimum: 1 }, { maximum: 5 }] },
    3,
    'oneOf',
    'the value must be exactly one of 2 alternatives, but is 3 that fits the alternatives 1 and 2',
  ],
  [{ oneOf: [{ $ref: '#/types/Card' }, { type: 'null' }] }, { kind: 'card' }, 'required', '/number is missing'],
  [{ anyOf: [{ type: 'string' }, { type: 'object', required: ['a'] }] }, {}, 'required', '/a is missing'],
  [
    { anyOf: [{ type: 'string' }, { type: 'integer' }, { type: 'null' }] },
    true,
    'anyOf',
    'the value must be a text, an integer or null, but is true',
  ],
  [
    {
      anyOf: [
        { type: 'object', required: ['a'] },
        { type: 'object', required: ['b'] },
      ],
    },
    {},
    'anyOf',
    'the value must be something with a value at /a or something with a value at /b, but is an object of 0 properties',
  ],
  [{ anyOf: [{ anyOf: [{ type: 'string' }, { minimum: 3 }] }, { type: 'null' }] }, 1, 'minimum', 'the value must be at least 3, but is 1'],
  [
    { properties: { by: { oneOf: [card, transfer] } } },
    { by: { kind: 'card', number: '1' } },
    'minLength',
    '/by/number must be a text of at least 12 characters, but is a text of 1 character',
  ],
  [{ oneOf: [{ $ref: '#/types/Card' }, { $ref: '#/types/Transfer' }] }, { kind: 'transfer' }, 'required', '/iban is missing'],
  [{ anyOf: [card, transfer] }, { kind: 'cash' }, 'oneOf', '/kind must be one of "card", "transfer", but is a text of 4 characters'],
  [{ oneOf: [card, transfer] }, {}, 'oneOf', '/kind must be one of "card", "transfer", but is nothing'],
  [{ oneOf: [card, transfer] }, 'card', 'type', 'the value must be an object, but is a text of 4 characters'],
  [{ oneOf: [card, transfer, { type: 'null' }] }, { kind: 'transfer' }, 'required', '/iban is missing'],
];

const types: Readonly<Record<string, JsonValue>> = {
  ...Object.fromEntries(rows.map(([schema], at) => [`T${at}`, schema])),
  Card: card,
  Transfer: transfer,
};

describe('the error of a refused value', () => {
  let validators: readonly Validator<unknown>[] = [];
  beforeAll(async () => {
    validators = await validatorsOf(types, 'sender');
  });

  test.each(rows.map(([schema, value, keyword, message], at) => ({ at, schema, value, keyword, message })))('$schema: $message', (row) => {
    const validate = validators[row.at] as Validator<unknown>;
    expect(validate(row.value)).toBe(false);
    expect(validate.errors).toMatchObject([{ keyword: row.keyword, message: row.message }]);
    expect(validate.errors?.[0]?.got).not.toContain('secret');
  });

  test('is shown for every keyword that a value can break', () => {
    const tried = new Set(rows.flatMap(([schema]) => [...JSON.stringify(schema).matchAll(/"([$\w]+)":/g)].map(([, key]) => key)));
    const silent = /^(?:x-|\$comment|\$defs|title|description|default|deprecated|readOnly|writeOnly|examples|content)/;
    expect([...KEYWORDS.keys()].filter((keyword) => !silent.test(keyword) && !tried.has(keyword))).toEqual([]);
  });

  test('has its parts, for machines', () => {
    const validate = validators[rows.findIndex(([schema]) => 'properties' in schema && JSON.stringify(schema).includes('"minimum":1'))];
    expect(validate?.({ a: 0 })).toBe(false);
    const error: ValidationError = {
      path: '/a',
      keyword: 'minimum',
      expected: 'at least 1',
      got: '0',
      message: '/a must be at least 1, but is 0',
    };
    expect(validate?.errors).toEqual([error]);
    expect(validate?.({ a: 1 })).toBe(true);
    expect(validate?.errors).toBe(null);
  });

  test('is short and on one line whatever names a message has', () => {
    const validate = validators[rows.findIndex(([schema]) => schema.additionalProperties === false)];
    expect(validate?.({ [`${'x'.repeat(10_000)}\n\u202eERROR`]: 'y'.repeat(10_000) })).toBe(false);
    const { message = '' } = validate?.errors?.[0] ?? {};
    expect(message).toMatch(/^…x+\\u000a\\u202eERROR must not be there, but is a text of 10000 characters$/);
    expect(message.length).toBeLessThan(200);
  });
});

describe('a union of which receivers accept what they do not know', () => {
  const open = { 'x-open': true, oneOf: [card, transfer] };
  test.each<readonly [JsonValue, string]>([
    [{ kind: 'card', number: '1' }, '/number must be a text of at least 12 characters, but is a text of 1 character'],
    [{ kind: 'transfer' }, '/iban is missing'],
    [{ kind: 1 }, '/kind must be a text, but is 1'],
    [{}, '/kind is missing'],
    [null, 'the value must be an object, but is null'],
    [{ kind: 'cash' }, ''],
    [{ kind: 'card', number: '123456789012' }, ''],
  ])('%j: %s', async (value, message) => {
    const [validate] = await validatorsOf({ Open: open }, 'receiver');
    expect([validate?.(value), validate?.errors?.[0]?.message ?? '']).toEqual([message === '', message]);
  });
});

describe('whatever the schema', () => {
  const made = fc.sample(fc.record({ Subject: anySchema, types: anyTypes }), { numRuns: runs(120, 3000), seed: 26 });
  test.each(['sender', 'receiver'] as const)(
    'the verdict of a %s is that of ajv, and one error tells why',
    async (side) => {
      for (const { Subject, types: shared } of made) {
        const all: Record<string, JsonValue> = { Subject, ...shared };
        const [validate] = await validatorsOf(all, side);
        const ajv = new Ajv2020({ strict: false, ownProperties: true });
        addFormats.default(ajv, { mode: 'full' });
        await useExactMultiples(ajv);
        const oracle = ajv.compile({
          ...bundleSchema(documentsOf({ [FILE]: JSON.stringify({ types: all }) }), { file: FILE, pointer: '/types/Subject' }, side),
        });
        for (const message of MESSAGES) {
          const verdict = validate?.(message);
          const told = JSON.stringify([all, message, validate?.errors]);
          expect(verdict, told).toBe(oracle(message));
          if (verdict) continue;
          expect(validate?.errors?.length, told).toBe(1);
          const [error] = validate?.errors ?? [];
          expect(error?.keyword === 'false' || KEYWORDS.has(error?.keyword ?? ''), told).toBe(true);
          expect(error?.message, told).not.toMatch(/undefined|what "|NaN|of 0 alternatives/);
        }
      }
    },
    PATIENCE,
  );
});
