import { fullFormats } from 'ajv-formats/dist/formats.js';
import { describe, expect, test } from 'vitest';
import shape from '../../../schema/contract.json' with { type: 'json' };
import { FORMATS, KEYWORDS } from '../../../src/payload/keywords.ts';
import { subschemasOf } from '../../../src/payload/subschemas.ts';

const { schema, format } = shape.$defs;

describe('the keywords of payload schemas', () => {
  test('are those of the published schema', () => {
    expect([...KEYWORDS.keys()].sort()).toEqual(Object.keys(schema.properties).sort());
  });

  test.each(Object.entries(schema.properties))('%s holds what the published schema says', (keyword, published) => {
    const refs: Readonly<Record<string, string>> = {
      '#/$defs/schema': 'schema',
      '#/$defs/schema-list': 'schemas',
      '#/$defs/schemas-by-name': 'named-schemas',
    };
    const ref = typeof published === 'object' && '$ref' in published ? published.$ref : '';
    expect(KEYWORDS.get(keyword)).toBe(refs[ref] ?? 'nothing');
  });

  test('have the formats that ajv-formats asserts in full mode', () => {
    expect([...FORMATS].sort()).toEqual(Object.keys(fullFormats).sort());
    expect([...format.enum].sort()).toEqual([...FORMATS].sort());
  });
});

test('subschemasOf finds every schema inside, and no value that only looks like one', () => {
  const found = subschemasOf({
    properties: { properties: { type: 'string' }, 'a/b': true },
    allOf: [{ type: 'object' }, false],
    items: { type: 'number' },
    enum: [{ type: 'string' }],
    const: { items: {} },
    default: { properties: {} },
    'x-anything': { items: {} },
  });
  expect(found.map(({ pointer }) => pointer)).toEqual(['/properties/properties', '/properties/a~1b', '/allOf/0', '/allOf/1', '/items']);
});
