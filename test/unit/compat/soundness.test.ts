import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { decidePayload } from '../../../src/compat/decide.ts';
import { opensSafely } from '../../../src/compat/opens-safely.ts';
import { createReplay, type Replay } from '../../../src/compat/replay.ts';
import type { JsonObject, JsonValue } from '../../../src/source/json.ts';
import { schemaOf } from '../../support/schema-pair.ts';
import { PATIENCE, runs } from '../../support/size.ts';

/**
 * What must never happen: a pair is called included although some message is sent and rejected. Schemas and messages come from a small
 * world of three names and a few values, so that the messages below meet nearly every distinction the schemas can make.
 */
const SCALARS: readonly JsonValue[] = [null, true, false, -1, 0, 0.5, 1, 2, 3, '', 'a', 'b', 'ab', 'aaa'];
const MESSAGES: readonly JsonValue[] = worldOfMessages();

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

const { schema: anySchema } = fc.letrec<{
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

const types = fc.record({
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

const version = fc.record({ schema: anySchema, types });
/** A second version that differs in one place, as real ones do, or altogether. */
const pair = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(version, fc.array(fc.tuple(fc.nat(), anySchema), { minLength: 1, maxLength: 2 }), types).map(
      ([one, edits, others]) =>
        [
          one,
          {
            schema: edits.reduce((schema, [at, by]) => edit(schema, at, by), one.schema),
            types: edits.length === 2 ? others : one.types,
          },
        ] as const,
    ),
  },
  { weight: 1, arbitrary: fc.tuple(version, version) },
);

let declared: Replay;
let literal: Replay;
beforeAll(async () => {
  declared = await createReplay({ strict: false });
  literal = await createReplay({ strict: true });
});

describe('a verdict about random pairs of schemas', () => {
  it.each([
    ['declared properties', false],
    ['schemas as written', true],
  ])(
    'is "included" only where no message breaks (%s)',
    (_, strict) => {
      const seen = { included: 0, 'not-included': 0, undecided: 0 };
      fc.assert(
        fc.property(pair, ([before, after]) => {
          const [sender, receiver] = [schemaOf(before.schema, before.types), schemaOf(after.schema, after.types)];
          const replay = strict ? literal : declared;
          const decision = decidePayload({ sender, receiver, examples: [], strict }, replay);
          seen[decision.answer] += 1;
          const broken = MESSAGES.find((message) => replay.emits(sender, message) && replay.rejections(receiver, message).length > 0);
          if (decision.answer === 'included') expect(broken).toBeUndefined();
          if (decision.answer === 'not-included') {
            for (const { message } of decision.witnesses) {
              expect(replay.emits(sender, message)).toBe(true);
              expect(replay.rejections(receiver, message)).not.toEqual([]);
            }
          }
          if (decision.answer === 'undecided') expect(decision.reason).not.toContain('contradicts');
        }),
        { seed: 20261123, numRuns: RUNS },
      );
      expect(seen.included).toBeGreaterThan(RUNS / 20);
      expect(seen['not-included']).toBeGreaterThan(RUNS / 20);
    },
    PATIENCE,
  );

  it(
    'is "included" for a schema and itself, unless an open list contradicts itself',
    () => {
      fc.assert(
        fc.property(version, ({ schema, types: shared }) => {
          const [sender, receiver] = [schemaOf(schema, shared), schemaOf(schema, shared)];
          const { answer } = decidePayload({ sender, receiver, examples: [], strict: false }, declared);
          if (opensSafely(receiver)) expect(answer).toBe('included');
          else expect(answer).not.toBe('included');
        }),
        { seed: 20261123, numRuns: RUNS },
      );
    },
    PATIENCE,
  );
});

const RUNS = runs(150, 4_000);

function small(): fc.Arbitrary<number> {
  return fc.constantFrom(-1, 0, 0.5, 1, 2);
}

/** Replaces, drops or adds one keyword somewhere in a schema. */
function edit(schema: JsonValue, at: number, by: JsonValue): JsonValue {
  if (schema === null || typeof schema !== 'object' || Array.isArray(schema)) return by;
  const object = schema as JsonObject;
  const keys = Object.keys(object);
  const key = keys[at % (keys.length + 1)];
  const rest = Math.floor(at / (keys.length + 1));
  if (key === undefined || rest === 0) return typeof by === 'object' && by !== null ? { ...object, ...by } : by;
  const value = object[key] ?? null;
  if (rest % 5 === 1) return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
  if (key === 'properties' || key === 'patternProperties') {
    const properties = value as JsonObject;
    const name = Object.keys(properties)[rest % Math.max(1, Object.keys(properties).length)] ?? 'a';
    return { ...object, [key]: { ...properties, [name]: edit(properties[name] ?? true, Math.floor(rest / 3), by) } };
  }
  if (['items', 'additionalProperties', 'not', 'contains', 'if', 'then', 'else'].includes(key))
    return { ...object, [key]: edit(value, Math.floor(rest / 3), by) };
  if (['anyOf', 'oneOf', 'allOf', 'prefixItems'].includes(key)) {
    const list = value as readonly JsonValue[];
    return { ...object, [key]: list.map((item, index) => (index === rest % list.length ? edit(item, Math.floor(rest / 3), by) : item)) };
  }
  if (typeof value === 'number' && key !== 'multipleOf') return { ...object, [key]: Math.max(0, value + ((rest % 3) - 1)) };
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
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
