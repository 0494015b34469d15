/**
 * Schemas that generators of types are known to get wrong, put through the whole of `gen`: what they become here, or why they are refused. Those that
 * are about one keyword stand in lower-schema.test.ts, and names that clash in names.test.ts.
 */
import { expect, test } from 'vitest';
import { loadProject } from '../../../src/contract/load.ts';
import { generateCode } from '../../../src/gen/generate.ts';
import type { JsonObject } from '../../../src/source/json.ts';
import { declarationOf } from '../../support/declared-keywords.ts';
import { compileStrictly } from '../../support/generated.ts';
import { loadSystem } from '../../support/load-system.ts';
import { memoryProject } from '../../support/memory-project.ts';

/** A contract with these types. */
function filesOf(types: JsonObject): Readonly<Record<string, string>> {
  const provides = { told: { pattern: 'notification', via: 'memory', message: { type: 'object' } } };
  return {
    'msgctl.yaml': 'msgctl: 1\nproject: traps\ngenerate: { out: out }\ntransports: { memory: { kind: memory } }\n',
    'contracts/shop.yaml': JSON.stringify({ msgctl: 1, service: 'shop', version: '1.0.0', provides, types }),
  };
}

const text = { type: 'string' };
const money = { type: 'object', required: ['amount'], properties: { amount: text } };
const tagged = (kind: string, property: string): JsonObject => ({
  title: kind.toUpperCase(),
  type: 'object',
  required: ['kind', property],
  properties: { kind: { const: kind }, [property]: text },
});

