import type { Automaton } from './automaton.ts';
import { type Budget, spend } from './budget.ts';

/** From which states how many letters may be left. */
export type Layers = {
  /** The states from which a word of that many letters is accepted: 1 for each of them. */
  readonly layer: (left: number) => Uint8Array;
  /** After which number of letters layers repeat, and after how many more, as far as that is known already. */
  readonly cycle: () => { readonly from: number; readonly period: number } | undefined;
};

/**
 * Layers are made one after the other and only as far as they are asked for. There are finitely many, so that they repeat in the end: mostly
 * soon, and so a length of a million asks for a few only. `usable` tells which kinds of letters may be used.
 */
export function createLayers({ alphabet: { size }, next, accepts }: Automaton, usable: readonly boolean[], budget: Budget): Layers {
  const onward = accepts.reduce<number[][]>((lists, _, state) => {
    const row = next.subarray(state * size, (state + 1) * size).filter((_to, kind) => usable[kind] === true);
    lists.push([...new Set(row)]);
    return lists;
  }, []);
  const width = onward.reduce((sum, list) => sum + list.length + 1, 0);
  const layers: Uint8Array[] = [accepts];
  const seen = new Map<string, number>([[keyOf(accepts), 0]]);
  let cycle: { readonly from: number; readonly period: number } | undefined;
  const add = (last: Uint8Array): void => {
    spend(budget, 1 + (width >> 2));
    const layer = Uint8Array.from(onward, (list) => Number(list.some((to) => last[to] === 1)));
    const key = keyOf(layer);
    const from = seen.get(key);
    if (from !== undefined) cycle = { from, period: layers.length - from };
    else seen.set(key, layers.push(layer) - 1);
  };
  const layer = (left: number): Uint8Array => {
    for (let last = layers.at(-1); last && !cycle && layers.length <= left; last = layers.at(-1)) add(last);
    const at = cycle && left >= layers.length ? cycle.from + ((left - cycle.from) % cycle.period) : left;
    return layers[at] ?? accepts;
  };
  return { layer, cycle: () => cycle };
}

function keyOf(layer: Uint8Array): string {
  let key = '';
  for (let at = 0; at < layer.length; at += 15) {
    let bits = 0;
    for (let bit = 0; bit < 15; bit += 1) bits = (bits << 1) | (layer[at + bit] ?? 0);
    key += String.fromCharCode(bits);
  }
  return key;
}
