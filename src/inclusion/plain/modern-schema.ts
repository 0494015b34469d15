import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import { UNDECIDABLE } from '../read-schema.ts';
import { type Draft, draftOf, isEarly } from './draft.ts';
import { LISTS, MAPS, SINGLE } from './keywords.ts';
import { findPlaces, type Places } from './places.ts';

/**
 * A schema of any draft in the terms of 2020-12, with nothing in it that validators ignore, and with references that are pointers into itself.
 * What cannot be said so is marked as undecidable.
 */
export function toModernSchema(document: JsonValue, draft: Draft): JsonObject {
  const writing: Writing = { draft, places: findPlaces(document, draft), names: new Map(), waiting: [] };
  const root = writeSchema(writing, document);
  const definitions: [string, JsonValue][] = [];
  for (let next = writing.waiting.pop(); next; next = writing.waiting.pop())
    definitions.push([next.name, writeSchema(writing, next.schema)]);
  const body: JsonObject = isObject(root) ? root : root === false ? NOTHING : {};
  return { ...body, $defs: Object.fromEntries(definitions) };
}

type Writing = {
  readonly draft: Draft;
  readonly places: Places;
  /** The name of each schema that something refers to. */
  readonly names: Map<JsonValue, string>;
  readonly waiting: { readonly name: string; readonly schema: JsonValue }[];
};

const PLAIN: ReadonlySet<string> = new Set([
  ...['const', 'multipleOf', 'format', 'pattern'],
  ...['minLength', 'maxLength', 'minItems', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties', 'required'],
  ...['minContains', 'maxContains', 'dependentRequired'],
]);

/** Keywords that came with the draft 2019-09. */
const LATE: ReadonlySet<string> = new Set([
  ...['unevaluatedItems', 'unevaluatedProperties', 'dependentSchemas', 'dependentRequired', 'minContains', 'maxContains'],
]);

/** Keywords that some validators assert in schemas of drafts that did not know them yet. */
const NOT_YET: ReadonlyMap<Draft, ReadonlySet<string>> = new Map<Draft, ReadonlySet<string>>([
  ['04', new Set(['const', 'contains', 'propertyNames', 'if'])],
  ['06', new Set(['if'])],
]);

const NOTHING: JsonObject = { not: {} };

function writeSchema(writing: Writing, schema: JsonValue): JsonValue {
  if (typeof schema === 'boolean') return schema;
  if (!isObject(schema)) return undecidable('a schema is malformed');
  if (![writing.draft, 'unsaid'].includes(draftOf(schema) ?? '')) return undecidable('a schema inside is of another draft');
  // What stands beside a reference was ignored once.
  if (isEarly(writing.draft) && Object.hasOwn(schema, '$ref')) return writeReference(writing, schema, '$ref');
  const written = Object.keys(schema).map((keyword) => writeKeyword(writing, schema, keyword));
  // What cannot stand beside others of its kind is a conjunct.
  const isConjunct = (part: JsonObject) => part === NOTHING || Object.hasOwn(part, '$ref');
  const conjuncts = written.filter(isConjunct);
  const merged = mergeParts(written.filter((part) => !isConjunct(part)));
  if (conjuncts.length === 0) return merged;
  return { ...merged, allOf: [...(Array.isArray(merged.allOf) ? (merged.allOf as readonly JsonValue[]) : []), ...conjuncts] };
}

/** Keywords side by side; those that `dependencies` is written as may stand there, too. */
function mergeParts(parts: readonly JsonObject[]): JsonObject {
  const merged = new Map<string, JsonValue>();
  for (const [keyword, value] of parts.flatMap((part) => Object.entries(part))) {
    const other = merged.get(keyword);
    if (other === undefined) merged.set(keyword, value);
    else if (keyword === UNDECIDABLE) continue;
    else if (!isObject(other) || !isObject(value) || Object.keys(value).some((name) => Object.hasOwn(other, name)))
      merged.set(UNDECIDABLE, `"${keyword}" is said twice`);
    else merged.set(keyword, { ...other, ...value });
  }
  return Object.fromEntries(merged);
}

function writeKeyword(writing: Writing, schema: JsonObject, keyword: string): JsonObject {
  const value = schema[keyword] ?? null;
  if (isEarly(writing.draft) && LATE.has(keyword)) return {};
  if (NOT_YET.get(writing.draft)?.has(keyword)) return undecidable(`"${keyword}" is no keyword of its draft`);
  if (SINGLE.has(keyword)) return { [keyword]: writeSchema(writing, value) };
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
    case 'enum':
      return Array.isArray(value) && value.length === 0 ? NOTHING : { enum: value };
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return writeBound(writing, schema, keyword);
    case 'items':
      return writeItems(writing, schema, value);
    case 'prefixItems':
      return ['2020-12', 'unsaid'].includes(writing.draft) ? writeList(writing, keyword, value) : {};
    case 'dependencies':
      return isEarly(writing.draft) || writing.draft === 'unsaid'
        ? writeDependencies(writing, value)
        : undecidable('"dependencies" is no keyword of its draft');
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

/** A bound, exclusive by a number of its own or, as in draft 04, by `true` beside it. */
function writeBound({ draft }: Writing, schema: JsonObject, keyword: string): JsonObject {
  const value = schema[keyword] ?? null;
  const bound = keyword.replace(/^exclusiveM/, 'm');
  const exclusive = bound.replace(/^m/, 'exclusiveM');
  if (keyword === bound) return schema[exclusive] === true ? { [exclusive]: value } : { [keyword]: value };
  if (typeof value === 'boolean') return {};
  return draft === '04' ? undecidable('an exclusive bound is a number only in later drafts') : { [keyword]: value };
}

function writeItems(writing: Writing, schema: JsonObject, value: JsonValue): JsonObject {
  if (!Array.isArray(value)) return { items: writeSchema(writing, value) };
  if (writing.draft === '2020-12') return undecidable('a list of schemas under "items" is no keyword of its draft');
  if (Object.hasOwn(schema, 'prefixItems') && writing.draft === 'unsaid') return undecidable('a keyword is malformed');
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
  const { draft, places } = writing;
  const reference = schema[keyword];
  if (keyword === '$recursiveRef' && !['2019-09', 'unsaid'].includes(draft)) return {};
  if (keyword === '$dynamicRef' && !['2020-12', 'unsaid'].includes(draft)) return {};
  if (typeof reference !== 'string') return undecidable('a keyword is malformed');
  const target = keyword === '$recursiveRef' ? places.rootOf(schema) : places.follow(schema, reference);
  if (target === undefined) return undecidable('a reference leads nowhere');
  if (keyword !== '$ref' && hasRivals(places, target, keyword === '$dynamicRef' ? (reference.split('#')[1] ?? '') : undefined))
    return undecidable('a reference may lead to several places');
  return { $ref: nameOf(writing, target) };
}

/** Whether what a dynamic reference finds first gives way to another of the same name where it is come from there. */
function hasRivals({ dynamic }: Places, target: JsonValue, anchor: string | undefined): boolean {
  const others = dynamic(anchor);
  return others.some((other) => other === target) && others.length > 1;
}

function nameOf(writing: Writing, target: JsonValue): string {
  const known = writing.names.get(target);
  if (known !== undefined) return `#/$defs/${known}`;
  const name = `s${writing.names.size}`;
  writing.names.set(target, name);
  writing.waiting.push({ name, schema: target });
  return `#/$defs/${name}`;
}
