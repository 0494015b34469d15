import { beforeAll, describe, expect, it } from 'vitest';
import { decidePayload } from '../../../src/compat/decide.ts';
import type { Decision } from '../../../src/compat/decision.ts';
import { createReplay, type Replay } from '../../../src/compat/replay.ts';
import type { JsonValue } from '../../../src/source/json.ts';
import { schemaOf } from '../../support/schema-pair.ts';

type Trap = {
  readonly name: string;
  readonly sender: JsonValue;
  readonly receiver: JsonValue;
  readonly breaks: boolean;
  /** What is decided today; a break may be `undecided`, never `included`. */
  readonly answer: Decision['answer'];
  readonly senderTypes?: Readonly<Record<string, JsonValue>>;
  readonly receiverTypes?: Readonly<Record<string, JsonValue>>;
};

const text = { type: 'string' };
const whole = { type: 'integer' };
const node = (value: JsonValue) => ({
  Node: { type: 'object', required: ['value'], properties: { value, next: { $ref: '#/types/Node' } } },
});
const tree = (leaf: JsonValue) => ({
  A: { type: 'object', properties: { b: { $ref: '#/types/B' } } },
  B: { type: 'object', properties: { a: { $ref: '#/types/A' }, leaf } },
});
const list = { type: 'array' };
const tagged = (kind: string, properties: Readonly<Record<string, JsonValue>> = {}) => ({
  type: 'object',
  required: ['kind'],
  properties: { ...properties, kind: { const: kind } },
});

const taggedBy = (value: string) => ({ type: 'object', required: ['t'], properties: { t: { const: value } } });

