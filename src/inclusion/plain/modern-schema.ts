import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import { UNDECIDABLE } from '../read-schema.ts';
import { canonicalText } from '../schema.ts';
import { type Draft, draftOf, isEarly } from './draft.ts';
import { LISTS, MAPS, SINGLE } from './keywords.ts';
import { findPlaces, type Places } from './places.ts';
import { relaxPattern } from './relax-pattern.ts';

/**
 * A schema of any draft in the terms of 2020-12, with nothing in it that validators ignore, and with references that are pointers into itself.
 * What cannot be said so is marked as undecidable.
 */
export function toModernSchema(document: JsonValue, draft: Draft): JsonObject {
  const early = draft === 'unsaid' && Object.hasOwn(isObject(document) ? document : {}, 'definitions');
  const writing: Writing = { draft, early, places: findPlaces(document, draft), names: new Map(), waiting: [] };
  const root = writeSchema(writing, document);
  const definitions: [string, JsonValue][] = [];
  for (let next = writing.waiting.pop(); next; next = writing.waiting.pop())
    definitions.push([next.name, writeSchema(writing, next.schema)]);
  const body: JsonObject = isObject(root) ? root : root === false ? NOTHING : {};
  return { ...body, $defs: Object.fromEntries(definitions) };
}

type Writing = {
  readonly draft: Draft;
  /** Whether a document that does not say its draft is spelled as early ones were. */
  readonly early: boolean;
  /** Whether this is what a draft inside another would make of it. */
  readonly within?: boolean;
  readonly places: Places;
  /** The name of each schema that something refers to. */
  readonly names: Map<JsonValue, string>;
  readonly waiting: { readonly name: string; readonly schema: JsonValue }[];
};

