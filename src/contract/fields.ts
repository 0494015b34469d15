/**
 * Reading values of contract files without trusting their shape: whatever has the wrong type reads as absent. The shape check has reported
 * it, and the rest of the file is still understood, so that one mistake hides no other.
 */
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../source/json.ts';
import type { Pointer } from '../source/pointer.ts';
import { appendPointer } from '../source/pointer.ts';
import type { Milliseconds } from './model.ts';
import { parseDuration } from './quantities.ts';

/** The text at a key. */
export function textAt(value: JsonValue | undefined, key: string): string | undefined {
  const found = ownProperty(value, key);
  return typeof found === 'string' ? found : undefined;
}

/** The text at a key where it is one of a closed list. */
export function choiceAt<T extends string>(value: JsonValue | undefined, key: string, choices: readonly T[]): T | undefined {
  const found = ownProperty(value, key);
  return choices.find((choice) => choice === found);
}

/** The whole number of at least 1 at a key. */
export function countAt(value: JsonValue | undefined, key: string): number | undefined {
  const found = ownProperty(value, key);
  return typeof found === 'number' && Number.isInteger(found) && found > 0 ? found : undefined;
}

/** The number at a key. */
export function numberAt(value: JsonValue | undefined, key: string): number | undefined {
  const found = ownProperty(value, key);
  return typeof found === 'number' ? found : undefined;
}

/** The boolean at a key. */
export function booleanAt(value: JsonValue | undefined, key: string): boolean | undefined {
  const found = ownProperty(value, key);
  return typeof found === 'boolean' ? found : undefined;
}

/** The duration at a key. */
export function durationAt(value: JsonValue | undefined, key: string): Milliseconds | undefined {
  const found = textAt(value, key);
  return found === undefined ? undefined : parseDuration(found);
}

/** The object at a key. */
export function objectAt(value: JsonValue | undefined, key: string): JsonObject | undefined {
  const found = ownProperty(value, key);
  return isObject(found) ? found : undefined;
}

/** The entries of the mapping at a key, in the order of the file. */
export function entriesAt(value: JsonValue | undefined, key: string): readonly (readonly [string, JsonValue])[] {
  return Object.entries(objectAt(value, key) ?? {});
}

/** The texts of the list at a key; a single text counts as a list of one. */
export function textsAt(value: JsonValue | undefined, key: string): readonly string[] | undefined {
  const found = ownProperty(value, key);
  if (typeof found === 'string') return [found];
  return Array.isArray(found) ? found.filter((item) => typeof item === 'string') : undefined;
}

/** The pointers at a key: one or several, where a bare name is a top-level property. */
export function pointersAt(value: JsonValue | undefined, key: string): readonly Pointer[] | undefined {
  return textsAt(value, key)?.map(toPointer);
}

/** A pointer as contracts write it: `/price/amount`, or `courseId` for `/courseId`. */
function toPointer(text: string): Pointer {
  return text.startsWith('/') ? text : appendPointer('', text);
}

/** The property is there for what may be left out, and must be given for what may not. */
type Loose<T> = { [K in keyof T]: Record<never, never> extends Pick<T, K> ? T[K] | undefined : T[K] };

/** Drops what is undefined, so that an optional property is absent and never `undefined`. */
export function withoutUndefined<T extends object>(value: Loose<T>): T {
  const given: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const entry = (value as Record<string, unknown>)[key];
    if (entry !== undefined) given[key] = entry;
  }
  return given as T;
}
