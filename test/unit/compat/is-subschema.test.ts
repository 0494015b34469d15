import { describe, expect, it } from 'vitest';
import { isSubschema, type SubschemaAnswer, type SubschemaOptions } from '../../../src/compat/is-subschema.ts';
import type { JsonValue } from '../../../src/source/json.ts';

const draft = (name: string, schema: Record<string, JsonValue>): JsonValue => ({ $schema: name, ...schema });
const DRAFT_07 = 'http://json-schema.org/draft-07/schema#';
const DRAFT_06 = 'http://json-schema.org/draft-06/schema#';
const DRAFT_2019 = 'https://json-schema.org/draft/2019-09/schema';
const text = { type: 'string' };
const whole = { type: 'integer' };

type Row = {
  readonly name: string;
  readonly pair: readonly [sender: JsonValue, receiver: JsonValue];
  readonly answer: SubschemaAnswer['answer'];
  readonly options: SubschemaOptions;
};

const row = (name: string, pair: Row['pair'], answer: Row['answer'], options: SubschemaOptions = {}): Row => ({
  name,
  pair,
  answer,
  options,
});

const ROWS: readonly Row[] = [
  row('a property that nobody declared, literally', [{ properties: { a: text } }, { properties: { b: text } }], 'not-included', {
    view: 'literal',
  }),
  row('a property that nobody declared', [{ properties: { a: text } }, { properties: { b: text } }], 'included'),
  row('everything for something', [true, { type: 'string' }], 'not-included'),
  row('nothing for something', [false, { type: 'string' }], 'included'),
  row('a list without values', [{ enum: [] }, false], 'included'),
  row('a schema that contradicts itself', [{ type: 'integer', minimum: 5, maximum: 4 }, false], 'included'),
  row('unknown keywords and formats', [{ type: 'string', format: 'colour', fancy: 1 }, { type: 'string' }], 'included'),
  row('an unknown format that is asked for', [text, { type: 'string', format: 'colour' }], 'included'),
  row(
    'a tuple of an early draft',
    [draft(DRAFT_07, { items: [text], additionalItems: false }), { prefixItems: [text], items: false }],
    'included',
  ),
  row(
    'additionalItems without a tuple',
    [draft(DRAFT_07, { items: text }), draft(DRAFT_07, { items: text, additionalItems: false })],
    'included',
  ),
  row(
    'what stands beside a reference of an early draft',
    [
      draft(DRAFT_07, { type: 'string', maxLength: 9 }),
      draft(DRAFT_07, { definitions: { t: text }, properties: {}, allOf: [{ $ref: '#/definitions/t', maxLength: 3 }] }),
    ],
    'included',
  ),
  row(
    'what stands beside a reference of a late draft',
    [
      { type: 'string', maxLength: 9 },
      { $defs: { t: text }, allOf: [{ $ref: '#/$defs/t', maxLength: 3 }] },
    ],
    'not-included',
  ),
  row(
    'dependencies of either kind',
    [
      draft(DRAFT_07, { properties: { a: text, b: text }, dependencies: { a: ['b'] } }),
      { properties: { a: text, b: text }, dependentRequired: { a: ['b'] } },
    ],
    'included',
  ),
  row(
    'dependencies that a sender does not keep to',
    [{ properties: { a: text, b: text } }, draft(DRAFT_07, { dependencies: { a: ['b'] } })],
    'not-included',
  ),
  row('an anchor', [{ $ref: '#t', $defs: { t: { $anchor: 't', type: 'integer' } } }, { type: 'number' }], 'included'),
  row(
    'an address inside',
    [{ $ref: 'https://a.example/t', $defs: { t: { $id: 'https://a.example/t', type: 'integer' } } }, whole],
    'included',
  ),
  row(
    'a reference to the root that may lead to one place only',
    [
      draft(DRAFT_2019, { properties: { next: { $recursiveRef: '#' }, n: whole } }),
      draft(DRAFT_2019, { properties: { next: { $recursiveRef: '#' }, n: { type: 'number' } } }),
    ],
    'included',
  ),
  row('a reference that leads nowhere', [text, { $ref: '#/$defs/none' }], 'undecided'),
  row('a reference that leads nowhere on both sides', [{ $ref: '#/$defs/none' }, { $ref: '#/$defs/none' }], 'undecided'),
  row('a reference to another document', [{ $ref: 'https://b.example/x' }, text], 'undecided'),
  row(
    'a bound of draft 04',
    [
      { type: 'integer', minimum: 1 },
      { minimum: 1, exclusiveMinimum: true },
    ],
    'undecided',
  ),
  row('a draft that is not understood', [draft('http://json-schema.org/draft-04/schema#', {}), true], 'undecided'),
  row('a schema that is only itself', [text, { $ref: '#' }], 'undecided'),
  row('a budget that does not last', [{ properties: { a: text } }, { properties: { a: { maxLength: 3 } } }], 'undecided', { budget: 1 }),
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
  row('a condition in a draft that had none', [text, draft(DRAFT_06, { if: true, then: false })], 'undecided'),
  row('a number that is also null', [{ type: 'number', nullable: true }, { type: ['number', 'null'] }], 'included'),
];

describe('whether a schema accepts no more than another', () => {
  it.each(ROWS)('$name', ({ pair: [sender, receiver], answer, options }) => {
    expect(isSubschema(sender, receiver, options).answer).toBe(answer);
  });

  it('comes with the smallest message', () => {
    const sender = { type: 'object', required: ['a', 'b'], properties: { a: text, b: whole } };
    expect(isSubschema(sender, { properties: { b: { minimum: 3 } } })).toEqual({ answer: 'not-included', witness: { a: '', b: 0 } });
  });

  it.each([
    null,
    3,
    'x',
    [],
    { type: 'nothing' },
    { minimum: '1' },
    { properties: [] },
    { allOf: [] },
    { required: 'a' },
    { pattern: '(' },
  ] as JsonValue[])('is not known of what is malformed: %j', (schema) => {
    expect(isSubschema({ type: ['string', 'number', 'object'] }, schema).answer).toBe('undecided');
    expect(['undecided', 'included']).toContain(isSubschema(schema, true).answer);
  });

  it('is found of types that refer to each other three thousand times', () => {
    const chain = (leaf: JsonValue): JsonValue => ({
      $ref: '#/$defs/T0',
      $defs: Object.fromEntries(
        Array.from({ length: 3000 }, (_level, level) => [
          `T${level}`,
          { type: 'object', properties: { n: level === 2999 ? leaf : { $ref: `#/$defs/T${level + 1}` } } },
        ]),
      ),
    });
    expect(isSubschema(chain(whole), chain({ type: 'number' })).answer).toBe('included');
  });
});
