import { resolve, type SchemaLocation } from '../payload/documents.ts';
import type { JsonObject, JsonValue } from '../source/json.ts';
import type { SchemaNode } from './schema-node.ts';

/** How many values may still be looked at, in several comparisons together. */
export type Glances = { left: number };

/** As many as the places of one payload have: what is larger is compared by keywords. */
export function createGlances(): Glances {
  return { left: 20_000 };
}

type Run = { readonly versions: readonly [SchemaNode, SchemaNode]; readonly glances: Glances; readonly depth: number };
type Places = readonly [before: SchemaLocation, after: SchemaLocation];

/**
 * Whether two versions of a schema are the same as they are written, down to descriptions, and so is all that they refer to. `false` says nothing:
 * it is also the answer where a look at them takes too long.
 */
export function isSameText(before: SchemaNode, after: SchemaNode, glances: Glances): boolean {
  return same({ versions: [before, after], glances, depth: 0 }, [before.schema, after.schema], [before.location, after.location]);
}

function same(run: Run, [a, b]: readonly [JsonValue, JsonValue], places: Places): boolean {
  run.glances.left -= 1;
  if (run.glances.left < 0) return false;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  if (isList(a)) return isList(b) && a.length === b.length && a.every((item, index) => same(run, [item, b[index] ?? null], places));
  return !isList(b) && sameObjects(run, [a, b], places);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function sameObjects(run: Run, [a, b]: readonly [JsonObject, JsonObject], places: Places): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every(
    (name) =>
      Object.hasOwn(b, name) &&
      same(run, [a[name] ?? null, b[name] ?? null], places) &&
      (name !== '$ref' || sameTargets(run, a[name], places)),
  );
}

/** References are followed so far from each other; recursion is not followed to its end. */
const MOST_FOLLOWED = 20;

function sameTargets(run: Run, reference: JsonValue | undefined, [before, after]: Places): boolean {
  if (typeof reference !== 'string' || run.depth === MOST_FOLLOWED) return false;
  const [old, now] = run.versions;
  const [from, to] = [resolve(old.documents, before, reference), resolve(now.documents, after, reference)];
  return from.ok && to.ok && same({ ...run, depth: run.depth + 1 }, [from.schema, to.schema], [from.location, to.location]);
}