/** Where other tools went wrong, each with what really happens. */
const TRAPS: readonly Trap[] = [
  {
    name: 'required names a property that properties does not declare',
    sender: { type: 'object', properties: { a: text } },
    receiver: { type: 'object', properties: { a: text }, required: ['z'] },
    breaks: true,
    answer: 'not-included',
  },
  ...['constructor', 'toString', '__proto__'].map(
    (name): Trap => ({
      name: `what every object inherits is demanded: ${name}`,
      sender: { const: {} },
      receiver: { type: 'object', required: [name] },
      breaks: true,
      answer: 'not-included',
    }),
  ),
  ...['constructor', 'toString', '__proto__'].map(
    (name): Trap => ({
      name: `what every object inherits has another type: ${name}`,
      sender: { type: 'object', properties: Object.fromEntries([[name, text]]) },
      receiver: { type: 'object', properties: Object.fromEntries([[name, whole]]) },
      breaks: true,
      // ajv looks at no property of the name __proto__.
      answer: name === '__proto__' ? 'undecided' : 'not-included',
    }),
  ),
  {
    name: 'a list that is open beside alternatives that are not',
    sender: { type: 'object', required: ['t'], properties: { t: { const: 'c' } } },
    receiver: { 'x-open': true, enum: [{ t: 'a' }], oneOf: [taggedBy('a'), taggedBy('b')] },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'whole numbers, however large, are multiples of one',
    sender: whole,
    receiver: { type: 'integer', multipleOf: 1 },
    breaks: false,
    answer: 'included',
  },
  {
    name: 'an existing property turns from optional to required',
    sender: { type: 'object', properties: { a: text } },
    receiver: { type: 'object', properties: { a: text }, required: ['a'] },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'patternProperties narrow',
    sender: { type: 'object', patternProperties: { '^x': text } },
    receiver: { type: 'object', patternProperties: { '^x': whole } },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'patternProperties widen',
    sender: { type: 'object', patternProperties: { '^x': whole }, additionalProperties: false },
    receiver: { type: 'object', patternProperties: { '^x': { type: 'number' } }, additionalProperties: false },
    breaks: false,
    answer: 'included',
  },
  {
    name: 'a format appears',
    sender: { type: 'string' },
    receiver: { type: 'string', format: 'date' },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'contains tightens',
    sender: { ...list, contains: { type: 'integer' } },
    receiver: { ...list, contains: { type: 'integer', minimum: 5 } },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'propertyNames tighten',
    sender: { type: 'object', properties: { long: text } },
    receiver: { type: 'object', properties: { long: text }, propertyNames: { maxLength: 2 } },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'propertyNames that every declared name passes',
    sender: { type: 'object', properties: { ab: text } },
    receiver: { type: 'object', properties: { ab: text }, propertyNames: { maxLength: 2 } },
    breaks: false,
    answer: 'included',
  },
  {
    name: 'an enum deep inside propertyNames',
    sender: { type: 'object', properties: { a: text, b: text } },
    receiver: { type: 'object', propertyNames: { allOf: [{ anyOf: [{ enum: ['a'] }] }] } },
    breaks: true,
    answer: 'not-included',
  },
  // biome-ignore-start lint/suspicious/noThenProperty: a keyword of JSON Schema.
  {
    name: 'the consequence of a condition tightens',
    sender: { type: 'object', properties: { a: text, b: text }, if: { required: ['a'] }, then: {} },
    receiver: { type: 'object', properties: { a: text, b: text }, if: { required: ['a'] }, then: { required: ['b'] } },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'the condition grows, so its consequence bites more',
    sender: { type: 'object', properties: { a: text, b: text }, if: { required: ['a', 'b'] }, then: { required: ['b'] } },
    receiver: { type: 'object', properties: { a: text, b: text }, if: { required: ['a'] }, then: { required: ['b'] } },
    breaks: true,
    answer: 'not-included',
  },
  // biome-ignore-end lint/suspicious/noThenProperty: a keyword of JSON Schema.
  {
    name: 'exclusiveMaximum lowered without a maximum beside it',
    sender: { type: 'number', exclusiveMaximum: 10 },
    receiver: { type: 'number', exclusiveMaximum: 9 },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'a bound dominated by another',
    sender: { type: 'integer', minimum: 5 },
    receiver: { type: 'integer', minimum: 1, exclusiveMinimum: 3 },
    breaks: false,
    answer: 'included',
  },
  {
    name: 'whole numbers above 4 are those from 5',
    sender: { type: 'integer', exclusiveMinimum: 4 },
    receiver: { type: 'integer', minimum: 5 },
    breaks: false,
    answer: 'included',
  },
  {
    name: 'of other numbers they are not',
    sender: { type: 'number', exclusiveMinimum: 4 },
    receiver: { type: 'number', minimum: 5 },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'inclusive turns exclusive at the same value',
    sender: { type: 'number', minimum: 5 },
    receiver: { type: 'number', exclusiveMinimum: 5 },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'oneOf gains a branch that overlaps an existing one',
    sender: { oneOf: [{ type: 'integer' }] },
    receiver: { oneOf: [{ type: 'integer' }, { type: 'number' }] },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'oneOf gains a branch of its own',
    sender: { oneOf: [whole, text] },
    receiver: { oneOf: [whole, text, { type: 'null' }] },
    breaks: false,
    answer: 'included',
  },
  {
    name: 'one branch of oneOf widens into another',
    sender: { oneOf: [{ type: 'integer' }, text] },
    receiver: { oneOf: [{ type: ['integer', 'string'] }, text] },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'anyOf turns into oneOf where branches overlap',
    sender: { anyOf: [{ type: 'integer' }, { type: 'number' }] },
    receiver: { oneOf: [{ type: 'integer' }, { type: 'number' }] },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'oneOf turns into anyOf',
    sender: { oneOf: [whole, text] },
    receiver: { anyOf: [whole, text] },
    breaks: false,
    answer: 'included',
  },
  {
    name: 'a removed branch that the others cover together',
    sender: { anyOf: [{ type: 'number' }] },
    receiver: {
      anyOf: [
        { type: 'number', minimum: 0 },
        { type: 'number', maximum: 0 },
      ],
    },
    breaks: false,
    answer: 'included',
  },
  {
    name: 'an unanchored pattern that matches everything',
    sender: text,
    receiver: { type: 'string', pattern: '[a-z]*' },
    breaks: false,
    answer: 'included',
  },
  {
    name: 'items behind no tuple, unevaluated',
    sender: { ...list, items: text },
    receiver: { ...list, items: text, unevaluatedItems: false },
    breaks: false,
    answer: 'included',
  },
  {
    name: 'an object where a text is required',
    sender: { type: 'object', properties: {} },
    receiver: text,
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'multiples of 0.3 are multiples of 0.1, to validators too since they count decimals exactly',
    sender: { type: 'number', multipleOf: 0.3 },
    receiver: { type: 'number', multipleOf: 0.1 },
    breaks: false,
    answer: 'included',
  },
  {
    name: 'multiples of 3 where 0.3 is asked for',
    sender: { type: 'integer', multipleOf: 3 },
    receiver: { type: 'number', multipleOf: 0.3 },
    breaks: false,
    answer: 'included',
  },
  {
    name: 'multiples of 6 are multiples of 3',
    sender: { type: 'integer', multipleOf: 6 },
    receiver: { type: 'integer', multipleOf: 3 },
    breaks: false,
    answer: 'included',
  },
  {
    name: 'the first multiple of 10 above 500',
    sender: { type: 'integer', multipleOf: 10, minimum: 3 },
    receiver: { type: 'integer', maximum: 509 },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'a list in which a type is recursive and its leaf widens',
    sender: { $ref: '#/types/Node' },
    senderTypes: node(text),
    receiver: { $ref: '#/types/Node' },
    receiverTypes: node({ type: ['string', 'null'] }),
    breaks: false,
    answer: 'included',
  },
  {
    name: 'a recursive type whose leaf narrows',
    sender: { $ref: '#/types/Node' },
    senderTypes: node({ type: ['string', 'null'] }),
    receiver: { $ref: '#/types/Node' },
    receiverTypes: node(text),
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'two types that refer to each other, a leaf narrows',
    sender: { $ref: '#/types/A' },
    senderTypes: tree({ type: 'number' }),
    receiver: { $ref: '#/types/A' },
    receiverTypes: tree(whole),
    breaks: true,
    answer: 'not-included',
  },
  { name: 'a schema that is only itself', sender: text, receiver: { $ref: '#/types/Root' }, breaks: true, answer: 'undecided' },
  {
    name: 'what "not" excludes grows',
    sender: { type: 'string', not: { const: 'a' } },
    receiver: { type: 'string', not: { enum: ['a', 'b'] } },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'what "not" excludes shrinks',
    sender: { type: 'string', not: { enum: ['a', 'b'] } },
    receiver: { type: 'string', not: { const: 'a' } },
    breaks: false,
    answer: 'included',
  },
  {
    name: 'a required property with a default is still required',
    sender: { type: 'object', properties: { a: text } },
    receiver: { type: 'object', required: ['a'], properties: { a: { type: 'string', default: 'x' } } },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'enum [true, false] is boolean',
    sender: { type: 'boolean' },
    receiver: { enum: [true, false] },
    breaks: false,
    answer: 'included',
  },
  { name: 'enum [null] is null', sender: { type: 'null' }, receiver: { enum: [null] }, breaks: false, answer: 'included' },
  { name: 'a constant that the list has', sender: { const: 'a' }, receiver: { enum: ['a', 'b'] }, breaks: false, answer: 'included' },
  {
    name: 'a constant that the list does not have',
    sender: { const: 'c' },
    receiver: { enum: ['a', 'b'] },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'integer is a number that is a multiple of 1',
    sender: { type: 'number', multipleOf: 1 },
    receiver: whole,
    breaks: false,
    answer: 'included',
  },
  {
    name: 'a key for the unanchored pattern x$ in a closed map',
    sender: { type: 'object', patternProperties: { x$: text }, additionalProperties: false },
    receiver: { type: 'object', patternProperties: { '^x$': text }, additionalProperties: false },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'a longer closed tuple for an open one',
    sender: { ...list, prefixItems: [text], items: false },
    receiver: { ...list, prefixItems: [text, whole] },
    breaks: false,
    answer: 'included',
  },
  {
    name: 'another item of a tuple whose tail is open',
    sender: { ...list, prefixItems: [text] },
    receiver: { ...list, prefixItems: [text, whole] },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'items that never come because the list is empty',
    sender: { ...list, maxItems: 0 },
    receiver: { ...list, items: text },
    breaks: false,
    answer: 'included',
  },
  {
    name: 'uniqueItems of a list of one',
    sender: { ...list, maxItems: 1 },
    receiver: { ...list, uniqueItems: true },
    breaks: false,
    answer: 'included',
  },
  {
    name: 'uniqueItems of a longer list',
    sender: { ...list, items: text },
    receiver: { ...list, items: text, uniqueItems: true },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'an old name that additionalProperties gave another type',
    sender: { type: 'object', properties: {}, additionalProperties: text },
    receiver: { type: 'object', properties: { n: whole } },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'an old name that a pattern gave another type',
    sender: { type: 'object', patternProperties: { '^n': text } },
    receiver: { type: 'object', properties: { n: whole } },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'dependentRequired appears',
    sender: { type: 'object', properties: { a: text, b: text } },
    receiver: { type: 'object', dependentRequired: { a: ['b'] } },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'dependentRequired of a property that never comes',
    sender: { type: 'object', properties: { b: text } },
    receiver: { type: 'object', dependentRequired: { a: ['b'] } },
    breaks: false,
    answer: 'included',
  },
  {
    name: 'minProperties above what is required',
    sender: { type: 'object', properties: { a: text, b: text }, required: ['a'] },
    receiver: { type: 'object', minProperties: 2 },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'minProperties that the required ones reach',
    sender: { type: 'object', properties: { a: text, b: text }, required: ['a', 'b'] },
    receiver: { type: 'object', minProperties: 2 },
    breaks: false,
    answer: 'included',
  },
  {
    name: 'length in code points, not in UTF-16 units',
    sender: { enum: ['😀😀'] },
    receiver: { type: 'string', maxLength: 2 },
    breaks: false,
    answer: 'included',
  },
  {
    name: 'a free object where the receiver demands a type of a property',
    sender: { type: 'object' },
    receiver: { type: 'object', properties: { a: text } },
    breaks: false,
    answer: 'undecided',
  },
  {
    name: 'a text where $ref has siblings that narrow',
    sender: { $ref: '#/types/Text' },
    senderTypes: { Text: text },
    receiver: { $ref: '#/types/Text', maxLength: 3 },
    receiverTypes: { Text: text },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'a reference written out',
    sender: { $ref: '#/types/Text' },
    senderTypes: { Text: text },
    receiver: text,
    breaks: false,
    answer: 'included',
  },
  {
    name: 'a schema that turns false',
    sender: { type: 'object', properties: { a: text } },
    receiver: { type: 'object', properties: { a: false } },
    breaks: true,
    answer: 'not-included',
  },
  // ajv looks at neither of these two names, so no message can show it.
  {
    name: 'a property of the name __proto__',
    sender: JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"}}}'),
    receiver: JSON.parse('{"type":"object","properties":{"__proto__":{"type":"integer"}}}'),
    breaks: true,
    answer: 'undecided',
  },
  {
    name: 'a property of the name constructor that becomes required',
    sender: { type: 'object', properties: { constructor: text } },
    receiver: { type: 'object', required: ['constructor'] },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'a branch of a tagged oneOf that is gone',
    sender: {
      oneOf: [
        { type: 'object', required: ['k'], properties: { k: { const: 'a' } } },
        { type: 'object', required: ['k'], properties: { k: { const: 'b' } } },
      ],
    },
    receiver: { oneOf: [{ type: 'object', required: ['k'], properties: { k: { const: 'a' } } }] },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'a branch of a tagged oneOf that is new',
    sender: { oneOf: [{ type: 'object', required: ['k'], properties: { k: { const: 'a' } } }] },
    receiver: {
      oneOf: [
        { type: 'object', required: ['k'], properties: { k: { const: 'a' } } },
        { type: 'object', required: ['k'], properties: { k: { const: 'b' } } },
      ],
    },
    breaks: false,
    answer: 'included',
  },
  {
    name: 'a closed object split over allOf',
    sender: { type: 'object', properties: { a: text, b: text } },
    receiver: { allOf: [{ type: 'object', properties: { a: text }, additionalProperties: false }, { properties: { b: text } }] },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'unevaluatedProperties where all are declared',
    sender: { type: 'object', properties: { a: text } },
    receiver: { type: 'object', properties: { a: text }, unevaluatedProperties: false },
    breaks: false,
    answer: 'included',
  },
  {
    name: 'a property that is required but no longer declared',
    sender: { type: 'object', properties: {}, required: ['a'] },
    receiver: { type: 'object', properties: { a: text }, required: ['a'] },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'a kind that an open list of kinds lets through',
    sender: { oneOf: [tagged('a'), tagged('c')], 'x-open': true },
    receiver: { oneOf: [tagged('a'), tagged('b')], 'x-open': true },
    breaks: false,
    answer: 'included',
  },
  {
    name: 'a listed kind of an open list that is narrower now',
    sender: { oneOf: [tagged('a', { n: { type: 'number' } }), tagged('b')], 'x-open': true },
    receiver: { oneOf: [tagged('a', { n: whole }), tagged('b')], 'x-open': true },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'a value that an open list lets through',
    sender: { enum: ['a', 'b'] },
    receiver: { enum: ['a'], 'x-open': true },
    breaks: false,
    answer: 'included',
  },
  {
    name: 'a value of another type than an open list',
    sender: { enum: ['a', 1] },
    receiver: { enum: ['a'], 'x-open': true },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'a free text for an open list of texts',
    sender: text,
    receiver: { enum: ['a'], 'x-open': true },
    breaks: false,
    answer: 'included',
  },
  {
    name: 'an open list under "not", which rejects more when it is open',
    sender: { type: 'string', not: { enum: ['a'], 'x-open': true } },
    receiver: { type: 'string', maxLength: 9, not: { enum: ['a'], 'x-open': true } },
    breaks: true,
    answer: 'not-included',
  },
  {
    name: 'an open list inside one of several tagged kinds',
    sender: { oneOf: [tagged('a', { why: { enum: ['x', 'y'], 'x-open': true } }), tagged('b')] },
    receiver: { oneOf: [tagged('a', { why: { enum: ['x'], 'x-open': true } }), tagged('b')] },
    breaks: false,
    answer: 'included',
  },
];

