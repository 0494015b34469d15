import { joinAlphabets } from './alphabet.ts';
import { type Automaton, complementAutomaton, sameAutomaton } from './automaton.ts';
import { type Budget, spend } from './budget.ts';
import { minimise } from './minimise.ts';

/** What becomes of a text that is or is not in one set, and is or is not in another. */
export type Operation = (left: boolean, right: boolean) => boolean;

/** The automaton of what an operation makes of two languages. */
export function combineAutomata(left: Automaton, right: Automaton, operation: Operation, budget: Budget): Automaton {
  const constant = withConstant(left, right, operation) ?? withConstant(right, left, (one, other) => operation(other, one));
  if (constant) return constant;
  if (sameAutomaton(left, right)) return unary(left, (accepted) => operation(accepted, accepted));
  return minimise(product(left, right, operation, budget), budget);
}

/** The result where one of the two accepts all or nothing. */
function withConstant(one: Automaton, other: Automaton, operation: Operation): Automaton | undefined {
  if (one.accepts.length > 1) return undefined;
  const accepted = one.accepts[0] === 1;
  return unary(other, (right) => operation(accepted, right));
}

function unary(automaton: Automaton, change: (accepted: boolean) => boolean): Automaton {
  if (change(true) && !change(false)) return automaton;
  if (!change(true) && change(false)) return complementAutomaton(automaton);
  return { alphabet: { starts: [0], kinds: [0], size: 1 }, next: Int32Array.of(0), accepts: Uint8Array.of(Number(change(true))) };
}

function product(left: Automaton, right: Automaton, operation: Operation, budget: Budget): Automaton {
  const { alphabet, lefts, rights } = joinAlphabets(left.alphabet, right.alphabet);
  const width = right.accepts.length;
  const ends = [endStates(left), endStates(right)] as const;
  // Pairs from which the result never changes are all one pair.
  const settle = (one: number, other: number): number => {
    const [certain, likewise] = [ends[0].get(one), ends[1].get(other)];
    if (certain !== undefined && operation(certain, true) === operation(certain, false)) return operation(certain, true) ? -1 : -2;
    if (likewise !== undefined && operation(true, likewise) === operation(false, likewise)) return operation(true, likewise) ? -1 : -2;
    return one * width + other;
  };
  const numbers = new Map<number, number>();
  const pairs: number[] = [];
  const numberOf = (pair: number): number => {
    const known = numbers.get(pair);
    if (known !== undefined) return known;
    numbers.set(pair, pairs.length);
    return pairs.push(pair) - 1;
  };
  numberOf(settle(0, 0));
  const next: number[] = [];
  for (let at = 0; at < pairs.length; at += 1) {
    const pair = pairs[at] ?? 0;
    spend(budget, alphabet.size + 1);
    const [one, other] = [Math.floor(pair / width) * left.alphabet.size, (pair % width) * right.alphabet.size];
    for (let kind = 0; kind < alphabet.size; kind += 1)
      next.push(pair < 0 ? at : numberOf(settle(left.next[one + (lefts[kind] ?? 0)] ?? 0, right.next[other + (rights[kind] ?? 0)] ?? 0)));
  }
  const accepts = Uint8Array.from(pairs, (pair) =>
    Number(pair < 0 ? pair === -1 : operation(left.accepts[Math.floor(pair / width)] === 1, right.accepts[pair % width] === 1)),
  );
  return { alphabet, next: Int32Array.from(next), accepts };
}

/** The states that nothing leaves any more, and whether they accept. */
function endStates({ alphabet: { size }, next, accepts }: Automaton): ReadonlyMap<number, boolean> {
  const ends = new Map<number, boolean>();
  for (let state = 0; state < accepts.length; state += 1)
    if (next.subarray(state * size, (state + 1) * size).every((to) => to === state)) ends.set(state, accepts[state] === 1);
  return ends;
}
