/** Pairs of schemas made to take for ever: each is decided, or given up when its steps are spent. */
import { describe, expect, it } from 'vitest';
import { findValue, type Inquiry, openInquiry } from '../../../src/inclusion/open-inquiry.ts';
import type { Solution } from '../../../src/inclusion/solution.ts';
import type { JsonObject, JsonValue } from '../../../src/source/json.ts';
import { PATIENCE } from '../../support/size.ts';

/** Steps that each pair may take. One step may be counted together with those it leads to, so that a run ends a little later. */
const BUDGET = 20_000;
const OVERRUN = 2_000;

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
const named = (count: number, schemaOf: (index: number) => JsonValue): JsonObject =>
  Object.fromEntries(range(count).map((index) => [`p${index}`, schemaOf(index)]));

const deep = (levels: number, leaf: JsonValue): JsonValue =>
  range(levels).reduce<JsonValue>((inner) => ({ type: 'object', properties: { a: inner } }), leaf);

/** Types each of which refers to all. */
const entangled = (count: number, leaf: JsonValue): JsonObject => ({
  $ref: '#/$defs/p0',
  $defs: named(count, () => ({ type: 'object', properties: { leaf, ...named(count, (index) => ({ $ref: `#/$defs/p${index}` })) } })),
});

const kinds = (count: number, narrowed?: number): JsonObject => ({
  oneOf: range(count).map((index) => ({
    type: 'object',
    required: index === narrowed ? ['kind', 'a'] : ['kind'],
    properties: { kind: { const: `k${index}` }, a: { type: 'string' } },
  })),
});

const untold = (count: number, schema: JsonValue): JsonObject => ({
  oneOf: range(count).map((index) => ({ type: 'object', required: [`p${index}`], properties: { [`p${index}`]: schema } })),
});

const words = (count: number): JsonObject => ({ enum: range(count).map((index) => `v${index}`) });

/** One thing more than there are places, and no two in one place. */
const pigeons = (places: number): JsonObject => ({
  type: 'object',
  required: range(places + 1).map((index) => `p${index}`),
  properties: named(places + 1, () => ({ type: 'integer', minimum: 1, maximum: places })),
  allOf: range(places + 1).flatMap((one) =>
    range(one).flatMap((other) =>
      range(places).map((place) => ({ not: { properties: { [`p${one}`]: { const: place + 1 }, [`p${other}`]: { const: place + 1 } } } })),
    ),
  ),
});

const wordsOf = (count: number): string =>
  range(count)
    .map((index) => `w${((index * 7_919) % 100_003).toString(36)}`)
    .join('|');
const text = (pattern: string): JsonObject => ({ type: 'string', pattern });
const nothing = { type: 'string' };

type Answer = Solution['answer'];
const PAIRS: readonly (readonly [name: string, sender: JsonValue, receiver: JsonValue, answers: readonly Answer[]])[] = [
  ['60 levels, the leaf widens', deep(60, { type: 'integer' }), deep(60, { type: 'number' }), ['unsat']],
  ['60 levels, the leaf narrows', deep(60, { type: 'number' }), deep(60, { type: 'integer' }), ['sat']],
  ['12 types that refer to all, a leaf widens', entangled(12, { type: 'integer' }), entangled(12, { type: 'number' }), ['unsat']],
  ['12 types that refer to all, a leaf narrows', entangled(12, { type: 'number' }), entangled(12, { type: 'integer' }), ['sat']],
  ['500 kinds and one more', kinds(500), kinds(501), ['unsat']],
  ['500 kinds of which one narrows', kinds(500), kinds(500, 400), ['sat']],
  ['500 branches that nothing tells apart', untold(500, true), untold(500, { type: 'string' }), ['sat']],
  ['20,000 values and one more', words(20_000), words(20_001), ['unsat']],
  ['20,001 values and one less', words(20_001), words(20_000), ['sat']],
  ['20,000 values for a pattern', words(20_000), text('^v[0-9]+$'), ['unsat']],
  ['counts within counts', text('^(a{1,500}b{1,500}){1,500}$'), text('^(a{1,501}b{1,500}){1,500}$'), ['unsat', 'unknown']],
  ['patterns of exponential size', text('^[ab]*a[ab]{24}$'), text('^[ab]*b[ab]{24}$'), ['sat', 'unknown']],
  ['more pigeons than holes', pigeons(7), nothing, ['unsat', 'unknown']],
  ['a million ways, each refused at its end', eitherOf(20), { minProperties: 20 }, ['unsat']],
  ['a million ways, written the other way round', eitherOf(20), eitherOf(20, ['b', 'a']), ['unsat']],
  ['2 ** 60 ways, each refused at its end', eitherOf(60), { minProperties: 60 }, ['unsat']],
  ['a million ways, of which any is too short by one', eitherOf(20), { minProperties: 21 }, ['sat']],
  ['a million ways that share a name', { ...eitherOf(20), maxProperties: 19, required: ['a1'] }, nothing, ['unsat']],
  ['a list of a thousand million', { type: 'array', minItems: 1_000_000_000 }, nothing, ['sat', 'unknown']],
  ['a text of a hundred thousand signs', { type: 'string', minLength: 100_000 }, { type: 'integer' }, ['sat']],
  ['a text of a thousand million signs', { type: 'string', minLength: 1_000_000_000 }, { type: 'integer' }, ['unknown']],
  ['two thousand words and one more', text(`^(${wordsOf(2_000)})$`), text(`^(${wordsOf(2_001)})$`), ['unsat', 'unknown']],
  ['an object of a thousand million', { type: 'object', minProperties: 1_000_000_000 }, nothing, ['sat', 'unknown']],
  ['a thousand different numbers of 999', distinct(1000, 999), nothing, ['unsat', 'unknown']],
];

function eitherOf(count: number, names: readonly string[] = ['a', 'b']): JsonObject {
  return { type: 'object', allOf: range(count).map((index) => ({ anyOf: names.map((name) => ({ required: [`${name}${index}`] })) })) };
}

function distinct(count: number, most: number): JsonObject {
  return { type: 'array', uniqueItems: true, minItems: count, items: { type: 'integer', minimum: 1, maximum: most } };
}

/** A value that the sender's schema accepts and the receiver's does not. */
function search({ schemas, ...inquiry }: Inquiry): Solution {
  const [sent, accepted] = schemas;
  if (!sent || !accepted) throw new Error('a schema was not read');
  return findValue({ schemas, ...inquiry }, [
    { schema: sent, holds: true },
    { schema: accepted, holds: false },
  ]);
}

describe('a pair made to take for ever', () => {
  it.each(PAIRS)('ends within its steps: %s', { timeout: PATIENCE }, (_, sender, receiver, answers) => {
    const inquiry = openInquiry([sender, receiver], { budget: BUDGET });
    expect(answers).toContain(search(inquiry).answer);
    expect(inquiry.run.budget.steps).toBeGreaterThan(-OVERRUN);
  });

  it('is unknown when its steps are spent, and says so', { timeout: PATIENCE }, () => {
    const solution = search(openInquiry([pigeons(7), nothing], { budget: 2_000 }));
    expect(solution).toMatchObject({ answer: 'unknown', reason: expect.stringMatching(/too large/) });
  });
});
