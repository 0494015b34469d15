import type { Alphabet } from './alphabet.ts';
import { type Automaton, MATCH, type Onward } from './automaton.ts';

/** A text by the numbers of its letters: a begin, what is repeated, and an end. */
export type Attack = { readonly before: readonly number[]; readonly pump: readonly number[]; readonly after: readonly number[] };

/** The text of an attack, cut to a length. */
export function writeAttack({ before, pump, after }: Attack, length: number): readonly number[] {
  const pumped = Math.max(0, length - before.length - after.length);
  return [...before, ...Array.from({ length: pumped }, (_, at) => pump[at % pump.length] ?? 0), ...after].slice(0, length);
}

/** What an engine does from each place on: how often it tries to read a character, and whether it finds a match. */
type Outcomes = { readonly steps: Float64Array; readonly found: Uint8Array };

/**
 * Counts how often an engine that tries one way after the other tries to read a character, without trying them: what it does from a place
 * of the pattern at a place of the text on is the same however it came there. Rather too few where it finds a match in the end.
 */
export function countSteps(automaton: Automaton, { reads }: Alphabet, text: readonly number[]): number {
  const { places, first, later } = automaton;
  const reached = reachedAt(automaton, reads, text);
  // What is done when a place is tried at this character, and what a search does that begins here or later.
  let after: Outcomes = { steps: new Float64Array(places.length), found: Uint8Array.from(places, ({ last }) => Number(last)) };
  let search = 0;
  for (let at = text.length - 1; at >= 0; at -= 1) {
    const tried = tryLetter(automaton, { places: reached[at] ?? [], reads, letter: text[at] ?? 0, after });
    const before: Outcomes = { steps: new Float64Array(places.length), found: new Uint8Array(places.length) };
    for (const place of reached[at - 1] ?? []) {
      const outcome = follow(places[place]?.onward, tried);
      before.steps[place] = outcome.steps;
      before.found[place] = Number(outcome.found);
    }
    const here = follow(at === 0 ? first : later, tried);
    search = here.found ? here.steps : here.steps + search;
    after = before;
  }
  return search;
}

type Trying = { readonly places: readonly number[]; readonly reads: Alphabet['reads']; readonly letter: number; readonly after: Outcomes };

/** What comes of trying to read a letter at each place: a step, and what follows where it can be read. */
function tryLetter(automaton: Automaton, { places, reads, letter, after }: Trying): Outcomes {
  const size = automaton.places.length;
  const tried: Outcomes = { steps: new Float64Array(size).fill(1), found: new Uint8Array(size) };
  for (const place of places) {
    if (!reads[automaton.places[place]?.leaf ?? MATCH]?.[letter]) continue;
    tried.steps[place] = 1 + (after.steps[place] ?? 0);
    tried.found[place] = after.found[place] ?? 0;
  }
  return tried;
}

/** The places that are tried at each character, so that the others need not be looked at. */
function reachedAt({ places, first, later }: Automaton, reads: Alphabet['reads'], text: readonly number[]): readonly (readonly number[])[] {
  let ahead = new Set<number>(first.to);
  return text.map((letter) => {
    const here = [...ahead].filter((place) => place !== MATCH);
    ahead = new Set(later.to);
    for (const place of here) {
      if (!reads[places[place]?.leaf ?? MATCH]?.[letter]) continue;
      for (const to of places[place]?.onward.to ?? []) ahead.add(to);
    }
    return here;
  });
}

function follow(onward: Onward | undefined, { steps, found }: Outcomes): { readonly steps: number; readonly found: boolean } {
  let once = 0;
  let all = 0;
  const { to, counts } = onward ?? { to: [], counts: [] };
  for (let index = 0; index < to.length; index += 1) {
    const place = to[index] ?? MATCH;
    if (place === MATCH) return { steps: once, found: true };
    const taken = steps[place] ?? 0;
    once += taken;
    if (found[place] === 1) return { steps: once, found: true };
    all += taken * (counts[index] ?? 1);
  }
  return { steps: all, found: false };
}

/** How often each leaf of a pattern has read a character of a text, when all ways are tried. */
export function countReads({ places, leaves, first, later }: Automaton, { reads }: Alphabet, text: readonly number[]): readonly number[] {
  const totals = leaves.map(() => 0);
  let ways = new Map<number, number>();
  for (const [at, letter] of text.entries()) {
    const tried = new Map<number, number>();
    spread(tried, at === 0 ? first : later, 1);
    for (const [place, count] of ways) spread(tried, places[place]?.onward, count);
    ways = new Map([...tried].filter(([place]) => reads[places[place]?.leaf ?? MATCH]?.[letter]));
    for (const [place, count] of ways) {
      const leaf = places[place]?.leaf ?? 0;
      totals[leaf] = (totals[leaf] ?? 0) + count;
    }
  }
  return totals;
}

function spread(tried: Map<number, number>, onward: Onward | undefined, times: number): void {
  for (const [index, to] of onward?.to.entries() ?? []) tried.set(to, (tried.get(to) ?? 0) + times * (onward?.counts[index] ?? 1));
}
