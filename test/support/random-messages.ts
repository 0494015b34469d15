/** Random messages of schemas that travel as Protobuf, made by reading the schemas themselves: nothing here knows how messages are written. */
import fc from 'fast-check';
import type { Documents } from '../../src/payload/documents.ts';
import { partAt, referredPart, type SchemaPart } from '../../src/payload/schema-part.ts';
import { isObject, type JsonObject, type JsonValue } from '../../src/source/json.ts';

type Values = fc.Arbitrary<JsonValue>;

const FORMATS: Readonly<Record<string, Values>> = {
  byte: fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('base64')),
  'date-time': fc.constantFrom('2026-11-02T09:30:00Z', '2026-11-02T09:30:00.123456789+05:30', '1969-07-20T20:17:40-00:00'),
  date: fc.constantFrom('2026-11-02', '2024-02-29'),
  uuid: fc.uuid(),
  email: fc.constantFrom('a@school.example', 'b.c@school.example'),
  uri: fc.constantFrom('https://school.example/a?b=c#d', 'urn:isbn:9780000000001'),
  int32: fc.integer(),
  int64: fc.oneof(fc.maxSafeInteger(), fc.constantFrom(2 ** 53, -(2 ** 63), 2 ** 62)),
};

/** Messages of the schema at a location, up to `depth` objects deep. */
export function messagesOf(documents: Documents, location: { readonly file: string; readonly pointer: string }, depth = 4): Values {
  const part = partAt(documents, location);
  if (!part) throw new Error(`nothing at ${location.file}#${location.pointer}`);
  return valuesOf(documents, [part], depth);
}

/** The schemas that hold for one value, references and `allOf` resolved. */
function schemasOf(documents: Documents, parts: readonly SchemaPart[]): readonly SchemaPart[] {
  return parts.flatMap((part): readonly SchemaPart[] => {
    if (!isObject(part.schema)) return [];
    const target = referredPart(documents, part);
    const all = Array.isArray(part.schema.allOf) ? part.schema.allOf : [];
    const inner = all.map((schema: JsonValue): SchemaPart => ({ file: part.file, schema, keyword: '' }));
    return [part, ...schemasOf(documents, [...(target ? [target] : []), ...inner])];
  });
}

function valuesOf(documents: Documents, own: readonly SchemaPart[], depth: number): Values {
  const parts = schemasOf(documents, own);
  const keyword = (name: string): JsonValue | undefined =>
    parts.map(({ schema }) => (isObject(schema) ? schema[name] : undefined)).find((value) => value !== undefined);
  const choice = keyword('oneOf') ?? (keyword('type') === undefined ? keyword('anyOf') : undefined);
  if (Array.isArray(choice)) {
    const file = parts.find(({ schema }) => isObject(schema) && (schema.oneOf === choice || schema.anyOf === choice))?.file ?? '';
    return fc.oneof(...choice.map((schema: JsonValue) => valuesOf(documents, [{ file, schema, keyword: '' }], depth)));
  }
  const constant = keyword('const');
  if (constant !== undefined) return fc.constant(constant);
  const listed = keyword('enum');
  if (Array.isArray(listed)) return fc.constantFrom(...listed);
  const types = [keyword('type') ?? 'object'].flat();
  return fc.oneof(...types.map((type: JsonValue) => valuesOfType(documents, { type, parts, keyword }, depth)));
}

type Said = {
  readonly type: JsonValue;
  readonly parts: readonly SchemaPart[];
  readonly keyword: (name: string) => JsonValue | undefined;
};

function valuesOfType(documents: Documents, said: Said, depth: number): Values {
  const { type, keyword } = said;
  const format = keyword('format');
  const known = typeof format === 'string' && Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  const pattern = keyword('pattern');
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return known ?? integers(Number(keyword('minimum') ?? Number.NaN), Number(keyword('maximum') ?? Number.NaN));
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0);
    case 'string':
      return known ?? (typeof pattern === 'string' ? fc.stringMatching(new RegExp(pattern, 'u')) : texts(keyword));
    case 'array':
      return listsOf(documents, said, depth);
    default:
      return objectsOf(documents, said, depth);
  }
}

function integers(minimum: number, maximum: number): Values {
  return fc
    .maxSafeInteger()
    .map((number) => {
      if (Number.isNaN(minimum) && Number.isNaN(maximum)) return number;
      const least = Number.isNaN(minimum) ? maximum - 1000 : minimum;
      const range = Number.isNaN(maximum) ? 1_000_000 : maximum - least + 1;
      return least + (Math.abs(number) % range);
    })
    .map((number) => number + 0);
}

function texts(keyword: Said['keyword']): Values {
  const least = Number(keyword('minLength') ?? 0);
  return fc.string({ minLength: least, maxLength: Number(keyword('maxLength') ?? least + 12), unit: 'binary' });
}

function listsOf(documents: Documents, { parts, keyword }: Said, depth: number): Values {
  const items = parts.flatMap((part): readonly SchemaPart[] =>
    isObject(part.schema) && part.schema.items !== undefined ? [{ file: part.file, schema: part.schema.items, keyword: '' }] : [],
  );
  const minLength = Number(keyword('minItems') ?? 0);
  if (depth <= 0 && minLength === 0) return fc.constant([]);
  const maxLength = Math.min(Number(keyword('maxItems') ?? 4), minLength + 4);
  const item = valuesOf(documents, items, depth - 1);
  if (keyword('uniqueItems') === true) return fc.uniqueArray(item, { minLength, maxLength, selector: (value) => JSON.stringify(value) });
  return fc.array(item, { minLength, maxLength });
}

function objectsOf(documents: Documents, { parts, keyword }: Said, depth: number): Values {
  const entries = parts.find(({ schema }) => isObject(schema) && isObject(schema.additionalProperties));
  if (entries && isObject(entries.schema)) {
    if (depth <= 0) return fc.constant({});
    const value = valuesOf(
      documents,
      [{ file: entries.file, schema: entries.schema.additionalProperties ?? true, keyword: '' }],
      depth - 1,
    );
    const names = keyword('propertyNames');
    const pattern = isObject(names) && typeof names.pattern === 'string' ? names.pattern : undefined;
    const key =
      pattern === undefined
        ? fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor', ''))
        : fc.stringMatching(new RegExp(pattern, 'u'));
    return fc.array(fc.tuple(key, value), { maxLength: 3 }).map((pairs) => objectFrom(pairs));
  }
  const required = new Set(parts.flatMap(({ schema }) => (isObject(schema) && Array.isArray(schema.required) ? schema.required : [])));
  const declared = new Map<string, SchemaPart[]>();
  for (const { file, schema } of parts) {
    const properties = isObject(schema) && isObject(schema.properties) ? schema.properties : {};
    for (const [name, inner] of Object.entries(properties)) {
      if (inner !== false) declared.set(name, [...(declared.get(name) ?? []), { file, schema: inner, keyword: '' }]);
    }
  }
  const pairs = [...declared].flatMap(([name, inner]) => {
    if (!required.has(name) && depth <= 0) return [];
    const value = fc.tuple(
      fc.constant(name),
      fc.constant(null).chain(() => valuesOf(documents, inner, depth - 1)),
    );
    return [required.has(name) ? value : fc.option(value, { freq: 1, nil: undefined })];
  });
  return fc.tuple(...pairs).map((found) => objectFrom(found.filter((pair) => pair !== undefined)));
}

/** An object whose properties are its own, `__proto__` too, as JSON gives it. */
function objectFrom(pairs: readonly (readonly [string, JsonValue])[]): JsonObject {
  return Object.fromEntries(pairs);
}
