import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { loadSchemaCompiler, type SchemaCompiler } from '../../../src/payload/ajv.ts';
import { bundleSchema } from '../../../src/payload/bundle.ts';
import { fits } from '../../../src/payload/fits.ts';
import { partAt } from '../../../src/payload/schema-part.ts';
import type { JsonValue } from '../../../src/source/json.ts';
import { documentsOf } from '../../support/documents.ts';
import { anySchema, anyTypes, MESSAGES } from '../../support/random-schemas.ts';
import { PATIENCE, runs } from '../../support/size.ts';

let compile: SchemaCompiler;
beforeAll(async () => {
  compile = await loadSchemaCompiler();
});

const location = { file: 'a.yaml', pointer: '/types/Root' };

test(
  'what is said of a message is what ajv says of it, for random schemas',
  () => {
    const told = { yes: 0, no: 0, open: 0 };
    fc.assert(
      fc.property(anySchema, anyTypes, (schema, types) => {
        const documents = documentsOf({ 'a.yaml': JSON.stringify({ types: { ...types, Root: schema } }) });
        const validate = compile(bundleSchema(documents, location));
        for (const message of MESSAGES) {
          const said = fits(documents, partAt(documents, location), message);
          told[said === undefined ? 'open' : said ? 'yes' : 'no'] += 1;
          if (said !== undefined) expect([message, said]).toEqual([message, validate(message)]);
        }
      }),
      { seed: 20261125, numRuns: runs(200, 5_000) },
    );
    expect(told.yes).toBeGreaterThan(told.open);
    expect(told.no).toBeGreaterThan(told.open);
  },
  PATIENCE,
);

test.each<[string, JsonValue, Readonly<Record<string, JsonValue>>]>([
  ['a type that is itself', { $ref: '#/types/A' }, { A: { $ref: '#/types/A' } }],
  ['a type that is one of twice itself', { $ref: '#/types/A' }, { A: { anyOf: [{ $ref: '#/types/A' }, { $ref: '#/types/A' }] } }],
])('%s comes to an end, and nothing is said', (_, schema, types) => {
  const documents = documentsOf({ 'a.yaml': JSON.stringify({ types: { ...types, Root: schema } }) });
  expect(fits(documents, partAt(documents, location), 1)).toBeUndefined();
});