/** What is tried, the types of the contract, and what the first of them becomes, with the types that it refers to. */
const BECOMES: readonly (readonly [string, JsonObject, readonly string[]])[] = [
  [
    'a tag tells alternatives apart',
    { Pet: { oneOf: [{ $ref: '#/types/Cat' }, { $ref: '#/types/Dog' }] }, Cat: tagged('cat', 'purr'), Dog: tagged('dog', 'bark') },
    [
      'export type Pet = Cat | Dog;',
      '/** DOG */',
      'export interface Dog {',
      "  kind: 'dog';",
      '  bark: string;',
      '}',
      '',
      '/** CAT */',
      'export interface Cat {',
      "  kind: 'cat';",
      '  purr: string;',
      '}',
    ],
  ],
  [
    'a type extended by an object',
    { Price: { allOf: [{ $ref: '#/types/Money' }, { type: 'object', required: ['tax'], properties: { tax: text } }] }, Money: money },
    ['export type Price = {', '  tax: string;', '} & Money;', 'export interface Money {', '  amount: string;', '}'],
  ],
  [
    'a type that refers to itself',
    { Tree: { type: 'object', properties: { children: { type: 'array', items: { $ref: '#/types/Tree' } } } } },
    ['export interface Tree {', '  children?: Tree[];', '}'],
  ],
  [
    'types that refer to each other',
    {
      Hen: { type: 'object', properties: { egg: { $ref: '#/types/Egg' } } },
      Egg: { type: 'object', properties: { hen: { $ref: '#/types/Hen' } } },
    },
    ['export interface Hen {', '  egg?: Egg;', '}', 'export interface Egg {', '  hen?: Hen;', '}'],
  ],
  [
    'null beside a type, in every way to say it',
    {
      Order: {
        type: 'object',
        properties: {
          a: { type: ['string', 'null'] },
          b: { oneOf: [text, { type: 'null' }] },
          c: { anyOf: [{ $ref: '#/types/Money' }, { type: 'null' }] },
          d: { enum: ['x', null] },
        },
      },
      Money: money,
    },
    [
      'export interface Order {',
      '  a?: string | null;',
      '  b?: string | null;',
      '  c?: Money | null;',
      "  d?: 'x' | null;",
      '}',
      'export interface Money {',
      '  amount: string;',
      '}',
    ],
  ],
  [
    'formats and encodings, which keep the type of JSON',
    {
      Order: {
        type: 'object',
        properties: {
          at: { type: 'string', format: 'date-time' },
          size: { type: 'integer', format: 'int64' },
          raw: { type: 'string', contentEncoding: 'base64' },
          set: { type: 'string', readOnly: true },
        },
      },
    },
    [
      'export interface Order {',
      '  /** @format date-time */',
      '  at?: string;',
      '  /**',
      '   * @integer',
      '   * @format int64',
      '   */',
      '  size?: number;',
      '  /** @contentEncoding base64 */',
      '  raw?: string;',
      '  /** @readOnly */',
      '  set?: string;',
      '}',
    ],
  ],
  [
    'a description that would end its comment, and a deprecation, which comes after it',
    { Order: { type: 'object', properties: { a: { type: 'string', description: 'Ends */ here.', deprecated: true } } } },
    ['export interface Order {', '  /**', '   * Ends *\\/ here.', '   * @deprecated', '   */', '  a?: string;', '}'],
  ],
  [
    'bounds, patterns, defaults and examples',
    {
      Order: {
        type: 'object',
        properties: {
          a: { type: 'integer', minimum: 1, maximum: 9, multipleOf: 2, default: 2, examples: [4, 8] },
          b: { type: 'string', pattern: '^[a-z]+$', minLength: 1 },
        },
      },
    },
    [
      'export interface Order {',
      '  /**',
      '   * @integer',
      '   * @minimum 1',
      '   * @maximum 9',
      '   * @multipleOf 2',
      '   * @default 2',
      '   * @example 4',
      '   * @example 8',
      '   */',
      '  a?: number;',
      '  /**',
      '   * @pattern ^[a-z]+$',
      '   * @minLength 1',
      '   */',
      '  b?: string;',
      '}',
    ],
  ],
  [
    'a type with words of each place where it is used',
    {
      Order: {
        type: 'object',
        properties: {
          a: { $ref: '#/types/Money', description: 'Paid.' },
          b: { $ref: '#/types/Money', deprecated: true },
          c: { $ref: '#/types/Money', default: { amount: '1' } },
        },
      },
      Money: money,
    },
    [
      'export interface Order {',
      '  /** Paid. */',
      '  a?: Money;',
      '  /** @deprecated */',
      '  b?: Money;',
      '  /** @default {"amount":"1"} */',
      '  c?: Money;',
      '}',
      'export interface Money {',
      '  amount: string;',
      '}',
    ],
  ],
  [
    'titles, which name nothing and may be the same',
    {
      Order: { type: 'object', properties: { a: { $ref: '#/types/One' }, b: { $ref: '#/types/Two' } } },
      One: { title: 'Status', enum: ['a'] },
      Two: { title: 'Status', enum: ['b'] },
    },
    [
      'export interface Order {',
      '  a?: One;',
      '  b?: Two;',
      '}',
      '/** Status */',
      "export type Two = 'b';",
      '',
      '/** Status */',
      "export type One = 'a';",
    ],
  ],
  [
    'definitions inside of a type',
    {
      Order: {
        type: 'object',
        properties: { line: { $ref: '#/types/Order/$defs/Line' } },
        $defs: { Line: { type: 'object', properties: { isbn: text } } },
      },
    },
    ['export interface Order {', '  line?: OrderLine;', '}', 'export interface OrderLine {', '  isbn?: string;', '}'],
  ],
  [
    "names of TypeScript's own types",
    {
      Order: { type: 'object', properties: { a: { $ref: '#/types/String' }, b: { $ref: '#/types/Promise' }, c: { $ref: '#/types/Date' } } },
      String: text,
      Promise: money,
      Date: text,
    },
    [
      'export interface Order {',
      '  a?: StringType;',
      '  b?: PromiseType;',
      '  c?: DateType;',
      '}',
      'export type DateType = string;',
      'export interface PromiseType {',
      '  amount: string;',
      '}',
      'export type StringType = string;',
    ],
  ],
  [
    'unevaluatedProperties: false beside a type that it knows',
    {
      Price: { type: 'object', allOf: [{ $ref: '#/types/Money' }], properties: { tax: text }, unevaluatedProperties: false },
      Money: money,
    },
    [
      '/** No other properties are allowed. */',
      'export type Price = {',
      '  tax?: string;',
      '} & Money;',
      'export interface Money {',
      '  amount: string;',
      '}',
    ],
  ],
  [
    'conditions, which no type can say',
    {
      Order: {
        type: 'object',
        properties: { a: text },
        if: { required: ['a'] },
        not: { minProperties: 9 },
        propertyNames: { maxLength: 3 },
      },
    },
    [
      '/** Not in the type, but checked by its validator: `not`, `if`, `propertyNames`. */',
      'export interface Order {',
      '  a?: string;',
      '}',
    ],
  ],
  [
    'a list of few items, which is no union of all its lengths',
    { List: { type: 'array', items: text, minItems: 1, maxItems: 3 } },
    ['/**', ' * @minItems 1', ' * @maxItems 3', ' */', 'export type List = string[];'],
  ],
];

