/** The law of narrowing, on random schemas, pointers and messages: what it accepts, and that it looks at nothing but what is read. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadSchemaCompiler, type SchemaCompiler } from '../../../src/payload/ajv.ts';
import { bundleSchema, type Side } from '../../../src/payload/bundle.ts';
import type { Documents, SchemaLocation } from '../../../src/payload/documents.ts';
import { narrowDocuments } from '../../../src/payload/narrowing/narrow-documents.ts';
import { isObject, type JsonObject, type JsonValue } from '../../../src/source/json.ts';
import { pointerSegments } from '../../../src/source/pointer.ts';
import { documentsOf } from '../../support/documents.ts';
import { anySchema, anyTypes, MESSAGES } from '../../support/random-schemas.ts';
import { PATIENCE, runs } from '../../support/size.ts';

const RUNS = runs(100, 3_000);

let compile: SchemaCompiler;
beforeAll(async () => {
  compile = await loadSchemaCompiler();
});

const anyPointers = fc.uniqueArray(
  fc.constantFrom('/a', '/b', '/c', '/a/a', '/a/b', '/a/c', '/b/a', '/a/0', '/0', '/1', '/0/a', '/1/b', '/a/b/c', '/a/a/b'),
  { minLength: 1, maxLength: 3 },
);
/** As contracts are written: nearly every payload is an object. */
const anyCase = fc.record({ schema: fc.oneof(anySchema, anyObject(), anyConditions()), types: anyTypes, pointers: anyPointers });

type Case = { readonly schema: JsonValue; readonly types: JsonObject; readonly pointers: readonly string[] };

const EMPTY_SCHEMAS = new Set(['{}', 'true']);

describe('a narrowed schema', () => {
  it.each<Side>(['sender', 'receiver'])(
    'accepts whatever the schema accepts (%s), and looks at nothing that is not read',
    (side) => {
      const seen = { telling: 0, refusing: 0 };
      fc.assert(
        fc.property(anyCase, (tried) => {
          const { whole, narrow, text } = checksOf(tried, side);
          const verdicts = MESSAGES.map((message) => narrow(message));
          if (!EMPTY_SCHEMAS.has(text)) seen.telling += 1;
          if (verdicts.includes(false)) seen.refusing += 1;
          for (const [index, message] of MESSAGES.entries()) {
            if (whole(message)) expect(verdicts[index], `${JSON.stringify(message)} by ${text}`).toBe(true);
          }
          const byRead = new Map<string, { verdict: boolean; message: JsonValue }>();
          for (const [index, message] of MESSAGES.entries()) {
            const read = JSON.stringify(project(message, tried.pointers.map(pointerSegments)));
            const verdict = verdicts[index] ?? false;
            const other = byRead.get(read) ?? { verdict, message };
            byRead.set(read, other);
            expect(verdict, `${JSON.stringify(message)} as ${JSON.stringify(other.message)} by ${text}`).toBe(other.verdict);
          }
        }),
        { seed: 20261125, numRuns: RUNS },
      );
      expect(seen.telling).toBeGreaterThan(RUNS / 2);
      expect(seen.refusing).toBeGreaterThan(RUNS / 2);
    },
    PATIENCE,
  );

  it(
    'demands of a property that is read exactly what the object demands of it',
    () => {
      const inner = fc.record({ schema: anySchema, types: anyTypes, required: fc.boolean(), deep: fc.boolean() });
      fc.assert(
        fc.property(inner, ({ schema, types, required, deep }) => {
          const others = { x: { type: 'string' }, y: { type: 'integer' } };
          const object: JsonObject = { type: 'object', required: required ? ['x', 'a'] : ['x'], properties: { a: schema, ...others } };
          const outer: JsonObject = { type: 'object', required: ['o', 'z'], properties: { o: object, z: { type: 'boolean' } } };
          const { narrow } = checksOf({ schema: deep ? outer : object, types, pointers: [deep ? '/o/a' : '/a'] }, 'receiver');
          const alone = checksOf({ schema, types, pointers: ['/a'] }, 'receiver').whole;
          const wrap = (message: JsonObject): JsonObject => (deep ? { o: message, z: 5 } : message);
          for (const message of MESSAGES) expect(narrow(wrap({ a: message, y: 'no integer' }))).toBe(alone(message));
          expect(narrow(wrap({}))).toBe(!required);
          expect(narrow(wrap({ y: [] }))).toBe(!required);
          if (deep) expect(narrow({})).toBe(false);
          for (const message of [null, 0, 'a', []]) expect(narrow(message)).toBe(false);
        }),
        { seed: 20261125, numRuns: RUNS },
      );
    },
    PATIENCE,
  );
});

