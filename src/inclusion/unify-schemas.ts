import type { Schema } from './schema.ts';
import { assertionKey, mapSchemas, schemasInside, type World } from './world.ts';

/**
 * Makes schemas that say the same one schema, recursion included, and gives for each the one that stands for it. Classes begin as coarse as
 * can be and are split where the schemas inside fall into different ones; what did not change keeps the name of its class, so that few are
 * looked at again.
 */
export function unifySchemas(world: World): (schema: Schema) => Schema {
  const classes = splitClasses(world);
  const standing = new Map<number, Schema>();
  for (const schema of world.schemas) {
    const name = classes[schema.id] ?? 0;
    if (!standing.has(name)) standing.set(name, schema);
  }
  const standIn = (schema: Schema): Schema => standing.get(classes[schema.id] ?? 0) ?? schema;
  for (const schema of standing.values()) schema.assertions = schema.assertions.map((assertion) => mapSchemas(assertion, standIn));
  return standIn;
}

/** The class of each schema, by its id. */
function splitClasses({ schemas }: World): readonly number[] {
  const classes: number[] = schemas.map(() => 0);
  const members = new Map<number, Set<number>>([[0, new Set(schemas.map(({ id }) => id))]]);
  const holders = holdersOf(schemas);
  let dirty = new Set(schemas.map(({ id }) => id));
  while (dirty.size > 0) {
    const changed = new Set<number>();
    for (const group of splitOff(schemas, classes, { members, dirty })) {
      const name = members.size;
      members.set(name, new Set(group));
      for (const id of group) {
        members.get(classes[id] ?? 0)?.delete(id);
        classes[id] = name;
        changed.add(id);
      }
    }
    dirty = new Set([...changed].flatMap((id) => holders[id] ?? []));
  }
  return classes;
}

type Round = { readonly members: ReadonlyMap<number, ReadonlySet<number>>; readonly dirty: ReadonlySet<number> };

/** The groups that leave their class. What is not dirty says the same as before and stays; where all of a class is dirty, its largest part stays. */
function splitOff(schemas: readonly Schema[], classes: readonly number[], { members, dirty }: Round): readonly (readonly number[])[] {
  const byClass = new Map<number, Map<string, number[]>>();
  for (const id of dirty) {
    const former = classes[id] ?? 0;
    const groups = byClass.get(former) ?? new Map<string, number[]>();
    byClass.set(former, groups);
    const assertions = schemas[id]?.assertions ?? [];
    const text = assertions.map((assertion) => assertionKey(assertion, (inner) => classes[inner.id] ?? 0));
    // What is not known, such as where a reference leads that leads nowhere, need not be the same because it is written alike.
    const own = assertions.some((assertion) => assertion.kind === 'unknown' && !assertion.of) ? [`only ${id}`] : [];
    const key = [...new Set([...text, ...own])].sort().join('\n');
    const group = groups.get(key) ?? [];
    group.push(id);
    groups.set(key, group);
  }
  return [...byClass].flatMap(([own, groups]) => {
    const sorted = [...groups.values()].sort((a, b) => b.length - a.length);
    const all = sorted.reduce((sum, group) => sum + group.length, 0);
    return (members.get(own)?.size ?? 0) > all ? sorted : sorted.slice(1);
  });
}

function holdersOf(schemas: readonly Schema[]): readonly (readonly number[])[] {
  const holders: number[][] = schemas.map(() => []);
  for (const { id, assertions } of schemas) {
    for (const inner of assertions.flatMap(schemasInside)) holders[inner.id]?.push(id);
  }
  return holders;
}
