import type { JsonValue } from '../source/json.ts';
import { emissionOf, matches, otherPropertySchemas, propertySchemas, textList, typesOf } from './conjunction.ts';
import { numbersOf, type Place } from './place.ts';
import { childNode, type KeywordNode, listNodes, namedNodes, type SchemaNode } from './schema-node.ts';
import { patternSamples } from './text-samples.ts';

const MOST_ITEMS = 200;

/** Lists worth trying: of boundary lengths, with each boundary item at each place that has a schema of its own, with and without repetition. */
export function arrayCandidates(place: Place): readonly JsonValue[] {
  if (!typesOf(place.sender).has('array')) return [];
  const placed = Math.max(0, ...[...place.sender.members, ...place.hints].map((node) => listNodes(node, 'prefixItems').length));
  const pools = Array.from({ length: placed + 1 }, (_, index) =>
    place.part(itemNodes(place.sender.members, index), [...itemNodes(place.hints, index), ...soughtItems(place.hints)]),
  );
  const lengths = ['minItems', 'maxItems', 'minContains', 'maxContains']
    .flatMap((keyword) => numbersOf(place, keyword))
    .flatMap((length) => [length - 1, length, length + 1]);
  const wanted = [...new Set([0, 1, 2, 3, placed, placed + 1, ...lengths])].filter((length) => length >= 0 && length <= MOST_ITEMS);
  const filled = wanted.flatMap((length) => [fill(pools, length, 0), fill(pools, length, 1)]).filter((list) => list !== undefined);
  const least = Math.min(MOST_ITEMS, Math.max(0, ...numbersOf({ ...place, hints: [] }, 'minItems')));
  const varied = pools.flatMap((pool, index) =>
    pool.flatMap((value) => {
      const base = fill(pools, Math.max(least, index + 1), 1) ?? fill(pools, Math.max(least, index + 1), 0);
      return base ? [base.map((item, at) => (at === index ? value : item))] : [];
    }),
  );
  return [...filled.sort((a, b) => a.length - b.length), ...varied];
}

/** A list of some length: every place its simplest value (`stride` 0), or others in turn so that items differ (`stride` 1). */
function fill(pools: readonly (readonly JsonValue[])[], length: number, stride: number): JsonValue[] | undefined {
  const items: JsonValue[] = [];
  for (let index = 0; index < length; index += 1) {
    const pool = pools[Math.min(index, pools.length - 1)] ?? [];
    if (pool.length === 0) return undefined;
    items.push(pool[(index * stride) % pool.length] ?? null);
  }
  return items;
}

function itemNodes(nodes: readonly KeywordNode[], index: number): readonly SchemaNode[] {
  return nodes.map((node) => listNodes(node, 'prefixItems')[index] ?? childNode(node, 'items')).filter((node) => node !== undefined);
}

/** What a receiver looks for among the items, whatever their index. */
function soughtItems(nodes: readonly KeywordNode[]): readonly SchemaNode[] {
  return nodes.flatMap((node) => [childNode(node, 'contains'), childNode(node, 'unevaluatedItems')]).filter((node) => node !== undefined);
}

/** Objects worth trying: the smallest, the fullest, each property left out of the one or added to the other with each of its values. */
export function objectCandidates(place: Place): readonly JsonValue[] {
  if (!typesOf(place.sender).has('object')) return [];
  const pools = new Map(sendableNames(place).map((name) => [name, place.part(sendSchemas(place, name), hintNodes(place.hints, name))]));
  const required = new Set(place.sender.members.flatMap((member) => textList(member.schema.required)));
  const smallest = objectOf(pools, [...required]);
  if (!smallest) return [];
  const possible = [...pools.keys()].filter((name) => (pools.get(name) ?? []).length > 0);
  const fullest = objectOf(pools, possible) ?? smallest;
  if (place.quiet) return [smallest, fullest];
  const left = possible.filter((name) => !required.has(name)).map((name) => without(fullest, name));
  const varied = possible.flatMap((name) => (pools.get(name) ?? []).map((value) => withProperty(smallest, name, value)));
  const varying = possible.flatMap((name) => (pools.get(name) ?? []).slice(0, 3).map((value) => withProperty(fullest, name, value)));
  const grown = possible
    .map((_, index) => objectOf(pools, [...required, ...possible.slice(0, index + 1)]))
    .filter((object) => object !== undefined);
  return [smallest, fullest, ...varied, ...left, ...grown, ...varying];
}

function sendableNames(place: Place): readonly string[] {
  const { names, open } = emissionOf(place.sender, place.strict);
  const patterns = [...place.sender.members, ...place.hints].flatMap((node) => [...namedNodes(node, 'patternProperties').keys()]);
  const hinted = place.hints.flatMap((node) => [...namedNodes(node, 'properties').keys(), ...textList(node.schema.required)]);
  const matching = patterns.flatMap(patternSamples);
  // Longer names too, for patterns that are not anchored.
  const others = open ? [...hinted, ...matching, 'other', ...matching.flatMap((name) => [`a${name}`, `${name}a`])] : [];
  return [...new Set([...names, ...others])];
}

function sendSchemas(place: Place, name: string): readonly SchemaNode[] {
  const own = propertySchemas(place.sender, name);
  return own.length > 0 ? own : (otherPropertySchemas(place.sender)[0] ?? []);
}

function hintNodes(hints: readonly KeywordNode[], name: string): readonly SchemaNode[] {
  return hints.flatMap((node) => {
    const declared = namedNodes(node, 'properties').get(name);
    const matching = [...namedNodes(node, 'patternProperties')].filter(([pattern]) => matches(pattern, name)).map(([, child]) => child);
    const other = declared || matching.length > 0 ? undefined : childNode(node, 'additionalProperties');
    return [declared, ...matching, other, childNode(node, 'unevaluatedProperties')].filter((child) => child !== undefined);
  });
}

function objectOf(pools: ReadonlyMap<string, readonly JsonValue[]>, names: readonly string[]): Record<string, JsonValue> | undefined {
  const entries: [string, JsonValue][] = [];
  for (const name of new Set(names)) {
    const value = pools.get(name)?.[0];
    if (value === undefined) return undefined;
    entries.push([name, value]);
  }
  return Object.fromEntries(entries);
}

function withProperty(object: Readonly<Record<string, JsonValue>>, name: string, value: JsonValue): JsonValue {
  return Object.fromEntries([...Object.entries(object).filter(([key]) => key !== name), [name, value]]);
}

function without(object: Readonly<Record<string, JsonValue>>, name: string): JsonValue {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}
