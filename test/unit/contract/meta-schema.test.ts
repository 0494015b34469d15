/** The keywords of payload schemas are those of JSON Schema 2020-12, in the forms that its own meta-schema has. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkShape } from '../../../src/contract/check-shape.ts';
import { KEYWORDS } from '../../../src/payload/keywords.ts';
import type { JsonValue } from '../../../src/source/json.ts';
import { parseYaml } from '../../../src/source/yaml-tree.ts';
import { PATIENCE, runs } from '../../support/size.ts';

const root = join(import.meta.dirname, '../../..');
const official = join(root, 'node_modules/ajv/dist/refs/json-schema-2020-12/meta');

/** What JSON Schema 2020-12 has and payload schemas do not, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  $id: 'schemas are found by file and pointer',
  $schema: 'payloads are 2020-12 throughout',
  $anchor: 'references are pointers',
  $dynamicRef: 'what it leads to depends on who asks',
  $dynamicAnchor: 'what leads to it depends on who asks',
  $vocabulary: 'the keywords are those of 2020-12',
};

const vocabularies = readdirSync(official).map((file) => JSON.parse(readFileSync(join(official, file), 'utf8')) as Vocabulary);
type Vocabulary = { readonly properties: Readonly<Record<string, JsonValue>> };
const standard = new Set(vocabularies.flatMap(({ properties }) => Object.keys(properties)));

test('every keyword of 2020-12 is allowed, or left out for a reason', () => {
  expect([...standard].filter((keyword) => !KEYWORDS.has(keyword)).sort()).toEqual(Object.keys(LEFT_OUT).sort());
});

test('every other keyword is an extension', () => {
  expect([...KEYWORDS.keys()].filter((keyword) => !standard.has(keyword) && !keyword.startsWith('x-'))).toEqual([]);
});

const ajv = new Ajv2020({ strict: false, logger: false });
const metaAccepts = (schema: JsonValue) => ajv.validateSchema(schema as object | boolean) === true;
const accepts = (schema: JsonValue) =>
  checkShape(parseYaml('a.types.yaml', JSON.stringify({ types: { Root: schema } })), 'types').length === 0;

// Names that are extensions where they stand for keywords, and names of properties elsewhere.
const VALUES: readonly JsonValue[] = [
  ...[null, true, false, 0, 1, 2.5, -1, 2.0, '', 'a', 'string', 'date', '^a', '#/types/A', [], {}],
  ...[['a'], ['a', 'a'], ['string', 'null'], [1], [true], [{}], [{ type: 'string' }], [{ type: 'text' }], [[]]],
  ...[
    { 'x-a': true },
    { 'x-a': {} },
    { 'x-a': { type: 'integer' } },
    { 'x-a': ['b'] },
    { 'x-a': ['b', 'b'] },
    { 'x-a': 1 },
    { 'x-a': { minLength: -1 } },
  ],
];
const keyword = fc.constantFrom(...[...KEYWORDS.keys()].filter((name) => !name.startsWith('x-')));
const anyDocument = fc.oneof(fc.boolean(), fc.dictionary(keyword, fc.constantFrom(...VALUES), { maxKeys: 3 })) as fc.Arbitrary<JsonValue>;

/** What payload schemas refuse although JSON Schema would let it pass. */
function isRefusedOnPurpose(schema: JsonValue): boolean {
  const text = JSON.stringify(schema);
  // An unknown format, an empty enum (nothing could match), an expression that is none.
  return /"format":"(?!date")/.test(text) || /"enum":\[\]/.test(text);
}

describe('a random document', () => {
  test(
    'that is accepted as a payload schema is one to the official meta-schema, and the other way round',
    () => {
      const seen = { both: 0, neither: 0 };
      fc.assert(
        fc.property(anyDocument, (schema) => {
          const [ours, theirs] = [accepts(schema), metaAccepts(schema)];
          if (ours) expect([schema, theirs]).toEqual([schema, true]);
          if (theirs && !isRefusedOnPurpose(schema)) expect([schema, ours]).toEqual([schema, true]);
          seen[ours ? 'both' : 'neither'] += 1;
        }),
        { seed: 20261125, numRuns: runs(2_000, 50_000) },
      );
      expect(seen.both).toBeGreaterThan(200);
      expect(seen.neither).toBeGreaterThan(200);
    },
    PATIENCE,
  );

  test.each([...standard].filter((name) => KEYWORDS.has(name)))('%s has the same forms', (name) => {
    const differing = VALUES.filter((value) => accepts({ [name]: value }) !== metaAccepts({ [name]: value }));
    expect(differing.filter((value) => !isRefusedOnPurpose({ [name]: value }))).toEqual([]);
  });
});
