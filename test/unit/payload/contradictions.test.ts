import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadSchemaCompiler, type SchemaCompiler } from '../../../src/payload/ajv.ts';
import { bundleSchema } from '../../../src/payload/bundle.ts';
import { createContradictionFinder } from '../../../src/payload/contradictions/find.ts';
import { partAt } from '../../../src/payload/schema-part.ts';
import type { JsonValue } from '../../../src/source/json.ts';
import { documentsOf } from '../../support/documents.ts';
import { anySchema, anyTypes, MESSAGES } from '../../support/random-schemas.ts';
import { schemaFindings } from '../../support/schema-findings.ts';
import { PATIENCE, runs } from '../../support/size.ts';

type Types = Readonly<Record<string, JsonValue>>;

let compile: SchemaCompiler;
beforeAll(async () => {
  compile = await loadSchemaCompiler();
});

describe('what is called unsatisfiable', () => {
  const location = { file: 'a.yaml', pointer: '/types/Root' };
  test(
    'matches no message, for random schemas; and most of what matches none is found',
    () => {
      const seen = { found: 0, missed: 0, fine: 0 };
      fc.assert(
        fc.property(anySchema, anyTypes, (schema, types) => {
          const documents = documentsOf({ 'a.yaml': JSON.stringify({ types: { ...types, Root: schema } }) });
          const part = partAt(documents, location);
          const why = part && createContradictionFinder(documents)([part]);
          const validate = compile(bundleSchema(documents, location));
          const message = MESSAGES.find((one) => validate(one));
          if (why) expect([why.reason, message]).toEqual([why.reason, undefined]);
          seen[message !== undefined ? 'fine' : why ? 'found' : 'missed'] += 1;
        }),
        { seed: 20261125, numRuns: runs(400, 20_000) },
      );
      expect(seen.fine).toBeGreaterThan(seen.found);
      expect(seen.found).toBeGreaterThan(seen.missed);
    },
    PATIENCE,
  );
});

const object = (properties: JsonValue, more: Types = {}) => ({ type: 'object', properties, ...more });