let replay: Replay;
beforeAll(async () => {
  replay = await createReplay({ strict: false });
});

describe('a trap that others fell into', () => {
  it.each(TRAPS)('$name: $answer', ({ sender, receiver, senderTypes, receiverTypes, breaks, answer }) => {
    const question = { sender: schemaOf(sender, senderTypes), receiver: schemaOf(receiver, receiverTypes), examples: [], strict: false };
    const decision = decidePayload(question, replay);
    if (breaks) expect(decision.answer).not.toBe('included');
    else expect(decision.answer).not.toBe('not-included');
    expect(decision.answer).toBe(answer);
  });
});

describe('a proof', () => {
  it.each([
    [
      { type: 'object', required: ['a', 'b'], properties: { a: text, b: whole, c: text } },
      { type: 'object', required: ['a', 'b', 'c'] },
      { a: '', b: 0 },
    ],
    [
      { ...list, items: { type: 'object', required: ['n'], properties: { n: { type: 'number' }, m: text } } },
      { ...list, items: { type: 'object', properties: { n: whole } } },
      [{ n: 0.5 }],
    ],
    [{ type: 'string', maxLength: 40 }, { type: 'string', maxLength: 20 }, 'a'.repeat(21)],
  ])('of %j against %j is the smallest message', (sender, receiver, message) => {
    const decision = decidePayload(
      { sender: schemaOf(sender as JsonValue), receiver: schemaOf(receiver as JsonValue), examples: [], strict: false },
      replay,
    );
    expect(decision).toMatchObject({ answer: 'not-included', witnesses: [{ message }] });
  });

  it('prefers what the contract gives as an example', () => {
    const [sender, receiver] = [schemaOf({ type: 'string', pattern: '^(?=x)x+y{3}z$' }), schemaOf({ type: 'string', maxLength: 3 })];
    expect(decidePayload({ sender, receiver, examples: ['xxyyyz'], strict: false }, replay)).toMatchObject({
      witnesses: [{ message: 'xxyyyz' }],
    });
    expect(decidePayload({ sender, receiver, examples: [], strict: false }, replay)).toMatchObject({ witnesses: [{ message: 'xyyyz' }] });
  });

  it('in strict mode may have properties that nobody declared', async () => {
    const [sender, receiver] = [schemaOf({ type: 'object', properties: {} }), schemaOf({ type: 'object', properties: { a: text } })];
    expect(decidePayload({ sender, receiver, examples: [], strict: false }, replay).answer).toBe('included');
    const strict = await createReplay({ strict: true });
    expect(decidePayload({ sender, receiver, examples: [], strict: true }, strict)).toMatchObject({
      answer: 'not-included',
      witnesses: [{ message: { a: 0 } }],
    });
  });
});

