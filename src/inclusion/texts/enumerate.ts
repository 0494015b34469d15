import type { Automaton } from './automaton.ts';
import { type Budget, spend } from './budget.ts';
import { createLayers, type Layers } from './layers.ts';
import { type Letters, letterAt, lettersByKind, type Taken } from './readable.ts';

/** The texts that an automaton accepts, by their lengths. */
export type Enumeration = {
  /** The lengths between two bounds that texts have, in ascending order. */
  readonly lengths: (from: number, to: number) => Generator<number>;
  /** The texts of a length, the most readable first. */
  readonly textsOf: (length: number) => Generator<string>;
};

/** Which letters are taken, how many at most of those that lead to the same, and what it may cost. */
export type Listing = { readonly taken: Taken; readonly lettersOfKind: number; readonly budget: Budget };

/** Lists the texts of an automaton. What is listed, and what is looked at on the way, is taken off the budget. */
export function enumerate(automaton: Automaton, { taken, lettersOfKind, budget }: Listing): Enumeration {
  const letters = lettersByKind(automaton.alphabet, taken).map((kind) => ({ ...kind, count: Math.min(kind.count, lettersOfKind) }));
  const layers = createLayers(
    automaton,
    letters.map(({ count }) => count > 0),
    budget,
  );
  const order = letters
    .flatMap(({ count }, kind) => (count > 0 ? [kind] : []))
    .sort((a, b) => (letters[a]?.rank ?? 0) - (letters[b]?.rank ?? 0));
  const walk: Walk = { automaton, layers, letters, order, budget };
  return { lengths: (from, to) => lengthsBetween(layers, from, to), textsOf: (length) => textsOfLength(walk, length) };
}

function* lengthsBetween({ layer, cycle }: Layers, from: number, to: number): Generator<number> {
  let last = from - 1;
  for (let length = from; length <= to; length += 1) {
    if (layer(length)[0] === 1) {
      last = length;
      yield length;
    }
    // Nothing within a whole round: nothing ever.
    const round = cycle();
    if (round && length - Math.max(last, round.from) >= round.period) return;
  }
}

type Walk = {
  readonly automaton: Automaton;
  readonly layers: Layers;
  readonly letters: readonly Letters[];
  readonly order: readonly number[];
  readonly budget: Budget;
};

/** Where a walk is at one place of a text: in which state, at which of the ordered kinds, at which letter of it. */
type Places = { readonly states: Int32Array; readonly choices: Int32Array; readonly numbers: Int32Array };

function* textsOfLength(walk: Walk, length: number): Generator<string> {
  const { letters, order, budget, layers } = walk;
  if (layers.layer(length)[0] !== 1) return;
  // Paid before it is made: contracts may ask for a text of a thousand million characters.
  spend(budget, length);
  const places: Places = { states: new Int32Array(length + 1), choices: new Int32Array(length), numbers: new Int32Array(length) };
  for (let changed = 0; changed >= 0; changed = advance(walk, places)) {
    fill(walk, places, changed);
    spend(budget, 1 + (length >> 4));
    let text = '';
    for (let at = 0; at < length; at += 1) {
      const kind = letters[order[places.choices[at] ?? 0] ?? 0];
      if (kind) text += String.fromCodePoint(letterAt(kind, places.numbers[at] ?? 0));
    }
    yield text;
  }
}

/** Takes the first possible letter at each place from one on. */
function fill(walk: Walk, places: Places, from: number): void {
  for (let at = from; at < places.choices.length; at += 1)
    take(walk, places, { at, choice: nextChoice(walk, places, { at, choice: 0 }), number: 0 });
}

type Choice = { readonly at: number; readonly choice: number };

/** The first kind, from a choice on, after which the rest of the text can still be accepted. */
function nextChoice({ automaton, layers, order, budget }: Walk, { states, choices }: Places, { at, choice }: Choice): number {
  const layer = layers.layer(choices.length - at - 1);
  const row = (states[at] ?? 0) * automaton.alphabet.size;
  let found = choice;
  while (found < order.length && layer[automaton.next[row + (order[found] ?? 0)] ?? 0] !== 1) found += 1;
  spend(budget, (found - choice) >> 2);
  return found;
}

function take(
  { automaton, order }: Walk,
  { states, choices, numbers }: Places,
  { at, choice, number }: Choice & { readonly number: number },
): void {
  choices[at] = choice;
  numbers[at] = number;
  states[at + 1] = automaton.next[(states[at] ?? 0) * automaton.alphabet.size + (order[choice] ?? 0)] ?? 0;
}

/** Goes on to the next text; gives the place after the one that changed, or -1 after the last text. */
function advance(walk: Walk, places: Places): number {
  for (let at = places.choices.length - 1; at >= 0; at -= 1) {
    const choice = places.choices[at] ?? 0;
    const number = (places.numbers[at] ?? 0) + 1;
    if (number < (walk.letters[walk.order[choice] ?? 0]?.count ?? 0)) {
      take(walk, places, { at, choice, number });
      return at + 1;
    }
    const further = nextChoice(walk, places, { at, choice: choice + 1 });
    if (further < walk.order.length) {
      take(walk, places, { at, choice: further, number: 0 });
      return at + 1;
    }
  }
  return -1;
}
