import type { JsonObject, JsonValue } from '../../source/json.ts';
import type { Documents } from '../documents.ts';
import type { KeywordPart, SchemaPart } from '../schema-part.ts';
import type { Read, ReadPaths } from './read-paths.ts';

/** A narrowing under way, for the files that each narrow some keywords. */
export type Narrowing = {
  readonly documents: Documents;
  /** The file in which the narrowed schema will stand: its references are relative to that. */
  readonly home: string;
  /** A schema as it is written. */
  readonly copy: (part: SchemaPart) => JsonValue;
  /** What a schema still demands of the value that the schema around it speaks of too. */
  readonly narrow: (part: SchemaPart, read: Read) => JsonValue;
  /** What a schema still demands of a value of its own, a property or an item. */
  readonly narrowValue: (part: SchemaPart, read: Read) => JsonValue;
};

/** What one keyword, or several that belong together, still demand: to be joined with what others demand of the same value. */
export type Demand = JsonObject | false;

/** Narrows some keywords of a schema, of whose value no more than `read` is read. */
export type NarrowKeywords = (narrowing: Narrowing, part: KeywordPart, read: ReadPaths) => readonly Demand[];

/** All of several schemas. */
export function allOf(schemas: readonly JsonValue[]): JsonValue {
  const telling = schemas.filter((schema) => schema !== true);
  const [only, ...more] = telling;
  if (only === undefined) return true;
  return more.length === 0 ? only : { allOf: telling };
}

/** One of several schemas, each of which may hold beside others: nothing is demanded where one of them demands nothing. */
export function anyOf(schemas: readonly JsonValue[]): Demand | undefined {
  if (schemas.some((schema) => schema === true)) return undefined;
  const possible = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()].filter((schema) => schema !== false);
  const [only, ...more] = possible;
  if (only === undefined) return false;
  return more.length === 0 && typeof only === 'object' && !Array.isArray(only) ? (only as JsonObject) : { anyOf: possible };
}
