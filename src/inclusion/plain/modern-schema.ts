import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import { UNDECIDABLE } from '../read-schema.ts';
import { type Draft, isEarly } from './draft.ts';
import { findPlaces, type Places } from './places.ts';

/**
 * A schema of any draft in the terms of 2020-12, with nothing in it that validators ignore, and with references that are pointers into itself.
 * What cannot be said so is marked as undecidable.
 */
export function toModernSchema(document: JsonValue, draft: Draft): JsonObject {
  const writing: Writing = { draft, places: findPlaces(document), names: new Map(), waiting: [] };
  const root = writeSchema(writing, document);
  const definitions: [string, JsonValue][] = [];
  for (let next = writing.waiting.pop(); next; next = writing.waiting.pop())
    definitions.push([next.name, writeSchema(writing, next.schema)]);
  const body: JsonObject = isObject(root) ? root : root === false ? { not: {} } : {};
  return { ...body, $defs: Object.fromEntries(definitions) };
}

type Writing = {
  readonly draft: Draft;
  readonly places: Places;
  /** The name of each schema that something refers to. */
  readonly names: Map<JsonValue, string>;
  readonly waiting: { readonly name: string; readonly schema: JsonValue }[];
};

const SINGLE: ReadonlySet<string> = new Set([
  ...['additionalProperties', 'propertyNames', 'contains', 'not', 'if', 'then', 'else'],
  ...['unevaluatedItems', 'unevaluatedProperties'],
]);
const LISTS: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf']);
const MAPS: ReadonlySet<string> = new Set(['properties', 'patternProperties', 'dependentSchemas']);
const PLAIN: ReadonlySet<string> = new Set([
  ...['enum', 'const', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'format', 'pattern'],
  ...['minLength', 'maxLength', 'minItems', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties', 'required'],
  ...['minContains', 'maxContains', 'dependentRequired'],
]);

/** Keywords that came with the draft 2019-09. */
const LATE: ReadonlySet<string> = new Set([
  ...['unevaluatedItems', 'unevaluatedProperties', 'dependentSchemas', 'dependentRequired', 'minContains', 'maxContains'],
]);

function writeSchema(writing: Writing, schema: JsonValue): JsonValue {
  if (typeof schema === 'boolean') return schema;
  if (!isObject(schema)) return { [UNDECIDABLE]: 'a schema is malformed' };
  // What stands beside a reference was ignored once.
  if (isEarly(writing.draft) && Object.hasOwn(schema, '$ref')) return writeReference(writing, schema, '$ref');
  const written = Object.keys(schema).map((keyword) => writeKeyword(writing, schema, keyword));
  const references = written.flatMap((part) => (Object.hasOwn(part, '$ref') ? [part] : []));
  const merged: JsonObject = Object.assign({}, ...written.filter((part) => !Object.hasOwn(part, '$ref')));
  if (references.length === 0) return merged;
  return { ...merged, allOf: [...(Array.isArray(merged.allOf) ? (merged.allOf as readonly JsonValue[]) : []), ...references] };
}

function writeKeyword(writing: Writing, schema: JsonObject, keyword: string): JsonObject {
  const value = schema[keyword] ?? null;
  if (isEarly(writing.draft) && LATE.has(keyword)) return {};
  if (SINGLE.has(keyword)) return writeSingle(writing, keyword, value);
  if (LISTS.has(keyword)) return writeList(writing, keyword, value);
  if (MAPS.has(keyword)) return writeMap(writing, keyword, value);
  if (PLAIN.has(keyword)) return { [keyword]: value };
  return writeOther(writing, schema, keyword);
}

/** Keywords that mean something else from draft to draft. What is none of them is an annotation. */
function writeOther(writing: Writing, schema: JsonObject, keyword: string): JsonObject {
  const value = schema[keyword] ?? null;
  switch (keyword) {
    case 'type':
      return writeType(schema, value);
    case 'items':
      return writeItems(writing, schema, value);
    case 'prefixItems':
      return writing.draft === '2020-12' ? writeList(writing, keyword, value) : {};
    case 'dependencies':
      return isEarly(writing.draft) ? writeDependencies(writing, value) : undecidable('"dependencies" is no keyword of its draft');
    case '$ref':
    case '$recursiveRef':
    case '$dynamicRef':
      return writeReference(writing, schema, keyword);
    default:
      return {};
  }
}

function undecidable(reason: string): JsonObject {
  return { [UNDECIDABLE]: reason };
}

function writeSingle(writing: Writing, keyword: string, value: JsonValue): JsonObject {
  if (writing.draft === '06' && ['if', 'then', 'else'].includes(keyword)) return undecidable(`"${keyword}" is no keyword of its draft`);
  return { [keyword]: writeSchema(writing, value) };
}

function writeList(writing: Writing, keyword: string, value: JsonValue): JsonObject {
  return Array.isArray(value)
    ? { [keyword]: value.map((item: JsonValue) => writeSchema(writing, item)) }
    : undecidable('a keyword is malformed');
}

function writeMap(writing: Writing, keyword: string, value: JsonValue): JsonObject {
  if (!isObject(value)) return undecidable('a keyword is malformed');
  return { [keyword]: Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, writeSchema(writing, inner)])) };
}