describe('schemas that nothing matches', () => {
  test.each<[string, JsonValue, string]>([
    ['bounds of numbers', { type: 'number', minimum: 5, maximum: 3 }, '"minimum: 5" and "maximum: 3" exclude each other'],
    [
      'an exclusive bound',
      { type: 'number', exclusiveMinimum: 3, maximum: 3 },
      '"exclusiveMinimum: 3" and "maximum: 3" exclude each other',
    ],
    ['whole numbers', { type: 'integer', exclusiveMinimum: 3, exclusiveMaximum: 4 }, 'no whole number lies between'],
    ['steps', { type: 'integer', minimum: 1, maximum: 9, multipleOf: 10 }, 'no number of "multipleOf: 10" lies between'],
    ['steps of fractions', { type: 'number', minimum: 0.6, maximum: 0.9, multipleOf: 0.5 }, 'no number of "multipleOf: 0.5" lies between'],
    ['lengths', { type: 'string', minLength: 5, maxLength: 3 }, '"minLength: 5" and "maxLength: 3" exclude each other'],
    ['a pattern that is too long', { type: 'string', pattern: '^[0-9]{10}$', maxLength: 8 }, '"maxLength: 8" exclude each other'],
    ['a format that is too short', { type: 'string', format: 'date', minLength: 11 }, '"format: date" and "minLength: 11" exclude'],
    ['counts of items', { type: 'array', minItems: 2, maxItems: 1 }, '"minItems: 2" and "maxItems: 1" exclude each other'],
    [
      'a tuple that is closed',
      { type: 'array', minItems: 3, prefixItems: [true, true], items: false },
      '"minItems: 3" asks for more items',
    ],
    ['contains', { type: 'array', items: { type: 'string' }, contains: { type: 'integer' } }, 'no item can be what "contains" looks for'],
    ['counts of contains', { type: 'array', contains: true, minContains: 3, maxContains: 2 }, '"minContains: 3" and "maxContains: 2"'],
    ['more unique items than values', { type: 'array', items: { enum: ['a', 'b'] }, uniqueItems: true, minItems: 3 }, 'only 2 values'],
    ['counts of properties', object({}, { minProperties: 3, maxProperties: 2 }), '"minProperties: 3" and "maxProperties: 2"'],
    ['too few properties', object({ a: true }, { additionalProperties: false, minProperties: 2 }), '"minProperties: 2" asks for more'],
    ['a forbidden name', object({ a: true }, { additionalProperties: false, required: ['b'] }), '"b" is required, and not allowed'],
    ['a property that is false', object({ a: false }, { required: ['a'] }), '"a" is required, and not allowed'],
    ['a name', object({}, { propertyNames: { pattern: '^[a-z]+$' }, required: ['A'] }), '"A" is required, and not allowed'],
    [
      'what depends',
      object({ a: true }, { dependentRequired: { a: ['b'] }, required: ['a'], additionalProperties: false }),
      '"b" is required',
    ],
    ['an absence', object({ a: true }, { required: ['a'], not: { required: ['a'] } }), '"a" is required, and must not be there'],
    ['unevaluated', object({ a: true }, { unevaluatedProperties: false, required: ['b'] }), '"b" is required, and not allowed'],
    ['types', { allOf: [{ type: 'string' }, { type: 'integer' }] }, 'exclude each other'],
    ['a type and its denial', { type: 'integer', not: { type: 'number' } }, 'exclude each other'],
    ['an enum', { type: 'integer', enum: ['a', 'b'] }, 'each of the listed values is refused by "type"'],
    ['a constant', { const: 'abc', maxLength: 2 }, 'the only value "abc" is refused by "maxLength"'],
    ['two enums', { allOf: [{ enum: ['a'] }, { enum: ['b'] }] }, 'the only value'],
    ['a union', { type: 'object', oneOf: [{ type: 'string' }, { type: 'null' }] }, 'no member of "oneOf" can match'],
    ['twins of oneOf', { oneOf: [{ type: 'string' }, { type: 'string' }] }, 'no member of "oneOf" can match'],
    [
      'a condition',
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
      { type: 'string', if: { maxLength: 3 }, then: { type: 'null' }, else: { type: 'object' } },
      'neither "then" nor "else"',
    ],
    ['itself', object({ a: { $ref: '#/types/Root' } }, { required: ['a'] }), 'it requires itself'],
    [
      'itself in a list',
      object({ a: { type: 'array', minItems: 1, items: { $ref: '#/types/Root' } } }, { required: ['a'] }),
      'it requires itself',
    ],
    ['the opposite', { type: 'string', allOf: [{ pattern: 'a' }], not: { pattern: 'a' } }, '"not" refuses what is asked for'],
    ['false', false, 'no value is allowed here'],
    ['a denial of all', { not: {} }, 'no value is allowed here'],
  ])('%s', async (_, schema, reason) => {
    const findings = await schemaFindings({ Root: schema });
    const told = findings.filter(({ id }) => id === 'unsatisfiable-schema').map(({ message }) => message);
    expect(told.join('\n')).toContain(reason);
  });
});

describe('schemas that something matches', () => {
  test.each<[string, JsonValue]>([
    ['a bound that is met', { type: 'integer', minimum: 3, maximum: 3 }],
    ['steps of a tenth', { type: 'number', minimum: 0.3, maximum: 0.3, multipleOf: 0.1 }],
    ['a property that must not be there', object({ a: false })],
    ['no more items', { type: 'array', prefixItems: [{ type: 'string' }], items: false }],
    ['a list of itself', object({ a: { type: 'array', items: { $ref: '#/types/Root' } } }, { required: ['a'] })],
    ['itself or null', object({ a: { anyOf: [{ $ref: '#/types/Root' }, { type: 'null' }] } }, { required: ['a'] })],
    [
      'objects that join',
      { allOf: [object({ a: true }, { required: ['a'] }), object({ b: true }, { required: ['b'] })], unevaluatedProperties: false },
    ],
    ['a tagged union', { oneOf: [object({ t: { const: 'a' } }, { required: ['t'] }), object({ t: { const: 'b' } }, { required: ['t'] })] }],
    ['a pattern and its length', { type: 'string', pattern: '^[0-9]{2,}$', maxLength: 2 }],
    ['an unanchored pattern', { type: 'string', pattern: '[0-9]{2}', minLength: 5 }],
    ['a nullable enum', { type: ['string', 'null'], enum: ['a', null] }],
    ['what is not text', { maxLength: 2, minLength: 3 }],
  ])('%s', async (_, schema) => {
    expect(await schemaFindings({ Root: schema })).toEqual([]);
  });
});

