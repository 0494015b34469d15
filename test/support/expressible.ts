/**
 * What a TypeScript type can say of a schema, as a schema again: ajv then tells which values the type must admit and which it must not, and the
 * compiler is held against that. Nothing here is taken from the generator, and no case is listed: the rules are
 *
 * - A type says: types, listed values, declared and required properties, the type of others, items, the first items of a list and, of a list
 *   that begins with such, its length; `allOf`, `anyOf`, `$ref`. `oneOf` is as `anyOf`, `integer` as `number`. All else is said in JSDoc.
 * - A schema that has `properties` or `items` but names no type is one of an object or of an array, unless a schema around it names types.
 * - TypeScript takes the properties that every object has (`toString`) for those of a message: where one may be missing, it must not.
 * - An object literal has no properties that none of the alternatives of its place declares, whether the schema is closed or not.
 */
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../src/source/json.ts';

/**
 * `least` refuses whatever a type may refuse, `most` admits whatever a type may admit; they differ where TypeScript compares several
 * alternatives at once. `schema` has the last two rules left out: it admits all that the schema itself accepts.
 */
export type Reading = 'least' | 'most' | 'schema';

type Place = {
  readonly bundle: JsonObject;
  readonly reading: Reading;
  /** Types that schemas around this one name for the same value. */
  readonly around?: readonly string[] | undefined;
  /** Whether one schema alone declares what stands below, so that its names are all there are. */
  readonly alone: boolean;
};

/** The expressible part of a self-contained schema. */
export function expressible(bundle: JsonObject, reading: Reading): JsonObject {
  const { $defs, ...root } = bundle;
  const definitions = isObject($defs) ? Object.entries($defs) : [];
  const place: Place = { bundle, reading, alone: true };
  const projected = definitions.flatMap(([name, schema]): [string, JsonValue][] => [
    [name, project(schema, { ...place, alone: declarers(schema, bundle) <= 1 })],
    [`${name}~`, project(schema, { ...place, alone: false })],
  ]);
  return { allOf: [atPlace(root, place)], $defs: Object.fromEntries(projected) };
}

/** A schema where a value of its own begins: an object literal there has no more names than are declared for it. */
function atPlace(schema: JsonValue, place: Place): JsonValue {
  const alone = place.alone && declarers(schema, place.bundle) <= 1;
  const projected = project(schema, { ...place, around: undefined, alone });
  const names = namesOf(schema, place.bundle);
  if (place.reading === 'schema' || names === undefined || names === 'any') return projected;
  if (place.reading === 'least') return { allOf: [projected], unevaluatedProperties: false };
  return place.alone ? { allOf: [projected], propertyNames: names.size === 0 ? false : { enum: [...names] } } : projected;
}

function project(schema: JsonValue, place: Place): JsonValue {
  if (!isObject(schema)) return schema;
  const inner: Place = { ...place, around: typesOf(schema) ?? place.around };
  const branches = (keyword: string): readonly JsonValue[] => listOf(schema, keyword).map((branch) => project(branch, inner));
  const choices = ['anyOf', 'oneOf'].filter((keyword) => listOf(schema, keyword).length > 0);
  const reference = ownProperty(schema, '$ref');
  return {
    ...projectOwn(schema, place),
    ...(typeof reference === 'string' && { $ref: place.alone ? reference : `${reference}~` }),
    allOf: [...branches('allOf'), ...choices.map((keyword) => ({ anyOf: branches(keyword) }))],
  };
}

function projectOwn(schema: JsonObject, place: Place): JsonObject {
  const type = typesOf(schema);
  if (Object.hasOwn(schema, 'const') || Object.hasOwn(schema, 'enum')) return { ...pick(schema, ['const', 'enum']), ...(type && { type }) };
  const types = type ?? (place.reading === 'schema' || aboutOf(schema).length === 0 ? undefined : (place.around ?? aboutOf(schema)));
  return { ...(types && { type: types }), ...projectObject(schema, place), ...projectList(schema, place) };
}

function projectObject(schema: JsonObject, place: Place): JsonObject {
  const declared = mapValues(schemasAt(schema, 'properties'), (property) => atPlace(property, place));
  const others = othersOf(schema).map((other) => atPlace(other, place));
  const patterns = Object.keys(schemasAt(schema, 'patternProperties'));
  const required = Array.isArray(schema.required) ? schema.required : [];
  const inherited = place.reading === 'least' ? Object.keys(declared).filter((name) => name in {}) : [];
  const own = { properties: declared, required: [...new Set([...required, ...inherited])] };
  if (place.reading === 'schema') {
    const byPattern = mapValues(schemasAt(schema, 'patternProperties'), (property) => atPlace(property, place));
    return { ...own, patternProperties: byPattern, ...pick(schema, ['additionalProperties'], (other) => atPlace(other, place)) };
  }
  if (others.length === 0) {
    const isEmpty = Object.keys(declared).length + required.length === 0 && patterns.length === 0;
    return isEmpty && saysClosed(schema) ? { additionalProperties: false } : own;
  }
  // An index signature covers the declared properties too.
  const wide =
    place.reading === 'most'
      ? [...Object.values(declared), ...(/"(?:all|any|one)Of"/.test(JSON.stringify(schema.properties ?? {})) ? [true] : [])]
      : [];
  return { ...own, additionalProperties: { anyOf: [...others, ...wide] } };
}

