import { describe, expect, it } from 'vitest';
import { isSubschema, type SubschemaAnswer, type SubschemaOptions } from '../../../src/compat/is-subschema.ts';
import type { JsonValue } from '../../../src/source/json.ts';

const draft = (name: string, schema: Record<string, JsonValue>): JsonValue => ({ $schema: name, ...schema });
const DRAFT_04 = 'http://json-schema.org/draft-04/schema#';
const DRAFT_07 = 'http://json-schema.org/draft-07/schema#';
const DRAFT_06 = 'http://json-schema.org/draft-06/schema#';
const DRAFT_2019 = 'https://json-schema.org/draft/2019-09/schema';
const DRAFT_2020 = 'https://json-schema.org/draft/2020-12/schema';
const text = { type: 'string' };
const whole = { type: 'integer' };

/** Schemas that a dynamic reference chooses between by where it is come from. */
function rivals(): Record<string, JsonValue> {
  return { x: { $dynamicAnchor: 'x' }, y: { $dynamicAnchor: 'x', properties: { g: text } } };
}

/** Lists of which validators do not agree what is left unevaluated. */
function contained(schema: JsonValue): Record<string, JsonValue> {
  return { type: 'array', contains: schema, unevaluatedItems: { type: 'null' } };
}

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
  row('a bound that is exclusive by true', [{ minimum: 1, exclusiveMinimum: true }, { exclusiveMinimum: 1 }], 'included'),
  row('a number for a bound that is exclusive by true', [{ exclusiveMaximum: 9 }, { maximum: 9, exclusiveMaximum: true }], 'included'),
  row(
    'a bound that becomes exclusive by true',
    [
      { type: 'integer', minimum: 1 },
      { minimum: 1, exclusiveMinimum: true },
    ],
    'not-included',
  ),
  row('a bound that is not exclusive', [{ minimum: 1, exclusiveMinimum: false }, { minimum: 1 }], 'included'),
  row(
    'properties that are called like bounds',
    [{ type: 'object', properties: { exclusiveMinimum: true, minimum: whole } }, true],
    'included',
  ),
  row('draft 04', [draft(DRAFT_04, { minimum: 1, exclusiveMinimum: true }), draft(DRAFT_07, { exclusiveMinimum: 1 })], 'included'),
  row(
    'an address of draft 04',
    [draft(DRAFT_04, { definitions: { t: { id: '#t', type: 'integer' } }, $ref: '#t' }), draft(DRAFT_04, { type: 'number' })],
    'included',
  ),
  row('a keyword that draft 04 did not know', [draft(DRAFT_04, text), draft(DRAFT_04, { const: 'a' })], 'undecided'),
  row(
    'a keyword that draft 04 did not know, beside what changed',
    [
      draft(DRAFT_04, { properties: { a: { const: 1 }, b: whole } }),
      draft(DRAFT_04, { properties: { a: { const: 1 }, b: { type: 'number' } } }),
    ],
    'included',
  ),
  row(
    'a keyword that draft 04 did not know, and that changed',
    [
      draft(DRAFT_04, { type: 'object', properties: { a: { const: 1, contains: text } } }),
      draft(DRAFT_04, { properties: { a: { const: 1, contains: whole } } }),
    ],
    'undecided',
  ),
  row(
    'what stands beside a reference where no draft is said',
    [
      { definitions: { t: text }, properties: { a: { $ref: '#/definitions/t', type: 'integer' } } },
      { properties: { a: { type: 'string', maxLength: 3 } } },
    ],
    'undecided',
  ),
  row('what validators disagree about, unchanged', [contained(text), contained(text)], 'included'),
  row(
    'what validators disagree about, beside what changed',
    [{ items: [contained(text)] }, { items: [contained(text), true] }],
    'included',
  ),
  row('what validators disagree about, changed', [contained(text), contained(whole)], 'undecided', { view: 'literal' }),
  row('an escape that needs none', [{ type: 'string', pattern: '^\\_\\-[\\w\\-]$' }, { pattern: '^_-' }], 'included'),
  row('draft 03', [draft('http://json-schema.org/draft-03/schema#', {}), true], 'undecided'),
  row('a schema of schemas that nobody knows', [text, draft('https://a.example/our-schemas', text)], 'undecided'),
  row(
    'a schema of another draft inside',
    [{ type: 'object' }, draft(DRAFT_2019, { allOf: [draft(DRAFT_07, { dependencies: { a: ['b'] } })] })],
    'undecided',
  ),
  row('a schema inside that means the same in its draft', [text, draft(DRAFT_2019, { allOf: [draft(DRAFT_07, text)] })], 'included'),
  row('a list that nothing is in', [{ enum: ['a'] }, { enum: [] }], 'not-included'),
  row('a list that nothing is in, in draft 07', [draft(DRAFT_07, text), draft(DRAFT_07, { ...text, enum: [] })], 'not-included'),
  row(
    'a tuple where no draft is said',
    [
      { items: [text], additionalItems: false },
      { prefixItems: [text], items: false },
    ],
    'included',
  ),
  row('a tuple that narrows where no draft is said', [{ items: [text] }, { items: [text, text] }], 'not-included'),
  row('a tuple where the draft has none', [text, draft(DRAFT_2020, { items: [text] })], 'undecided'),
  row(
    'dependencies where no draft is said',
    [
      { dependencies: { a: ['b'] }, required: ['a'] },
      { required: ['b'], type: 'object' },
    ],
    'not-included',
  ),
  row('dependencies that do without b', [{ type: 'object', dependencies: { a: ['b'] }, required: ['a'] }, { required: ['b'] }], 'included'),
  row(
    'a type that holds itself',
    [
      { type: 'object', properties: { a: { $ref: '#' } } },
      { properties: { a: { $ref: '#' } }, maxProperties: 0 },
    ],
    'not-included',
  ),
  row(
    'a type that holds itself by its address',
    [text, { $id: 'https://a.example/t', type: 'object', properties: { a: { $ref: 'https://a.example/t' } } }],
    'not-included',
  ),
  row(
    'an address that two schemas have',
    [text, { $ref: 'b', $defs: { b: { $id: 'b', type: 'string' }, c: { $id: 'b', type: 'integer' } } }],
    'undecided',
  ),
  row(
    'an address where no schema is',
    [{ type: 'integer' }, { $ref: 'b', $defs: { b: { $id: 'b', type: 'string' }, c: { enum: [{ $id: 'b', type: 'integer' }] } } }],
    'not-included',
  ),
  row(
    'an address beside a reference of an early draft',
    [
      text,
      draft(DRAFT_07, {
        $id: 'https://a.example/',
        definitions: { t: { $id: 'https://a.example/t', type: 'string' }, 'b/t': { $id: 'https://a.example/b/t', type: 'integer' } },
        allOf: [{ $id: 'https://a.example/b/', $ref: 't' }],
      }),
    ],
    'included',
  ),
  row(
    'what may evaluate anything beside what is left',
    [
      { $ref: '#/$defs/a', $defs: { a: { properties: { f: true }, $dynamicRef: '#x', unevaluatedProperties: false }, ...rivals() } },
      { type: 'object', properties: { f: true }, unevaluatedProperties: false },
    ],
    'undecided',
    { view: 'literal' },
  ),
  row(
    'a dynamic reference that may lead to one place only',
    [{ $dynamicRef: '#x', $defs: { x: { $dynamicAnchor: 'x', type: 'integer' } } }, { type: 'number' }],
    'included',
  ),
  row('any properties, told by their number', [{ type: 'object', maxProperties: 2 }, { maxProperties: 1 }], 'not-included'),
  row('anything, of which nothing is said', [{ description: 'whatever it is' }, { properties: { a: text } }], 'not-included'),
  row('an object of which nothing is said', [{ type: 'object' }, { properties: { a: text } }], 'undecided'),
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

  it.each([undefined, Number.NaN, Number.POSITIVE_INFINITY, 1n, Symbol('s'), () => true, new Date(0), new Map(), itself(), shared(40)])(
    'is not known of what is no JSON: %#',
    (schema) => {
      const given = schema as JsonValue;
      expect(isSubschema(given, text).answer).toBe('undecided');
      expect(isSubschema({ properties: { a: text } }, { properties: { a: [given] } }).answer).toBe('undecided');
    },
  );

  it('is known of schemas with properties that have no value', () => {
    expect(isSubschema({ ...text, pattern: undefined } as unknown as JsonValue, text).answer).toBe('included');
  });

  it('is not looked for without end where the budget is no number', () => {
    expect(isSubschema(text, { maxLength: 3 }, { budget: Number.NaN }).answer).toBe('not-included');
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

/** An object that holds itself. */
function itself(): unknown {
  const held: Record<string, unknown> = {};
  held.properties = { held };
  return held;
}

/** A schema that holds the same one twice, and so on: small here, and larger than the world as a text. */
function shared(levels: number): unknown {
  return Array.from({ length: levels }).reduce<unknown>((inner) => ({ properties: { a: inner, b: inner } }), {});
}
