/**
 * A type never promises more than its schema: every value that ajv accepts fits the type. Tried on many schemas made up from a seed, each
 * with several values, in one run of the compiler.
 */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { compileTypes } from '../../../src/gen/types/compile-types.ts';
import { literalType } from '../../../src/gen/types/literal-type.ts';
import { lowerSchema } from '../../../src/gen/types/lower-schema.ts';
import { NOTHING_AROUND } from '../../../src/gen/types/scope.ts';
import type { JsonObject, JsonValue } from '../../../src/source/json.ts';
import { compileStrictly } from '../../support/generated.ts';

const SCHEMAS = 150;
const VALUES = 200;
const names = ['a', 'b', 'kind', 'x-y'];
const literals: readonly JsonValue[] = ['a', "it's", 'b', 1, 2.5, null, true, [], [1, 'x'], {}, { id: 1, a: 1 }];

type Dice = { below(limit: number): number; pick<T>(from: readonly T[]): T; some(from: readonly string[]): readonly string[] };

/** A linear congruential generator: the same seed gives the same schemas on every machine. */
function createDice(seed: number): Dice {
  let state = seed;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  return { below, pick: (from) => from[below(from.length)] as never, some: (from) => from.filter(() => below(2) === 0) };
}

function makeSchema(dice: Dice, depth: number): JsonValue {
  const kind = dice.below(depth === 0 ? 4 : 10);
  if (kind === 0) return true;
  if (kind === 1) return { type: dice.pick(['string', 'integer', 'number', 'null', 'boolean']) };
  if (kind === 2) return { enum: [...new Set([dice.pick(literals), dice.pick(literals)])] };
  if (kind === 3) return { const: dice.pick(literals) };
  return { ...(kind < 9 ? makeObject(dice, depth) : makeArray(dice, depth)), ...makeBranches(dice, depth) };
}

/** An object always has an `id`: TypeScript refuses values that share no property with a type, which no schema says. */
function makeObject(dice: Dice, depth: number): JsonObject {
  const properties = Object.fromEntries([['id', true], ...dice.some(names).map((name) => [name, makeSchema(dice, depth - 1)])]);
  const additionalProperties = dice.pick([undefined, undefined, true, false, makeSchema(dice, depth - 1)]);
  const type = dice.pick<JsonValue>(['object', 'object', ['object', 'null'], ['array', 'object']]);
  return {
    type,
    properties,
    required: ['id', ...dice.some(dice.some(names))],
    ...(additionalProperties !== undefined && { additionalProperties }),
  };
}

function makeArray(dice: Dice, depth: number): JsonObject {
  return {
    type: 'array',
    ...(dice.below(2) && { prefixItems: [makeSchema(dice, depth - 1), makeSchema(dice, depth - 1)] }),
    ...(dice.below(2) && { items: dice.below(3) === 0 ? false : makeSchema(dice, depth - 1) }),
    ...(dice.below(2) && { minItems: dice.below(3) }),
  };
}

function makeBranches(dice: Dice, depth: number): JsonObject {
  const required = [{ required: ['a'] }, { required: ['b', 'kind'] }];
  const tagged = ['a', 'b'].map((tag) => ({
    type: 'object',
    required: ['id', 'kind'],
    properties: { id: {}, kind: { const: tag }, b: makeSchema(dice, 0) },
  }));
  const free = [makeSchema(dice, depth - 1), makeSchema(dice, depth - 1)];
  return {
    ...(dice.below(4) === 0 && {
      allOf: dice.pick([required.slice(0, 1), [...required, { properties: { a: makeSchema(dice, 0) } }], free]),
    }),
    ...(dice.below(4) === 0 && { anyOf: dice.pick([required, tagged, free]) }),
    ...(dice.below(4) === 0 && { oneOf: dice.pick([required, tagged, free]) }),
  };
}

function makeValue(dice: Dice, depth: number): JsonValue {
  const kind = dice.below(depth === 0 ? 1 : 5);
  if (kind === 0) return dice.pick(literals);
  if (kind === 1) return Array.from({ length: dice.below(4) }, () => makeValue(dice, depth - 1));
  return { id: dice.pick(literals), ...Object.fromEntries(dice.some(names).map((name) => [name, makeValue(dice, depth - 1)])) };
}

test.each([1, 2])(
  'every accepted value fits the type (seed %i)',
  async (seed) => {
    const dice = createDice(seed);
    const schemas = Array.from({ length: SCHEMAS }, () => makeSchema(dice, 3));
    const values = Array.from({ length: VALUES }, () => makeValue(dice, 3));
    const scope = { nameOf: () => '', unlisted: () => '', discriminatorOf: () => undefined, around: NOTHING_AROUND };
    const declarations = await compileTypes(schemas.map((schema, index) => ({ name: `X${index}`, type: lowerSchema(schema, scope) })));
    const assignments: string[] = [];
    for (const [index, schema] of schemas.entries()) {
      const accepts = new Ajv2020({ strict: false, validateSchema: false }).compile(typeof schema === 'object' ? { ...schema } : true);
      for (const value of values.filter((candidate) => accepts(candidate)).slice(0, 10)) {
        const at = assignments.length;
        assignments.push(`declare const v${at}: ${literalType(value)};\nexport const x${at}: X${index} = v${at};`);
      }
    }
    expect(assignments.length).toBeGreaterThan(SCHEMAS);
    expect(compileStrictly([{ path: 'types.ts', text: [...declarations.flat(), ...assignments].join('\n') }])).toBe('');
  },
  120_000,
);
