import type { JsonValue } from '../../source/json.ts';

/** A value as JSON, or why it is none. */
export type ReadJson = { readonly ok: true; readonly value: JsonValue } | { readonly ok: false; readonly reason: string };

// Texts as large as this are no schemas that anybody writes.
const MOST_VALUES = 3_000_000;

/**
 * Copies what a program handed over as a schema. A property without a value (`undefined`) is none, as in JSON texts; functions, numbers that
 * are none, objects of classes and what holds itself are not JSON. Throws a RangeError for what is nested too deeply for the stack.
 */
export function readJson(given: unknown): ReadJson {
  const left = { values: MOST_VALUES };
  const value = copy(given, left);
  if (left.values < 0) return { ok: false, reason: 'a schema is too large' };
  return value === undefined ? { ok: false, reason: 'a schema is not JSON' } : { ok: true, value };
}

function copy(value: unknown, left: { values: number }): JsonValue | undefined {
  left.values -= 1;
  if (left.values < 0) return undefined;
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (Array.isArray(value)) {
    const items = Array.from(value, (item: unknown) => copy(item, left));
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  return typeof value === 'object' && isPlain(value) ? copyObject(value, left) : undefined;
}

function copyObject(value: object, left: { values: number }): JsonValue | undefined {
  const entries: [string, JsonValue][] = [];
  for (const [name, part] of Object.entries<unknown>({ ...value })) {
    if (part === undefined) continue;
    const copied = copy(part, left);
    if (copied === undefined) return undefined;
    entries.push([name, copied]);
  }
  return Object.fromEntries(entries);
}

/** Whether an object is none of a class, wherever it was made. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