/** Validators take `nullable` beside a type for one more type. */
function writeType(schema: JsonObject, value: JsonValue): JsonObject {
  if (schema.nullable !== true) return { type: value };
  return { type: [...new Set([...(Array.isArray(value) ? (value as readonly JsonValue[]) : [value]), 'null'])] };
}

function writeItems(writing: Writing, schema: JsonObject, value: JsonValue): JsonObject {
  if (!Array.isArray(value)) return { items: writeSchema(writing, value) };
  if (writing.draft === '2020-12') return undecidable('a list of schemas under "items" is no keyword of its draft');
  const rest = ownProperty(schema, 'additionalItems');
  return {
    prefixItems: value.map((item: JsonValue) => writeSchema(writing, item)),
    ...(rest !== undefined && { items: writeSchema(writing, rest) }),
  };
}

function writeDependencies(writing: Writing, value: JsonValue): JsonObject {
  if (!isObject(value)) return undecidable('a keyword is malformed');
  const entries = Object.entries(value);
  return {
    dependentRequired: Object.fromEntries(entries.filter(([, needed]) => Array.isArray(needed))),
    dependentSchemas: Object.fromEntries(
      entries.filter(([, needed]) => !Array.isArray(needed)).map(([name, inner]) => [name, writeSchema(writing, inner)]),
    ),
  };
}

/** A reference by name; one that depends on where it is come from only where there is one place that it can lead to. */
function writeReference(writing: Writing, schema: JsonObject, keyword: string): JsonObject {
  const reference = schema[keyword];
  if (typeof reference !== 'string') return undecidable('a keyword is malformed');
  if (keyword === '$recursiveRef' && writing.draft !== '2019-09') return {};
  if (keyword === '$dynamicRef' && writing.draft !== '2020-12') return {};
  const { places } = writing;
  const dynamic = keyword === '$ref' ? [] : places.dynamic(keyword === '$dynamicRef' ? (reference.split('#')[1] ?? '') : undefined);
  if (dynamic.length > 1) return undecidable('a reference may lead to several places');
  const target = keyword === '$recursiveRef' ? places.rootOf(schema) : places.follow(schema, reference);
  if (target === undefined) return undecidable('a reference leads nowhere');
  return { $ref: nameOf(writing, target) };
}

function nameOf(writing: Writing, target: JsonValue): string {
  const known = writing.names.get(target);
  if (known !== undefined) return `#/$defs/${known}`;
  const name = `s${writing.names.size}`;
  writing.names.set(target, name);
  writing.waiting.push({ name, schema: target });
  return `#/$defs/${name}`;
}