function projectList(schema: JsonObject, place: Place): JsonObject {
  const prefix = listOf(schema, 'prefixItems').map((item) => atPlace(item, place));
  const items = pick(schema, ['items'], (item) => atPlace(item, place));
  if (prefix.length === 0) return items;
  const [least, most] = [schema.minItems, schema.maxItems];
  const ends = typeof most === 'number' && most <= prefix.length;
  const closed = schema.unevaluatedItems === false && !isComposed(schema) && !Object.hasOwn(schema, 'contains');
  return {
    prefixItems: prefix,
    ...(closed && !Object.hasOwn(schema, 'items') ? { items: false } : items),
    ...(typeof least === 'number' && { minItems: Math.min(least, prefix.length) }),
    ...(ends && { maxItems: most }),
  };
}

/** The schemas of properties that are not declared, where the type names one. */
function othersOf(schema: JsonObject): readonly JsonValue[] {
  const additional = schema.additionalProperties ?? (isComposed(schema) ? undefined : schema.unevaluatedProperties);
  const patterns = Object.values(schemasAt(schema, 'patternProperties'));
  return additional === undefined || additional === false ? patterns : [additional, ...patterns];
}

/** The names that are declared for objects at a place: undefined where nothing is said of the value, `any` where other names are typed too. */
function namesOf(schema: JsonValue, bundle: JsonObject): ReadonlySet<string> | 'any' | undefined {
  if (!isObject(schema)) return schema === false ? new Set() : undefined;
  const unions = ['anyOf', 'oneOf'].flatMap((keyword) => {
    const branches = listOf(schema, keyword).map((branch) => namesOf(branch, bundle));
    return branches.length === 0 || branches.includes(undefined) ? [] : [join(branches)];
  });
  const target = targetOf(schema, bundle);
  const all = [...(target === undefined ? [] : [target]), ...listOf(schema, 'allOf')].map((part) => namesOf(part, bundle));
  const others = [...all, ...unions].filter((names) => names !== undefined);
  const own = ownNames(schema);
  if (own === 'object') return others.length > 0 ? join(others) : 'any';
  return own === undefined && others.length === 0 ? undefined : join([own, ...others]);
}

function ownNames(schema: JsonObject): ReadonlySet<string> | 'any' | 'object' | undefined {
  const listed = Object.hasOwn(schema, 'const') ? [schema.const ?? null] : schema.enum;
  if (Array.isArray(listed)) return new Set(listed.flatMap((value: JsonValue) => (isObject(value) ? Object.keys(value) : [])));
  const types = typesOf(schema) ?? aboutOf(schema);
  if (types.length === 0) return undefined;
  if (!types.includes('object')) return new Set();
  if (othersOf(schema).length > 0) return 'any';
  const names = [...Object.keys(schemasAt(schema, 'properties')), ...(Array.isArray(schema.required) ? schema.required.map(String) : [])];
  return names.length > 0 || saysClosed(schema) ? new Set(names) : 'object';
}

function join(parts: readonly (ReadonlySet<string> | 'any' | undefined)[]): ReadonlySet<string> | 'any' {
  return parts.includes('any') ? 'any' : new Set(parts.flatMap((part) => (part === undefined || part === 'any' ? [] : [...part])));
}

/** How many schemas declare properties of the same value. */
function declarers(schema: JsonValue, bundle: JsonObject): number {
  if (!isObject(schema)) return 0;
  const target = targetOf(schema, bundle);
  const parts = ['allOf', 'anyOf', 'oneOf'].flatMap((keyword) => listOf(schema, keyword));
  const below = [...parts, ...(target === undefined ? [] : [target])].map((part) => declarers(part, bundle));
  return below.reduce((sum, count) => sum + count, aboutOf(schema).length > 0 ? 1 : 0);
}

function targetOf(schema: JsonObject, bundle: JsonObject): JsonValue | undefined {
  const reference = ownProperty(schema, '$ref');
  return typeof reference === 'string' ? ownProperty(bundle.$defs, reference.split('/').at(-1) ?? '') : undefined;
}

/** Whether a schema shuts out the properties that it does not declare; another schema may declare more of them where `unevaluated…` does. */
function saysClosed(schema: JsonObject): boolean {
  return schema.additionalProperties === false || (schema.unevaluatedProperties === false && !isComposed(schema));
}

const COMPOSING = ['$ref', 'allOf', 'anyOf', 'oneOf', 'if', 'then', 'else', 'dependentSchemas'];

/** Whether other schemas speak of the same value. */
function isComposed(schema: JsonObject): boolean {
  return COMPOSING.some((keyword) => Object.hasOwn(schema, keyword));
}

function aboutOf(schema: JsonObject): readonly string[] {
  const has = (...keywords: readonly string[]): boolean => keywords.some((keyword) => Object.hasOwn(schema, keyword));
  const object = has('properties', 'required', 'additionalProperties', 'patternProperties');
  return [...(object ? ['object'] : []), ...(has('items', 'prefixItems') ? ['array'] : [])];
}

function typesOf(schema: JsonObject): readonly string[] | undefined {
  const written = ownProperty(schema, 'type');
  return written === undefined ? undefined : [...new Set([written].flat().map((type) => (type === 'integer' ? 'number' : String(type))))];
}

function listOf(schema: JsonObject, keyword: string): readonly JsonValue[] {
  const list = ownProperty(schema, keyword);
  return Array.isArray(list) ? list : [];
}

function schemasAt(schema: JsonObject, keyword: string): JsonObject {
  const schemas = ownProperty(schema, keyword);
  return isObject(schemas) ? schemas : {};
}

function mapValues(schemas: JsonObject, change: (schema: JsonValue) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, change(schema)]));
}

function pick(schema: JsonObject, keywords: readonly string[], change = (value: JsonValue): JsonValue => value): JsonObject {
  return Object.fromEntries(Object.entries(schema).flatMap(([key, value]) => (keywords.includes(key) ? [[key, change(value)]] : [])));
}