describe('parts that can never be', () => {
  test.each<[string, JsonValue, string]>([
    ['a value of another type', { type: 'string', enum: ['a', 1] }, 'unreachable-value 1 is listed, and "type" refuses it.'],
    ['a value beyond a bound', { enum: [1, 50], maximum: 9 }, 'unreachable-value 50 is listed, and "maximum" refuses it.'],
    [
      'a member of another type',
      { type: 'object', anyOf: [object({ a: true }, { required: ['a'] }), { type: 'null' }] },
      'unreachable-branch Member 2 of "anyOf" can never match: "type: object" and "type: null" exclude each other.',
    ],
    [
      'a property of two types',
      { allOf: [object({ a: { type: 'string' } }), object({ a: { type: 'integer' } })] },
      'impossible-property "a" can never be there',
    ],
    [
      'properties beside a closed schema',
      { ...object({ a: true }, { additionalProperties: false }), allOf: [object({ b: { type: 'string' }, c: { type: 'string' } })] },
      'impossible-property "additionalProperties: false" shuts out "b" and "c"',
    ],
  ])('%s', async (_, schema, told) => {
    const findings = (await schemaFindings({ Root: schema })).map(({ id, message }) => `${id} ${message}`);
    expect(findings.join('\n')).toContain(told);
    expect(findings.some((finding) => finding.startsWith('unsatisfiable'))).toBe(false);
  });
});

test('a circle of requirements through references is told, and hostile unions come to an end', async () => {
  const circle = await schemaFindings({
    A: object({ b: { $ref: '#/types/B' } }, { required: ['b'] }),
    B: object({ a: { $ref: '#/types/A' } }, { required: ['a'] }),
  });
  expect(circle.map(({ id }) => id)).toContain('unsatisfiable-schema');
  const union = {
    anyOf: Array.from({ length: 8 }, (_, index) => object({ [`p${index}`]: { $ref: '#/types/Root' } }, { required: [`p${index}`] })),
  };
  const started = performance.now();
  await schemaFindings({ Root: { allOf: Array.from({ length: 8 }, () => union) } });
  expect(performance.now() - started).toBeLessThan(3_000);
});

describe('schemas made to take long come to an end', () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `T${index}`);
  const chain = (link: (next: string) => JsonValue): Types =>
    Object.fromEntries([...names.map((name, index) => [name, link(`#/types/T${index + 1}`)]), ['T10000', {}]]);
  const many = Array.from({ length: 3_000 }, (_, index) => index);
  test.each<[string, Types]>([
    ['a chain of references', chain(($ref) => ({ $ref }))],
    ['a chain of joined types', chain(($ref) => ({ allOf: [{ $ref }], required: ['a'], properties: { b: {} } }))],
    ['a chain of requirements', chain(($ref) => object({ a: { $ref } }, { required: ['a'] }))],
    ['long enums', { A: { allOf: [{ enum: many }, { enum: many.map((value) => -value - 1) }], type: 'integer' } }],
    ['long enums of objects', { A: { enum: many.map((value) => ({ value })) } }],
    [
      'wide unions',
      { A: { type: 'object', anyOf: many.map((value) => object({ [`p${value}`]: { $ref: '#/types/A' } }, { required: [`p${value}`] })) } },
    ],
    [
      'wide objects',
      { A: { allOf: many.slice(0, 300).map((value) => object({ [`p${value}`]: { type: 'string' } }, { required: [`p${value}`] })) } },
    ],
  ])(
    '%s',
    async (_, types) => {
      const started = performance.now();
      await schemaFindings(types);
      expect(performance.now() - started).toBeLessThan(20_000);
    },
    60_000,
  );
});