/** What is tried, the schema, and what is said of it. */
const REFUSED: readonly (readonly [string, JsonObject, readonly string[]])[] = [
  [
    'discriminator of OpenAPI',
    { oneOf: [{ type: 'object' }], discriminator: { propertyName: 'kind', mapping: { cat: '#/types/Cat' } } },
    [
      'unknown-keyword: "discriminator" is not a keyword of payload schemas. Give each member of "oneOf" a required property with a "const" of its own.',
    ],
  ],
  [
    'nullable of OpenAPI',
    { type: 'string', nullable: true },
    [`unknown-keyword: "nullable" is not a keyword of payload schemas. Use a list of types: type: [string, 'null'].`],
  ],
  [
    'a tuple of draft-07',
    { type: 'array', items: [text, { type: 'number' }] },
    [
      'wrong-type: "items" must be a mapping, or true or false, and is a list. Use "prefixItems" for the first items, one by one, and "items" for the others.',
    ],
  ],
  [
    'definitions beside $defs',
    { definitions: { A: text }, $defs: { B: text } },
    ['unknown-keyword: "definitions" is not a keyword of payload schemas. Move the types to "types" of the file.'],
  ],
  [
    'a reference to an anchor',
    { properties: { a: { $ref: '#here' } }, $defs: { A: { $anchor: 'here', type: 'string' } } },
    [
      `malformed-reference: "#here" is not a reference. Write '#/types/Name' for a type of this file, './common.types.yaml#/types/Name' for one of another file.`,
      `unknown-keyword: "$anchor" is not a keyword of payload schemas. Leave it out, and refer by pointer: '#/types/Name'.`,
    ],
  ],
  [
    '$dynamicRef',
    { $dynamicAnchor: 'node', properties: { a: { $dynamicRef: '#node' } } },
    [
      `unknown-keyword: "$dynamicAnchor" is not a keyword of payload schemas. Leave it out, and refer by pointer: '#/types/Name'.`,
      `unknown-keyword: "$dynamicRef" is not a keyword of payload schemas. Use $ref: '#/types/Name'.`,
    ],
  ],
  [
    'tsEnumNames',
    { enum: [1, 2], tsEnumNames: ['One', 'Two'] },
    [
      'unknown-keyword: "tsEnumNames" is not a keyword of payload schemas. Use one of $ref, $comment, title, description, type, format, const, enum, oneOf, anyOf, allOf, not, … (56 in all). Keys of your own begin with "x-".',
    ],
  ],
  ['tsType', { type: 'string', tsType: 'Date' }, ['unknown-keyword: "tsType" is not a keyword of payload schemas. Did you mean "type"?']],
  [
    'a misspelt type',
    { type: 'strnig' },
    ['unknown-value: "type" cannot be "strnig". Did you mean "string"? Use string, number, integer, boolean, object, array or null.'],
  ],
  [
    'a reference that leads nowhere',
    { $ref: '#/types/Missing' },
    ['unknown-type: contracts/shop.yaml has no "#/types/Missing". Use #/types/Trap.'],
  ],
];

async function refusals(types: JsonObject): Promise<readonly string[]> {
  const { diagnostics } = await loadProject(memoryProject(filesOf(types)), { projectFile: 'msgctl.yaml' });
  return diagnostics.filter(({ severity }) => severity === 'error').map(({ id, message, advice }) => `${id}: ${message} ${advice}`);
}

test.each(BECOMES)('%s', async (_, types, expected) => {
  const files = await generateCode(await loadSystem(filesOf(types)));
  const module = files.find(({ path }) => path === 'out/types/shop.ts')?.text ?? '';
  expect(
    declarationOf(module, Object.keys(types)[0] ?? '')
      .trim()
      .split('\n'),
  ).toEqual(expected);
  expect(compileStrictly(files)).toBe('');
});

test.each(REFUSED)('%s is refused', async (_, trap, expected) => {
  expect(await refusals({ Trap: trap })).toEqual(expected);
});

test('a dotted name, of which others take a part, is no name of a type', async () => {
  expect(await refusals({ 'order.created.v1': text })).toEqual([
    'malformed-name: "order.created.v1" is not a name of a type in PascalCase. Write "OrderCreatedV1".',
  ]);
});
