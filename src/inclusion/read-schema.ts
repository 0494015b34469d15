import { decodeFragment } from '../payload/documents.ts';
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../source/json.ts';
import { valueAtPointer } from '../source/pointer.ts';
import { ARRAY_READERS, type KeywordReader, OBJECT_READERS, type Reading, SCALAR_READERS } from './read-keywords.ts';
import type { Assertion, Schema } from './schema.ts';
import { addSchema, type World } from './world.ts';

/**
 * The keyword by which a prepared schema says that it cannot be decided: `{ reason, of? }`, why, and the schema of which validators make this
 * or that, but each of them always the same.
 */
export const UNDECIDABLE = 'x-undecidable';

/**
 * Reads a schema in the terms of JSON Schema 2020-12 whose references are pointers into itself. Keywords that it does not know are
 * annotations; what is malformed is read as unknown, so that nothing is concluded from it.
 */
export function readSchema(world: World, document: JsonValue): Schema {
  const known = new Map<JsonValue, Schema>();
  const waiting: { readonly schema: JsonObject; readonly read: Schema }[] = [];
  const part = (schema: JsonValue | undefined): Schema => {
    if (schema === true) return addSchema(world);
    if (schema === false) return addSchema(world, [{ kind: 'any', schemas: [] }]);
    if (!isObject(schema)) return addSchema(world, unknown('a schema is malformed'));
    const found = known.get(schema) ?? addSchema(world);
    if (!known.has(schema)) waiting.push({ schema, read: found });
    known.set(schema, found);
    return found;
  };
  const root = part(document);
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { schema, read } = next;
    read.assertions = Object.keys(schema).flatMap((keyword) => readKeyword(keyword, { part, holder: schema, document }));
  }
  return root;
}

/** What says that nothing is known. */
function unknown(reason: string): readonly Assertion[] {
  return [{ kind: 'unknown', reason }];
}

function readKeyword(keyword: string, reading: Reading & { readonly document: JsonValue }): readonly Assertion[] {
  const value = reading.holder[keyword] ?? null;
  if (keyword === '$ref') {
    const target = typeof value === 'string' ? followPointer(reading.document, value) : undefined;
    return target === undefined ? unknown('a reference leads nowhere') : [{ kind: 'all', schemas: [reading.part(target)] }];
  }
  if (keyword === UNDECIDABLE) {
    const [reason, of] = [ownProperty(value, 'reason'), ownProperty(value, 'of')];
    return of === undefined ? unknown(String(reason)) : [{ kind: 'unknown', reason: String(reason), of: reading.part(of) }];
  }
  return READERS.get(keyword)?.(value, reading) ?? [];
}

function followPointer(document: JsonValue, reference: string): JsonValue | undefined {
  const pointer = reference.startsWith('#') ? decodeFragment(reference.slice(1)) : undefined;
  return pointer === undefined ? undefined : valueAtPointer(document, pointer);
}

const APPLICATOR_READERS: Readonly<Record<string, KeywordReader>> = {
  allOf: (value, { part }) => readList(value, (schemas) => ({ kind: 'all', schemas: schemas.map(part) })),
  anyOf: (value, { part }) => readList(value, (schemas) => ({ kind: 'any', schemas: schemas.map(part) })),
  oneOf: (value, { part }) => readList(value, (schemas) => ({ kind: 'one', schemas: schemas.map(part) })),
  not: (value, { part }) => [{ kind: 'not', schema: part(value) }],
  if: (value, { part, holder }) => [
    {
      kind: 'if',
      condition: part(value),
      // biome-ignore lint/suspicious/noThenProperty: the consequence of a condition is called so in JSON Schema.
      then: part(ownProperty(holder, 'then') ?? true),
      otherwise: part(ownProperty(holder, 'else') ?? true),
    },
  ],
};

function readList(value: JsonValue, make: (schemas: readonly JsonValue[]) => Assertion): readonly Assertion[] {
  return Array.isArray(value) && value.length > 0 ? [make(value)] : unknown('a keyword is malformed');
}

const READERS: ReadonlyMap<string, KeywordReader> = new Map(
  Object.entries({ ...APPLICATOR_READERS, ...SCALAR_READERS, ...ARRAY_READERS, ...OBJECT_READERS }),
);
