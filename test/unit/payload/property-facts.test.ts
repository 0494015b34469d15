import { describe, expect, test } from 'vitest';
import { isAlwaysThere, typesAt } from '../../../src/payload/property-facts.ts';
import { parseYaml } from '../../../src/source/yaml-tree.ts';

const tree = parseYaml(
  'a.yaml',
  `
types:
  Plain: { type: object, required: [a], properties: { a: { type: object, required: [b], properties: { b: { type: string } } }, c: {} } }
  Loose: { type: object, required: [a], properties: { a: { type: object, properties: { b: { type: string } } } } }
  Referred: { $ref: '#/types/Plain' }
  All: { allOf: [{ $ref: '#/types/Loose' }, { required: [c] }] }
  Every: { oneOf: [{ $ref: '#/types/Plain' }, { $ref: '#/types/Loose' }] }
  Some: { anyOf: [{ $ref: '#/types/Plain' }, { type: object }] }
  Circle: { allOf: [{ $ref: '#/types/Circle' }] }
  Split: { required: [a], allOf: [{ properties: { a: { required: [b] } } }] }
  Text: { type: string }
  Nullable: { oneOf: [{ type: string }, { type: 'null' }] }
  Listed: { enum: [a, 1, 1.5, null, true] }
  Constant: { const: {} }
  Open: { anyOf: [{ type: string }, {}] }
  Whole: { type: [number, 'null'], allOf: [{ type: integer }] }
`,
);
const documents = new Map([['a.yaml', tree]]);
const at = (name: string) => ({ file: 'a.yaml', pointer: `/types/${name}` });

describe('isAlwaysThere', () => {
  test.each([
    ['Plain', '/a', true],
    ['Plain', '/a/b', true],
    ['Plain', '/c', false],
    ['Plain', '', true],
    ['Loose', '/a/b', false],
    ['Referred', '/a/b', true],
    ['All', '/c', true],
    ['All', '/a/b', false],
    ['Every', '/a', true],
    ['Every', '/a/b', false],
    ['Some', '/a', false],
    ['Circle', '/a', false],
    ['Split', '/a/b', true],
  ])('%s %s: %s', (name, pointer, there) => {
    expect(isAlwaysThere(documents, at(name), pointer)).toBe(there);
  });
});

describe('typesAt', () => {
  test.each([
    ['Text', ['string']],
    ['Referred', ['object']],
    ['Nullable', ['null', 'string']],
    ['Listed', ['boolean', 'integer', 'null', 'number', 'string']],
    ['Constant', ['object']],
    ['Open', undefined],
    ['Whole', ['integer']],
    ['Circle', undefined],
    ['Nothing', undefined],
  ])('%s: %j', (name, types) => {
    const found = typesAt(documents, at(name));
    expect(found && [...found].sort()).toEqual(types);
  });
});
