import { isObject, type JsonObject, type JsonValue, ownProperty } from '../source/json.ts';
import { appendPointer, type Pointer } from '../source/pointer.ts';
import type { Range } from '../source/source-file.ts';
import { keyRange, valueRange } from '../source/yaml-tree.ts';
import { type Documents, referenceTarget, type SchemaLocation, schemaAt } from './documents.ts';
import { IN_PLACE, KEYWORDS } from './keywords.ts';
import type { SchemaRoot } from './schema-places.ts';

/**
 * A schema as it stands in a file. Its pointer is put together from its ancestors only when somebody asks, as most schemas are looked at
 * and never spoken of.
 */
export type SchemaPart = {
  readonly file: string;
  readonly schema: JsonValue;
  /** The schema that holds it; absent for one that a file names or an interaction has as a payload, and for the target of a reference. */
  readonly holder?: SchemaPart;
  /** The keyword of the holder under which it stands; empty without a holder. */
  readonly keyword: string;
  /** Its name or number below the keyword, where there are several; without a holder its pointer. */
  readonly step?: string | number;
};

/** A part whose schema is an object: the only kind that has keywords. */
export type KeywordPart = SchemaPart & { readonly schema: JsonObject };

/** The schema at a location, or undefined where nothing is written. */
export function partAt(documents: Documents, location: SchemaLocation | SchemaRoot): SchemaPart | undefined {
  const schema = 'schema' in location ? location.schema : schemaAt(documents, location);
  return schema === undefined ? undefined : { file: location.file, schema, keyword: '', step: location.pointer };
}

/** Whether the part's schema is neither `true` nor `false` nor malformed. */
export function hasKeywords(part: SchemaPart | undefined): part is KeywordPart {
  return part !== undefined && isObject(part.schema);
}

/** The pointer of a part in its file. */
export function pointerOf(part: SchemaPart): Pointer {
  if (!part.holder) return String(part.step);
  const above = appendPointer(pointerOf(part.holder), part.keyword);
  return part.step === undefined ? above : appendPointer(above, part.step);
}

/** The schema of a keyword that holds one (`items`). */
export function childPart(part: SchemaPart, keyword: string): SchemaPart | undefined {
  const schema = ownProperty(part.schema, keyword);
  return schema === undefined ? undefined : { file: part.file, schema, holder: part, keyword };
}

/** The schemas of a keyword that holds a list of them (`allOf`). */
export function listParts(part: SchemaPart, keyword: string): readonly SchemaPart[] {
  const list = ownProperty(part.schema, keyword);
  if (!Array.isArray(list)) return [];
  return list.map((schema: JsonValue, step) => ({ file: part.file, schema, holder: part, keyword, step }));
}

/** One schema of a keyword that holds them by name (`properties`). */
export function namedPart(part: SchemaPart, keyword: string, name: string): SchemaPart | undefined {
  const schema = ownProperty(ownProperty(part.schema, keyword), name);
  return schema === undefined ? undefined : { file: part.file, schema, holder: part, keyword, step: name };
}

/** The names that such a keyword holds. */
export function namesOf(part: SchemaPart, keyword: string): readonly string[] {
  const named = ownProperty(part.schema, keyword);
  return isObject(named) ? Object.keys(named) : [];
}

/** All schemas of such a keyword. */
export function namedParts(part: SchemaPart, keyword: string): readonly SchemaPart[] {
  return namesOf(part, keyword).flatMap((name) => namedPart(part, keyword, name) ?? []);
}

/** Every schema directly inside a part, in the order they are written. References are not followed. */
export function partsInside(part: SchemaPart): readonly SchemaPart[] {
  if (!isObject(part.schema)) return [];
  const inside: SchemaPart[] = [];
  for (const keyword of Object.keys(part.schema)) {
    const holds = KEYWORDS.get(keyword);
    if (holds === undefined || holds === 'nothing') continue;
    if (holds === 'schema') inside.push({ file: part.file, schema: part.schema[keyword] ?? null, holder: part, keyword });
    else inside.push(...(holds === 'schemas' ? listParts : namedParts)(part, keyword));
  }
  return inside;
}

/** What a part's `$ref` leads to; undefined without one, and where it leads nowhere. */
export function referredPart(documents: Documents, part: SchemaPart): SchemaPart | undefined {
  const ref = ownProperty(part.schema, '$ref');
  if (typeof ref !== 'string' || !isObject(part.schema)) return undefined;
  // The same references are followed again and again, and files do not change.
  const known = followed.get(documents) ?? new WeakMap();
  followed.set(documents, known);
  const found = known.get(part.schema);
  if (found) return found;
  const target = referenceTarget(part.file, ref);
  const referred = target.ok ? partAt(documents, target.location) : undefined;
  if (referred) known.set(part.schema, referred);
  return referred;
}

const followed = new WeakMap<Documents, WeakMap<JsonObject, SchemaPart>>();

// More than any value is spoken of; a chain of thousands of references would be walked from each of its links.
const MOST_PARTS = 100;

/** Every schema that may speak of the same value: the part, what it refers to, its alternatives; `complete` unless a reference leads nowhere or there are too many. */
export function partsOfValue(
  documents: Documents,
  whole: SchemaPart,
): { readonly parts: readonly KeywordPart[]; readonly complete: boolean } {
  const parts = new Map<JsonValue, KeywordPart>();
  let complete = true;
  const pending: SchemaPart[] = [whole];
  for (let part = pending.pop(); part; part = pending.pop()) {
    if (!hasKeywords(part) || parts.has(part.schema)) continue;
    if (parts.size >= MOST_PARTS) return { parts: [...parts.values()], complete: false };
    parts.set(part.schema, part);
    for (const inner of partsInside(part)) if (IN_PLACE.has(inner.keyword)) pending.push(inner);
    const target = referredPart(documents, part);
    if (target) pending.push(target);
    else complete &&= !Object.hasOwn(part.schema, '$ref');
  }
  return { parts: [...parts.values()], complete };
}

/** The place of a keyword's value, or of a step below it. */
export function valuePlaceOf(documents: Documents, part: SchemaPart, ...steps: readonly (string | number)[]): Range {
  const tree = documents.get(part.file);
  return tree ? valueRange(tree, appendPointer(pointerOf(part), ...steps)) : nowhere(part.file);
}

/** The place of a keyword, or of a key below it; without steps that of the key under which the schema stands. */
export function keyPlaceOf(documents: Documents, part: SchemaPart, ...steps: readonly (string | number)[]): Range {
  const tree = documents.get(part.file);
  return tree ? keyRange(tree, appendPointer(pointerOf(part), ...steps)) : nowhere(part.file);
}

function nowhere(file: string): Range {
  const start = { offset: 0, line: 1, column: 1 };
  return { file, start, end: start };
}
