/** The table of narrowing, `test/cases/narrowing`: what each keyword still demands of a message of which a part is read. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadSchemaCompiler } from '../../../src/payload/ajv.ts';
import { bundleSchema } from '../../../src/payload/bundle.ts';
import { narrowDocuments } from '../../../src/payload/narrowing/narrow-documents.ts';
import { narrowSchema } from '../../../src/payload/narrowing/narrow-schema.ts';
import type { JsonObject, JsonValue } from '../../../src/source/json.ts';
import { documentsOf } from '../../support/documents.ts';

type Case = {
  readonly name: string;
  readonly schema: JsonValue;
  readonly types?: JsonObject;
  /** The types of another file, `b.types.yaml`. */
  readonly shared?: JsonObject;
  readonly reads: readonly string[];
  readonly narrowed: JsonValue;
  readonly accepts: readonly JsonValue[];
  readonly refuses: readonly JsonValue[];
};

const TABLE = join(import.meta.dirname, '../../cases/narrowing');
const compile = await loadSchemaCompiler();

describe.each(readdirSync(TABLE))('the narrowed schema in %s', (file) => {
  it.each(parse(readFileSync(join(TABLE, file), 'utf8')) as readonly Case[])('$name', (row) => {
    const documents = documentsOf({
      'a.yaml': JSON.stringify({ types: { ...row.types, Root: row.schema } }),
      'b.types.yaml': JSON.stringify({ types: row.shared ?? {} }),
    });
    const location = { file: 'a.yaml', pointer: '/types/Root' };
    const narrowed = narrowSchema(documents, location, row.reads);
    expect(narrowed).toEqual(row.narrowed);
    expect(namesIn(narrowed), 'the order of properties').toEqual(namesIn(row.narrowed));
    const reading = { reader: ['me'], schema: location, pointers: row.reads };
    const { documents: extended, places } = narrowDocuments(documents, [reading]);
    const accepts = compile(bundleSchema(extended, places.get(reading) ?? location, 'receiver'));
    const whole = compile(bundleSchema(documents, location, 'receiver'));
    expect(row.accepts.filter((message) => !accepts(message))).toEqual([]);
    expect(row.refuses.filter((message) => accepts(message) || whole(message))).toEqual([]);
  });
});

/** The names of all properties in the order in which they are written. */
function namesIn(schema: JsonValue): readonly string[] {
  if (Array.isArray(schema)) return schema.flatMap((part: JsonValue) => namesIn(part));
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties, ...rest } = schema as JsonObject;
  const named = Object.entries((properties ?? {}) as JsonObject);
  return [
    ...named.map(([name]) => name),
    ...named.flatMap(([, inner]) => namesIn(inner)),
    ...Object.keys(rest)
      .sort()
      .flatMap((key) => namesIn(rest[key] ?? null)),
  ];
}