describe('a pattern that is careless', () => {
  it.each([
    [
      { type: 'string', maxLength: 10_000 },
      { type: 'string', pattern: '^(a+)+$x' },
    ],
    [
      { type: 'string', pattern: '^(a+)+$', maxLength: 500 },
      { type: 'string', pattern: '^(a|a)*b$' },
    ],
    [
      { type: 'object', additionalProperties: text },
      { type: 'object', patternProperties: { '^(a+)+$': whole }, properties: { [`${'a'.repeat(60)}b`]: text } },
    ],
    [{ type: 'string' }, { type: 'string', pattern: '^(?=(a+)+$)', maxLength: 10_000 }],
  ])('does not hold up the decision: %j → %j', (sender, receiver) => {
    const question = { sender: schemaOf(sender), receiver: schemaOf(receiver), examples: [`${'a'.repeat(60)}!`], strict: false };
    expect(decidePayload(question, replay).answer).not.toBe('included');
  });
});

describe('work', () => {
  it.each([
    ['types that use each other many times over', 12, 6],
    ['a long chain of alternatives', 3, 12],
  ])(
    'is bounded for %s',
    (_, width, depth) => {
      const types = (leaf: JsonValue) =>
        Object.fromEntries(
          Array.from({ length: depth }, (_level, level) => {
            const next: JsonValue = level === depth - 1 ? leaf : { $ref: `#/types/T${level + 1}` };
            const properties = Object.fromEntries(Array.from({ length: width }, (_name, index) => [`p${index}`, next]));
            return [
              `T${level}`,
              {
                anyOf: [
                  { type: 'object', properties },
                  { type: 'object', properties, required: ['p0'] },
                ],
              },
            ];
          }),
        );
      const question = {
        sender: schemaOf({ $ref: '#/types/T0' }, types(whole)),
        receiver: schemaOf({ $ref: '#/types/T0' }, types({ type: 'integer', minimum: 3, maximum: 4 })),
        examples: [],
        strict: false,
      };
      expect(decidePayload(question, replay).answer).not.toBe('included');
    },
    20_000,
  );
});
