import type { Assertion, Schema } from './schema.ts';
import type { Cover } from './world.ts';
import { madeUpSchema, type World } from './world.ts';

type Kind = 'properties' | 'items';
type Walk = { readonly world: World; readonly kind: Kind; readonly found: Cover[] };

/** Everything that evaluates something for a schema: beside its own `unevaluated…`, and in the schemas that hold in its place. */
export function coversOf(world: World, owner: Schema, kind: Kind): readonly Cover[] {
  const key = `${kind} ${owner.id}`;
  const known = world.covers.get(key);
  if (known) return known;
  const walk: Walk = { world, kind, found: [] };
  world.covers.set(key, walk.found);
  for (const assertion of owner.assertions) {
    if (assertion.kind !== 'unevaluated' || assertion.of !== kind) collect(walk, assertion, [], [owner.id]);
  }
  return walk.found;
}

function collect(walk: Walk, assertion: Assertion, guards: readonly Schema[], path: readonly number[]): void {
  const into = (schema: Schema, more: readonly Schema[] = []): void => {
    if (path.includes(schema.id)) return;
    for (const inner of schema.assertions) collect(walk, inner, [...guards, ...more], [...path, schema.id]);
  };
  switch (assertion.kind) {
    case 'properties': {
      const { named, patterns, rest } = assertion;
      if (walk.kind === 'properties')
        walk.found.push({
          ...guardOf(walk, guards),
          names: new Set(named.keys()),
          patterns: patterns.map(({ source }) => source),
          rest: rest !== undefined,
          items: 0,
        });
      return;
    }
    case 'items':
      if (walk.kind === 'items')
        walk.found.push({
          ...guardOf(walk, guards),
          ...NOTHING,
          items: assertion.rest ? Number.POSITIVE_INFINITY : assertion.prefix.length,
        });
      return;
    case 'unevaluated':
      if (walk.kind === assertion.of)
        walk.found.push({ ...guardOf(walk, guards), ...NOTHING, rest: true, items: Number.POSITIVE_INFINITY });
      return;
    case 'all':
      for (const schema of assertion.schemas) into(schema);
      return;
    case 'any':
    case 'one':
      for (const schema of assertion.schemas) into(schema, [schema]);
      return;
    case 'if':
      into(assertion.condition, [assertion.condition]);
      into(assertion.then, [assertion.condition]);
      into(assertion.otherwise, [madeUpSchema(walk.world, { kind: 'not', schema: assertion.condition })]);
      return;
    case 'dependent':
      into(assertion.schema, [madeUpSchema(walk.world, { kind: 'required', names: [assertion.trigger] })]);
      return;
    default:
  }
}

const NOTHING: Pick<Cover, 'names' | 'patterns' | 'rest'> = { names: new Set(), patterns: [], rest: false };

function guardOf({ world }: Walk, guards: readonly Schema[]): Pick<Cover, 'guard'> {
  if (guards.length === 0) return {};
  return { guard: guards.length === 1 && guards[0] ? guards[0] : madeUpSchema(world, { kind: 'all', schemas: guards }) };
}
