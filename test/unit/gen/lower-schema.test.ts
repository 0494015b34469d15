import { describe, expect, test } from 'vitest';
import { compileTypes } from '../../../src/gen/types/compile-types.ts';
import { lowerSchema } from '../../../src/gen/types/lower-schema.ts';
import { NOTHING_AROUND, type Scope } from '../../../src/gen/types/scope.ts';
import type { JsonValue } from '../../../src/source/json.ts';

const scope: Scope = {
  nameOf: (reference) => reference.split('/').at(-1) ?? '',
  unlisted: () => 'Unlisted',
  discriminatorOf: () => undefined,
  around: NOTHING_AROUND,
};

async function declare(schema: JsonValue, overrides: Partial<Scope> = {}): Promise<string> {
  const [lines] = await compileTypes([{ name: 'X', type: lowerSchema(schema, { ...scope, ...overrides }) }]);
  return (lines ?? []).join('\n');
}

const text = { type: 'string' };
const number = { type: 'number' };

describe('objects', () => {
  const cases: readonly [string, JsonValue, string][] = [
    [
      'optional and required properties',
      { type: 'object', required: ['a'], properties: { a: text, b: number } },
      'export interface X {\n  a: string;\n  b?: number;\n}',
    ],
    ['no additionalProperties: no index signature', { type: 'object', properties: { a: text } }, 'export interface X {\n  a?: string;\n}'],
    [
      'additionalProperties: true',
      { type: 'object', properties: { a: text }, additionalProperties: true },
      'export interface X {\n  a?: string;\n  [k: string]: unknown;\n}',
    ],
    [
      'additionalProperties with a schema, wide enough for the declared ones',
      { type: 'object', properties: { a: text }, additionalProperties: number },
      'export interface X {\n  a?: string;\n  [k: string]: number | string | undefined;\n}',
    ],
    [
      'additionalProperties: false stands in the comment',
      { type: 'object', required: ['a'], properties: { a: text }, additionalProperties: false },
      '/** No other properties are allowed. */\nexport interface X {\n  a: string;\n}',
    ],
    [
      'unevaluatedProperties: false is as closed',
      { type: 'object', properties: { a: text }, unevaluatedProperties: false },
      '/** No other properties are allowed. */\nexport interface X {\n  a?: string;\n}',
    ],
    ['any object', { type: 'object' }, 'export interface X {\n  [k: string]: unknown;\n}'],
    [
      'the empty object',
      { type: 'object', additionalProperties: false },
      '/** No other properties are allowed. */\nexport interface X {\n  [k: string]: never;\n}',
    ],
    [
      'patternProperties as an index signature, patterns in the comment',
      { type: 'object', patternProperties: { '^a': text, '*/': number } },
      '/** Properties by pattern: ^a, *\\/ */\nexport interface X {\n  [k: string]: string | number;\n}',
    ],
    ['properties without type', { properties: { a: text } }, 'export interface X {\n  a?: string;\n}'],
    ['a property that must not be there', { type: 'object', properties: { a: false } }, 'export interface X {\n  a?: never;\n}'],
    ['required without a declaration', { type: 'object', required: ['a'] }, 'export interface X {\n  a: unknown;\n}'],
    [
      'keys that are no names',
      { type: 'object', properties: { 'a-b': text, '': text, '1': text, $ref: text, k0$: text, "it's": text } },
      "export interface X {\n  '1'?: string;\n  'a-b'?: string;\n  ''?: string;\n  '$ref'?: string;\n  'k0$'?: string;\n  'it\\'s'?: string;\n}",
    ],
  ];
  test.each(cases)('%s', async (_, schema, expected) => {
    expect(await declare(schema)).toBe(expected);
  });
});

describe('composition', () => {
  const cases: readonly [string, JsonValue, string][] = [
    [
      'a union of named types',
      { oneOf: [{ $ref: '#/types/A' }, { $ref: '#/types/B' }] },
      '/** Fits exactly one of the alternatives. */\nexport type X = A | B;',
    ],
    ['a named type or null', { oneOf: [{ $ref: '#/types/A' }, { type: 'null' }] }, 'export type X = A | null;'],
    ['a reference', { $ref: '#/types/A' }, 'export type X = A;'],
    [
      'a reference with words of its own keeps the type and the words',
      { type: 'object', properties: { a: { $ref: '#/types/A', description: 'The first.', deprecated: true } } },
      'export interface X {\n  /**\n   * The first.\n   * @deprecated\n   */\n  a?: A;\n}',
    ],
    [
      'allOf that only requires',
      { type: 'object', properties: { a: text, b: text }, allOf: [{ required: ['a'] }] },
      'export interface X {\n  a: string;\n  b?: string;\n}',
    ],
    [
      'allOf that adds properties',
      {
        allOf: [
          { type: 'object', properties: { a: text } },
          { properties: { b: number }, required: ['b'] },
        ],
      },
      'export interface X {\n  a?: string;\n  b: number;\n}',
    ],
    [
      'allOf that extends a named type and requires one of its properties',
      { allOf: [{ $ref: '#/types/A' }, { required: ['a'], properties: { b: text } }] },
      'export type X = {\n  b?: string;\n  a: {} | null;\n} & A;',
    ],
    [
      'anyOf that only requires, beside properties',
      { type: 'object', properties: { a: text, b: { type: 'object', properties: {} } }, anyOf: [{ required: ['a'] }, { required: ['b'] }] },
      'export type X = {\n  a?: string;\n  b?: {\n    [k: string]: unknown;\n  };\n} & ({\n  a: string;\n} | {\n  b: {} | null;\n});',
    ],
    [
      'branches take over what is required around them',
      {
        type: 'object',
        required: ['kind'],
        properties: { kind: text },
        anyOf: [{ properties: { kind: { const: 'a' } } }, { properties: { kind: { const: 'b' } } }],
      },
      "export type X = {\n  kind: string;\n} & ({\n  kind: 'a';\n} | {\n  kind: 'b';\n});",
    ],
    [
      'a property said twice',
      { allOf: [{ properties: { a: text } }, { properties: { a: { minLength: 1 } } }] },
      'export interface X {\n  /** @minLength 1 */\n  a?: string;\n}',
    ],
    [
      'branches that a type cannot tell apart',
      { type: 'string', anyOf: [{ minLength: 3 }, { pattern: '^x' }] },
      '/**\n * Alternative 1: minLength 3\n * Alternative 2: pattern ^x\n */\nexport type X = string;',
    ],
    [
      'if, not and the like are named',
      { type: 'object', properties: { a: text }, if: {}, not: {}, dependentRequired: {} },
      '/** Not in the type, but checked by its validator: `not`, `if`, `dependentRequired`. */\nexport interface X {\n  a?: string;\n}',
    ],
  ];
  test.each(cases)('%s', async (_, schema, expected) => {
    expect(await declare(schema)).toBe(expected);
  });

  test('an open discriminated oneOf lets a receiver meet other tags', async () => {
    const declared = await declare({ oneOf: [{ $ref: '#/types/A' }], 'x-open': true }, { discriminatorOf: () => 'kind' });
    expect(declared).toContain('export type X = A | {\n  kind: Unlisted;\n  [k: string]: unknown;\n};');
  });
});