function checksOf({ schema, types, pointers }: Case, side: Side) {
  const documents = documentsOf({ 'a.yaml': JSON.stringify({ types: { ...types, Root: schema } }) });
  const location = { file: 'a.yaml', pointer: '/types/Root' };
  const reading = { reader: ['me'], schema: location, pointers };
  const narrowed = narrowDocuments(documents, [reading]);
  const place = narrowed.places.get(reading) ?? location;
  const check = (read: Documents, at: SchemaLocation) => compile(bundleSchema(read, at, side));
  const text = JSON.stringify(bundleSchema(narrowed.documents, place, side));
  return { whole: check(documents, location), narrow: check(narrowed.documents, place), text };
}

/** What is read of a message, written down again by other means than those that are tested. */
function project(message: JsonValue, ways: readonly (readonly string[])[]): JsonValue {
  if (ways.some((way) => way.length === 0)) return { all: message };
  if (!isObject(message) && !Array.isArray(message)) return { plain: message };
  const parts = [...new Set(ways.map(([step = '']) => step))].sort().map((step): JsonValue => {
    const below = ways.filter(([first]) => first === step).map(([, ...rest]) => rest);
    const there = Array.isArray(message) ? /^\d+$/.test(step) && Number(step) < message.length : Object.hasOwn(message, step);
    const part = Array.isArray(message) ? message[Number(step)] : (message as JsonObject)[step];
    return there ? [step, project(part ?? null, below)] : [step];
  });
  return { [Array.isArray(message) ? 'list' : 'object']: parts };
}

function anyObject(): fc.Arbitrary<JsonValue> {
  return fc.record({
    type: fc.constant('object'),
    properties: fc.record({ a: anySchema, b: anySchema, c: anySchema }, { requiredKeys: ['a'] }),
    required: fc.subarray(['a', 'b', 'c']),
  }) as fc.Arbitrary<JsonValue>;
}

/** Few properties, and what joins them: here it shows whether what is not read decides. */
function anyConditions(): fc.Arbitrary<JsonValue> {
  const names = fc.constantFrom('a', 'b', 'c');
  const plain = fc.constantFrom<JsonValue>({ const: 0 }, { const: 'a' }, { type: 'string' }, { required: ['a'] }, { enum: [1, 'b'] });
  const condition = fc.oneof(
    names.map((name): JsonObject => ({ required: [name] })),
    fc.tuple(names, plain).map(([name, schema]): JsonObject => ({ properties: { [name]: schema } })),
    fc.tuple(names, plain).map(([name, schema]): JsonObject => ({ required: [name], properties: { [name]: schema } })),
  );
  const tagged = fc.tuple(names, names, fc.boolean()).map(([tag, other, open]): JsonObject => {
    const branch = (value: string, schema: JsonValue) => ({
      type: 'object',
      required: [tag],
      properties: { ...(other !== tag && { [other]: schema }), [tag]: { const: value } },
    });
    return { oneOf: [branch('a', { type: 'string' }), branch('b', { type: 'integer' })], ...(open && { 'x-open': true }) };
  });
  const joined = fc.oneof(
    condition.map((not): JsonObject => ({ not })),
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    fc.tuple(condition, condition, condition).map(([one, met, unmet]): JsonObject => ({ if: one, then: met, else: unmet })),
    fc.tuple(condition, condition).map((oneOf): JsonObject => ({ oneOf })),
    fc.tuple(condition, condition).map((anyOf): JsonObject => ({ anyOf })),
    tagged,
    tagged.map((branches): JsonObject => ({ enum: [0, 'a'], allOf: [branches] })),
    fc.constantFrom<JsonObject>(
      { enum: [{ a: 0, b: 1 }, { a: 'a', c: 0 }, 'a'] },
      { const: { a: 0, b: 'a' } },
      { 'x-open': true, enum: [{ a: 0 }, 0] },
    ),
    fc.constantFrom<JsonObject>(
      { propertyNames: { enum: ['a', 'b'] } },
      { properties: { a: true }, unevaluatedProperties: { type: 'string' } },
    ),
  );
  return fc
    .tuple(joined, condition)
    .map(([one, other]) => ({ allOf: [one, { ...other, ...(Object.hasOwn(one, 'not') ? {} : { type: 'object' }) }] }));
}