const PLAIN: ReadonlySet<string> = new Set([
  ...['const', 'multipleOf', 'format'],
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

/** Why nothing is known of a schema that refers to what is not in its document. */
export const NOWHERE = 'a reference leads nowhere';

const NOTHING: JsonObject = { not: {} };

function writeSchema(writing: Writing, schema: JsonValue): JsonValue {
  if (typeof schema === 'boolean') return schema;
  if (!isObject(schema)) return undecidable('a schema is malformed');
  return draftOf(schema) === writing.draft || !Object.hasOwn(schema, '$schema')
    ? writePlain(writing, schema)
    : writeForeign(writing, schema);
}

/** A schema that says it is of another draft than the one around it: validators go by the one or the other. */
function writeForeign(writing: Writing, schema: JsonObject): JsonValue {
  if (writing.within) return undecidable('a schema inside is of another draft');
  const { $schema, ...rest } = schema;
  const draft = draftOf({ $schema: $schema ?? null });
  const [read, other] = [writeSchema(writing, rest), draft && writeSchema({ ...writing, draft, within: true }, rest)];
  const [text, otherText] = [read, other ?? null].map(canonicalText);
  return text === otherText && !text?.includes('"$ref"') ? read : undecidable('a schema inside is of another draft');
}

function writePlain(writing: Writing, schema: JsonObject): JsonValue {
  // What stands beside a reference was ignored once.
  if (isEarly(writing.draft) && Object.hasOwn(schema, '$ref')) return writeReference(writing, schema, '$ref');
  const written = Object.keys(schema).map((keyword) => writeKeyword(writing, schema, keyword));
  // What cannot stand beside others of its kind is a conjunct.
  const isConjunct = (part: JsonObject) => part === NOTHING || Object.hasOwn(part, '$ref');
  const conjuncts = written.filter(isConjunct);
  const merged = mergeParts(written.filter((part) => !isConjunct(part)));
  if (writing.early && Object.hasOwn(schema, '$ref') && Object.keys(merged).length > 0)
    return undecidable('what stands beside a reference counts only in later drafts', { allOf: [merged, ...conjuncts] });
  if (conjuncts.length === 0) return merged;
  return { ...merged, allOf: [...(Array.isArray(merged.allOf) ? (merged.allOf as readonly JsonValue[]) : []), ...conjuncts] };
}

/** Keywords side by side; those that `dependencies` is written as may stand there, too. */
function mergeParts(parts: readonly JsonObject[]): JsonObject {
  const merged = new Map<string, JsonValue>();
  for (const [keyword, value] of parts.flatMap((part) => Object.entries(part))) {
    const other = merged.get(keyword);
    if (other === undefined) merged.set(keyword, value);
    else if (keyword === UNDECIDABLE) merged.set(keyword, bothUndecidable(other, value));
    else if (!isObject(other) || !isObject(value) || Object.keys(value).some((name) => Object.hasOwn(other, name)))
      merged.set(UNDECIDABLE, { reason: `"${keyword}" is said twice` });
    else merged.set(keyword, { ...other, ...value });
  }
  return Object.fromEntries(merged);
}

function writeKeyword(writing: Writing, schema: JsonObject, keyword: string): JsonObject {
  const value = schema[keyword] ?? null;
  if (isEarly(writing.draft) && LATE.has(keyword)) return {};
  if (NOT_YET.get(writing.draft)?.has(keyword)) return writeTooEarly(writing, schema, keyword);
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
    case 'pattern':
      return { pattern: typeof value === 'string' ? relaxPattern(value) : value };
    case 'items':
      return writeItems(writing, schema, value);
    case 'prefixItems':
      return ['2020-12', 'unsaid'].includes(writing.draft) ? writeList(writing, keyword, value) : {};
    case 'dependencies':
      return isEarly(writing.draft) || writing.draft === 'unsaid'
        ? writeDependencies(writing, value)
        : undecidable('"dependencies" is no keyword of its draft', writeDependencies(writing, value));
    case '$ref':
    case '$recursiveRef':
    case '$dynamicRef':
      return writeReference(writing, schema, keyword);
    default:
      return {};
  }
}

/** What cannot be decided; `of` says of what, where it means the same to a validator wherever it is written. */
function undecidable(reason: string, of?: JsonObject): JsonObject {
  return { [UNDECIDABLE]: { reason, ...(of && { of }) } };
}

function bothUndecidable(one: JsonValue, other: JsonValue): JsonValue {
  const [of, ofOther] = [ownProperty(one, 'of'), ownProperty(other, 'of')];
  if (of === undefined) return one;
  return ofOther === undefined ? other : { reason: ownProperty(one, 'reason') ?? '', of: { allOf: [of, ofOther] } };
}

/** A keyword of a later draft, with those that only count beside it. */
function writeTooEarly(writing: Writing, schema: JsonObject, keyword: string): JsonObject {
  const beside = keyword === 'if' ? ['if', 'then', 'else'] : [keyword];
  const later = Object.fromEntries(Object.entries(schema).filter(([name]) => beside.includes(name)));
  return undecidable(`"${keyword}" is no keyword of its draft`, { allOf: [writeSchema({ ...writing, draft: '07' }, later)] });
}

function writeList(writing: Writing, keyword: string, value: JsonValue): JsonObject {
  return Array.isArray(value)
    ? { [keyword]: value.map((item: JsonValue) => writeSchema(writing, item)) }
    : undecidable('a keyword is malformed');
}

function writeMap(writing: Writing, keyword: string, value: JsonValue): JsonObject {
  if (!isObject(value)) return undecidable('a keyword is malformed');
  const spelled = (name: string) => (keyword === 'patternProperties' ? relaxPattern(name) : name);
  const entries = Object.entries(value).map(([name, inner]) => [spelled(name), writeSchema(writing, inner)] as const);
  const written = Object.fromEntries(entries);
  return Object.keys(written).length === entries.length ? { [keyword]: written } : undecidable(`"${keyword}" is said twice`);
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
  if (target === undefined) return undecidable(NOWHERE);
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
