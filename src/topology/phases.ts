/** Steps in the order in which they are applied, and what is said of several at once. */
import { compareText } from './derive.ts';
import { resourceKey } from './model.ts';
import type { Risk, Step } from './steps.ts';

const riskOrder: readonly Risk[] = ['safe', 'duplicates', 'order', 'data-loss'];

/** The worst of some risks. */
export function worstRisk(risks: readonly Risk[]): Risk {
  return riskOrder[Math.max(0, ...risks.map((risk) => riskOrder.indexOf(risk)))] ?? 'safe';
}

/** Groups steps by the phase of their resource, sorted by kind and name within one. */
export function inPhases(steps: readonly Step[], phaseOf: (kind: string) => number): readonly (readonly Step[])[] {
  const phases = groupBy(steps, ({ resource }) => phaseOf(resource.kind));
  return [...phases.entries()]
    .sort(([a], [b]) => a - b)
    .map(([, phase]) => [...phase].sort((a, b) => compareText(resourceKey(a.resource), resourceKey(b.resource))));
}

/** A resource by its key, in words: `queue payments.charge`. */
export function describeKey(key: string): string {
  const slash = key.indexOf('/');
  return `${key.slice(0, slash)} ${key.slice(slash + 1)}`;
}

/** Groups items by a key, in the order in which keys come first. */
export function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
