/**
 * Random schemas and messages of a small world of three names and a few values, so that the messages meet nearly every distinction that the
 * schemas can make.
 */
import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../src/source/json.ts';

const SCALARS: readonly JsonValue[] = [null, true, false, -1, 0, 0.5, 1, 2, 3, '', 'a', 'b', 'ab', 'aaa'];
/** The messages that such schemas are tried with. */
export const MESSAGES: readonly JsonValue[] = worldOfMessages();

const scalarKeywords = fc.oneof(
  fc.constantFrom<JsonObject>(
    { type: 'string' },
    { type: 'integer' },
    { type: 'number' },
    { type: 'boolean' },
    { type: 'null' },
    { type: ['string', 'null'] },
    { type: ['integer', 'string'] },
    {},
  ),
  fc
    .uniqueArray(fc.constantFrom(...SCALARS), { minLength: 1, maxLength: 3, comparator: (a, b) => a === b })
    .chain((values) => fc.constantFrom<JsonObject>({ enum: values }, { enum: values, 'x-open': true })),
  fc.constantFrom(...SCALARS).map((value): JsonObject => ({ const: value })),
  fc.record(
    {
      type: fc.constantFrom('integer', 'number'),
      minimum: small(),
      exclusiveMinimum: small(),
      maximum: small(),
      exclusiveMaximum: small(),
      multipleOf: fc.constantFrom(1, 2, 0.5, 3),
    },
    { requiredKeys: ['type'] },
  ),
  fc.record(
    {
      type: fc.constant('string'),
      minLength: fc.nat(2),
      maxLength: fc.nat(3),
      pattern: fc.constantFrom('a', '^a', '^b*$', '^$', '.*'),
      format: fc.constantFrom('date', 'password'),
    },
    { requiredKeys: ['type'] },
  ),
);

const { schema } = fc.letrec<{
  schema: JsonValue;
  object: JsonObject;
  array: JsonObject;
  combined: JsonObject;
  properties: JsonObject;
}>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalarKeywords,
    tie('object'),
    tie('object'),
    tie('array'),
    tie('combined'),
    fc.boolean(),
    fc.constantFrom({ $ref: '#/types/Node' }, { $ref: '#/types/Leaf' }),
  ),
  properties: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('schema'), { maxKeys: 3 }),
  object: fc.record(
    {
      type: fc.constantFrom('object', ['object', 'null']),
      properties: tie('properties'),
      required: fc.subarray(['a', 'b', 'c']),
      additionalProperties: tie('schema'),
      patternProperties: fc.dictionary(fc.constantFrom('a', '^[ab]$', 'c'), tie('schema'), { maxKeys: 1 }),
      propertyNames: fc.constantFrom({ pattern: '^[ab]$' }, { maxLength: 1 }, { enum: ['a', 'c'] }),
      minProperties: fc.nat(2),
      maxProperties: fc.nat(3),
      dependentRequired: fc.constantFrom({ a: ['b'] }, { c: ['a', 'b'] }),
      dependentSchemas: fc.dictionary(fc.constantFrom('a', 'b'), tie('schema'), { maxKeys: 1 }),
      unevaluatedProperties: fc.boolean(),
    },
    { requiredKeys: ['properties'] },
  ) as fc.Arbitrary<JsonObject>,
  array: fc.record(
    {
      type: fc.constant('array'),
      items: tie('schema'),
      prefixItems: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
      minItems: fc.nat(2),
      maxItems: fc.nat(2),
      uniqueItems: fc.boolean(),
      contains: tie('schema'),
      minContains: fc.nat(2),
    },
    { requiredKeys: ['type'] },
  ) as fc.Arbitrary<JsonObject>,
  combined: fc.oneof(
    fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ oneOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ allOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) }),
    fc.record({ not: tie('schema') }),
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    fc.record({ if: tie('schema'), then: tie('schema'), else: tie('schema') }, { requiredKeys: ['if'] }),
    fc.record({ $ref: fc.constantFrom('#/types/Node', '#/types/Leaf'), properties: tie('properties') }),
    fc.tuple(tie('object'), fc.array(tie('schema'), { minLength: 1, maxLength: 2 })).map(([object, allOf]) => ({ ...object, allOf })),
    fc.tuple(fc.constantFrom('a', 'b'), tie('properties'), tie('properties'), fc.boolean()).map(([tag, one, two, open]) => ({
      ...(open && { 'x-open': true }),
      oneOf: [
        { type: 'object', required: [tag], properties: { ...one, [tag]: { const: 'a' } } },
        { type: 'object', required: [tag], properties: { ...two, [tag]: { const: 'b' } } },
      ],
    })),
  ) as fc.Arbitrary<JsonObject>,
}));

/** Any schema of that world. It may refer to {@link anyTypes}. */
export const anySchema: fc.Arbitrary<JsonValue> = schema;

/** The types that such schemas may refer to. */
export const anyTypes = fc.record({
  Leaf: scalarKeywords,
  Node: fc.record(
    {
      type: fc.constant('object'),
      properties: fc.constantFrom({ a: { $ref: '#/types/Node' }, b: { $ref: '#/types/Leaf' } }, { a: { $ref: '#/types/Node' } }),
      required: fc.subarray(['b']),
      additionalProperties: fc.boolean(),
    },
    { requiredKeys: ['type', 'properties'] },
  ) as fc.Arbitrary<JsonObject>,
});

function small(): fc.Arbitrary<number> {
  return fc.constantFrom(-1, 0, 0.5, 1, 2);
}

function worldOfMessages(): readonly JsonValue[] {
  const lists = [
    [],
    ...SCALARS.map((value) => [value]),
    ...SCALARS.flatMap((one) => [0, 'a', null, 1].map((two) => [one, two])),
    [0, 1, 2],
    ['a', 'a', 'b'],
  ];
  const inner: readonly JsonValue[] = [
    ...SCALARS,
    [],
    [0],
    ['a'],
    {},
    { a: {} },
    { b: 'a' },
    { b: 0 },
    { a: 'a' },
    { a: 1, b: 1 },
    { a: { b: 'a' } },
    { c: null },
  ];
  const ones = ['a', 'b', 'c'].flatMap((name) => inner.map((value) => ({ [name]: value })));
  const few: readonly JsonValue[] = [0, 1, 'a', 'b', null, true, {}, [], 0.5];
  const twos = [
    ['a', 'b'],
    ['a', 'c'],
    ['b', 'c'],
  ].flatMap(([x = '', y = '']) => few.flatMap((one) => few.map((two) => ({ [x]: one, [y]: two }))));
  const threes = few.flatMap((one) => few.flatMap((two) => ['a', 0].map((three) => ({ a: one, b: two, c: three }))));
  return [...SCALARS, ...lists, {}, ...ones, ...twos, ...threes, { d: 1 }, { a: 'a', d: 1 }, { b: 0, ab: 1 }];
}