describe('values', () => {
  const cases: readonly [string, JsonValue, string][] = [
    ['const', { const: 'a' }, "export type X = 'a';"],
    ['const null', { const: null }, 'export type X = null;'],
    ['enum of mixed values', { enum: ['a', 1, true, null, { b: [1] }, []] }, "export type X = 'a' | 1 | true | null | { b: [1] } | [];"],
    ['enum narrowed by type', { type: 'string', enum: ['a', null, 1] }, "export type X = 'a';"],
    ['enum of nothing that fits', { type: 'boolean', enum: ['a'] }, 'export type X = never;'],
    ['an open enum', { enum: ['a'], 'x-open': true }, "/** Open: later versions may add to this list. */\nexport type X = 'a' | Unlisted;"],
    ['several types', { type: ['string', 'null'] }, 'export type X = string | null;'],
    ['integer and number are one', { type: ['integer', 'number'] }, '/** @integer */\nexport type X = number;'],
    ['anything', {}, 'export type X = unknown;'],
    ['true', true, 'export type X = unknown;'],
    ['nothing', false, 'export type X = never;'],
    [
      'bounds and formats',
      { type: 'string', description: 'When.', format: 'date', minLength: 1, default: '2026-01-01' },
      '/**\n * When.\n * @format date\n * @minLength 1\n * @default "2026-01-01"\n */\nexport type X = string;',
    ],
    [
      'a deprecation with its details',
      { type: 'string', 'x-deprecated': { since: '1.3.0', remove: '2.0.0', instead: 'b' } },
      '/** @deprecated since 1.3.0, to be removed in 2.0.0, use b instead */\nexport type X = string;',
    ],
  ];
  test.each(cases)('%s', async (_, schema, expected) => {
    expect(await declare(schema)).toBe(expected);
  });
});

describe('arrays', () => {
  const cases: readonly [string, JsonValue, string][] = [
    ['items', { type: 'array', items: text }, 'export type X = string[];'],
    ['items of several types', { type: 'array', items: { type: ['string', 'null'] } }, 'export type X = (string | null)[];'],
    ['anything', { type: 'array' }, 'export type X = unknown[];'],
    [
      'bounds stay in the comment',
      { type: 'array', items: text, minItems: 1, maxItems: 500 },
      '/**\n * @minItems 1\n * @maxItems 500\n */\nexport type X = string[];',
    ],
    [
      'what is said of items',
      { type: 'array', items: { type: 'string', pattern: '^a' } },
      '/** Items: pattern ^a */\nexport type X = string[];',
    ],
    [
      'a tuple',
      { type: 'array', prefixItems: [text, number], items: false, minItems: 2 },
      '/** @minItems 2 */\nexport type X = [string, number];',
    ],
    ['a tuple whose end may be missing', { prefixItems: [text, {}], items: false }, 'export type X = [(string)?, (unknown)?];'],
    [
      'a tuple and more',
      { prefixItems: [text], items: number, minItems: 1 },
      '/** @minItems 1 */\nexport type X = [string, ...(number)[]];',
    ],
    ['a tuple within an array', { type: 'array', items: { prefixItems: [text], items: false } }, 'export type X = [(string)?][];'],
  ];
  test.each(cases)('%s', async (_, schema, expected) => {
    expect(await declare(schema)).toBe(expected);
  });
});

describe('compileTypes', () => {
  test('keeps the order and the names it is given, whatever the library makes of such names', async () => {
    const names = ['order', 'Order1', 'Order_1', 'ORDER', 'V1a'];
    const declarations = await compileTypes(
      names.map((name) => ({ name, type: lowerSchema({ type: 'object', properties: { a: text } }, scope) })),
    );
    expect(declarations.map((lines) => lines[0])).toEqual(names.map((name) => `export interface ${name} {`));
  });

  test('gives equal types a declaration each', async () => {
    const same = { type: 'string', enum: ['a', 'b'] };
    const declarations = await compileTypes(['A', 'B'].map((name) => ({ name, type: lowerSchema(same, scope) })));
    expect(declarations).toEqual([["export type A = 'a' | 'b';"], ["export type B = 'a' | 'b';"]]);
  });

  test('makes nothing of nothing', async () => {
    expect(await compileTypes([])).toEqual([]);
  });
});
