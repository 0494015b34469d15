import { describe, expect, test } from 'vitest';
import { checkReferences } from '../../../src/payload/check-references.ts';
import { schemaRoots } from '../../../src/payload/schema-places.ts';
import { documentsOf } from '../../support/documents.ts';

function findings(types: string): readonly string[] {
  const documents = documentsOf({ 'f.yaml': `types:\n${types}` });
  return checkReferences(documents, [...documents.values()].flatMap(schemaRoots)).map(({ id, message }) => `${id} ${message}`);
}

test.each([
  ['a list of itself', "  A: { type: array, items: { $ref: '#/types/A' } }"],
  ['a property of its own type', "  A: { properties: { a: { $ref: '#/types/A' } } }"],
  ['two types that contain each other', "  A: { properties: { b: { $ref: '#/types/B' } } }\n  B: { items: { $ref: '#/types/A' } }"],
  ['the same type twice', "  A: { allOf: [{ $ref: '#/types/B' }, { $ref: '#/types/B' }] }\n  B: { type: object }"],
  [
    'a diamond',
    "  A: { anyOf: [{ $ref: '#/types/B' }, { $ref: '#/types/C' }] }\n  B: { $ref: '#/types/D' }\n  C: { $ref: '#/types/D' }\n  D: { type: object }",
  ],
])('%s is fine', (_, types) => {
  expect(findings(types)).toEqual([]);
});

test.each([
  ['itself', "  A: { $ref: '#/types/A' }", '#/types/A → #/types/A'],
  ['itself through alternatives', "  A: { anyOf: [{ type: string }, { not: { $ref: '#/types/A' } }] }", '#/types/A → #/types/A'],
  [
    'a circle of three',
    "  C: { $ref: '#/types/A' }\n  A: { if: { $ref: '#/types/B' } }\n  B: { $ref: '#/types/C' }",
    '#/types/A → #/types/B → #/types/C → #/types/A',
  ],
  [
    'a property that is itself',
    "  A: { properties: { x: { $ref: '#/types/A/properties/x' } } }",
    '#/types/A/properties/x → #/types/A/properties/x',
  ],
])('%s is told once, from the first name on', (_, types, way) => {
  expect(findings(types)).toEqual([`endless-reference A reference leads back to itself: ${way}.`]);
});

test.each(['allOf', 'anyOf', 'oneOf'])('itself through %s is told', (keyword) => {
  expect(findings(`  A: { ${keyword}: [{ $ref: '#/types/A' }] }`)).toEqual([told]);
});

test.each(['not', 'if', 'then', 'else'])('itself through %s is told', (keyword) => {
  expect(findings(`  A: { ${keyword}: { $ref: '#/types/A' } }`)).toEqual([told]);
});

test('itself through dependentSchemas is told', () => {
  expect(findings("  A: { dependentSchemas: { a: { $ref: '#/types/A' } } }")).toEqual([told]);
});

test.each(['items', 'contains', 'additionalProperties', 'unevaluatedProperties', 'unevaluatedItems', 'propertyNames', 'contentSchema'])(
  'itself through %s comes to an end with the message',
  (keyword) => {
    expect(findings(`  A: { ${keyword}: { $ref: '#/types/A' } }`)).toEqual([]);
  },
);

test('itself through a definition inside it, and through another file, is told where the circle begins', () => {
  expect(findings("  A: { $ref: '#/types/A/$defs/b', $defs: { b: { $ref: '#/types/A' } } }")).toEqual([
    'endless-reference A reference leads back to itself: #/types/A → #/types/A/$defs/b → #/types/A.',
  ]);
  const documents = documentsOf({
    'a.yaml': "types:\n  A: { allOf: [{ $ref: './b.yaml#/types/B' }] }\n",
    'b.yaml': "types:\n  B: { $ref: './a.yaml#/types/A' }\n",
  });
  const [finding] = checkReferences(documents, [...documents.values()].flatMap(schemaRoots));
  expect(finding).toMatchObject({ id: 'endless-reference', at: { file: 'a.yaml', start: { line: 2 } } });
  expect(finding?.message).toContain('a.yaml#/types/A → b.yaml#/types/B → a.yaml#/types/A');
});

const told = 'endless-reference A reference leads back to itself: #/types/A → #/types/A.';

describe('types that lie in one another', () => {
  const nested = (from: number, to: number, last: string) =>
    [...Array.from({ length: to - from }, (_, at) => chained(from + at)), `  T${to}: ${last}`].join('\n');
  const chained = (at: number) => `  T${at}: { type: object, properties: { next: { $ref: '#/types/T${at + 1}' } } }`;
  const told = ['reference-chain-too-long From here types lie 101 levels deep in one another; 100 are allowed.'];

  test.each([
    ['a hundred levels', nested(0, 100, '{ type: object }'), []],
    ['a hundred and one', nested(0, 101, '{ type: object }'), told],
    ['a ring of a hundred', nested(0, 99, "{ items: { $ref: '#/types/T0' } }"), []],
    ['a ring of ten thousand', nested(0, 10_000, "{ items: { $ref: '#/types/T0' } }"), told],
    [
      'ten thousand that stand for one another',
      Array.from({ length: 10_000 }, (_, at) => `  T${at}: { $ref: '#/types/T${at + 1}' }`)
        .concat('  T10000: {}')
        .join('\n'),
      told,
    ],
  ])('%s, without running out of stack', (_, types, expected) => {
    expect(findings(types)).toEqual(expected);
  });
});
