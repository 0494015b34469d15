import { isObject, type JsonObject, type JsonValue } from '../source/json.ts';
import { coversOf } from './covers.ts';
import { isTrue } from './evaluate.ts';
import { coveringIn, regionOfName } from './objects/regions.ts';
import type { Run } from './run.ts';
import { canonicalText, type Schema } from './schema.ts';
import type { State } from './state.ts';
import { claimed, type Fact, type Region, type Step, told, type Ways } from './steps.ts';
import { madeUpSchema, type World } from './world.ts';

type Unevaluated = Extract<Fact, { kind: 'unevaluated' }>;

/** Adds a choice for what values are made without regard to, where a value violates it: what stays unevaluated, and lists and objects that are not wanted. */
export function splitFacts(run: Run, state: State, value: JsonValue): void {
  for (const fact of state.facts) {
    if (fact.kind === 'unevaluated' && fact.assertion.of === 'properties' && isObject(value)) splitProperties(run, state, fact, value);
    else if (fact.kind === 'unevaluated' && fact.assertion.of === 'items' && Array.isArray(value)) splitItems(run, state, fact, value);
    else if (fact.kind === 'unlisted' && typeof value === 'object' && value !== null && fact.values.has(canonicalText(value)))
      add(state, fact, { key: `unlisted ${canonicalText(value)}`, ways: otherThan(run.world, value) });
  }
}

function add(state: State, fact: Fact, { key, ways }: { readonly key: string; readonly ways: Ways }): void {
  if (state.settled.has(key)) return;
  state.settled.add(key);
  state.choices.push({ ways, origin: { kind: 'fact', fact } });
}

/** A property is evaluated by something that holds, or keeps to what is said of those that are not. */
function splitProperties(run: Run, state: State, fact: Unevaluated, value: JsonObject): void {
  const { owner, assertion } = fact;
  const covers = coversOf(run.world, owner, 'properties');
  for (const name of Object.keys(value)) {
    const region = regionOfName(run.primitives, covers, name);
    const covering = region && coveringIn(run.primitives, covers, region);
    if (!region || !covering || covering.some(({ guard }) => !guard)) continue;
    const guards = covering.flatMap(({ guard }) => (guard ? [guard] : []));
    if (isEvaluated(run, guards, value) || isTrue(run.primitives, { schema: assertion.schema, holds: true }, value[name] ?? null)) continue;
    const keeps = told({ kind: 'each', region, claim: { schema: assertion.schema, holds: true } });
    add(state, fact, { key: `${owner.id} ${regionText(region)}`, ways: waysOf(guards, keeps) });
  }
}

function isEvaluated(run: Run, guards: readonly Schema[], value: JsonValue): boolean {
  return guards.some((schema) => isTrue(run.primitives, { schema, holds: true }, value) === true);
}

function waysOf(guards: readonly Schema[], otherwise: Step): Ways {
  return [...[...new Set(guards)].map((guard) => [claimed(guard, true)]), [otherwise]];
}

function regionText(region: Region): string {
  return region.kind === 'name' ? `name ${region.name}` : `matching ${JSON.stringify(region.matching)}`;
}

function splitItems(run: Run, state: State, fact: Unevaluated, value: readonly JsonValue[]): void {
  const { owner, assertion } = fact;
  const covers = coversOf(run.world, owner, 'items');
  const last = Math.max(0, ...covers.map(({ items }) => items).filter((items) => items < Number.POSITIVE_INFINITY));
  for (const [index, item] of value.entries()) {
    const covering = covers.filter(({ items }) => items > index);
    if (covering.some(({ guard }) => !guard)) continue;
    const guards = covering.flatMap(({ guard }) => (guard ? [guard] : []));
    if (isEvaluated(run, guards, value) || isTrue(run.primitives, { schema: assertion.schema, holds: true }, item)) continue;
    const place = index < last ? { from: index, to: index } : { from: last, to: Number.POSITIVE_INFINITY };
    const keeps = told({ kind: 'each-item', ...place, claim: { schema: assertion.schema, holds: true } });
    add(state, fact, { key: `${owner.id} from ${place.from}`, ways: waysOf(guards, keeps) });
  }
}

/** The ways in which a list or object can differ from one. */
function otherThan(world: World, value: JsonValue): Ways {
  const differs = (part: JsonValue) => ({
    schema: madeUpSchema(world, { kind: 'values', values: new Map([[canonicalText(part), part]]) }),
    holds: false,
  });
  if (Array.isArray(value)) {
    const items: readonly JsonValue[] = value;
    return [
      ...(items.length > 0 ? [[told({ kind: 'count', side: 'high', limit: items.length - 1 })]] : []),
      [told({ kind: 'count', side: 'low', limit: items.length + 1 })],
      ...items.map((item, index) => [told({ kind: 'some-items', from: index, to: index, claims: [differs(item)], least: 1 })]),
    ];
  }
  const entries = isObject(value) ? Object.entries(value) : [];
  return [
    ...entries.map(([name]) => [told({ kind: 'absent', name })]),
    [told({ kind: 'count', side: 'low', limit: entries.length + 1 })],
    ...entries.map(([name, part]) => [told({ kind: 'some', region: { kind: 'name', name }, value: [differs(part)], name: [] })]),
  ];
}
