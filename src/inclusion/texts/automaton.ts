import { type Alphabet, kindOf, ONE_KIND } from './alphabet.ts';

/**
 * A deterministic automaton over code points; it begins in state 0. From state `s` a code point of kind `k` leads to `next[s * size + k]`.
 * Each is the smallest there is, with states and kinds in one order, so that equal languages have equal automata.
 */
export type Automaton = { readonly alphabet: Alphabet; readonly next: Int32Array; readonly accepts: Uint8Array };

/** Accepts no text, and every text. */
export const NOTHING: Automaton = { alphabet: ONE_KIND, next: Int32Array.of(0), accepts: Uint8Array.of(0) };
export const ANYTHING: Automaton = { alphabet: ONE_KIND, next: Int32Array.of(0), accepts: Uint8Array.of(1) };

/** Whether an automaton accepts a text. */
export function accepts({ alphabet, next, accepts: accepting }: Automaton, text: string): boolean {
  let state = 0;
  if (alphabet.size > 1 || accepting.length > 1)
    for (const character of text) state = next[state * alphabet.size + kindOf(alphabet, character.codePointAt(0) ?? 0)] ?? 0;
  return accepting[state] === 1;
}

/** Whether two automata accept the same texts. */
export function sameAutomaton(one: Automaton, other: Automaton): boolean {
  if (one === other) return true;
  return (
    sameNumbers(one.accepts, other.accepts) &&
    sameNumbers(one.next, other.next) &&
    sameNumbers(one.alphabet.starts, other.alphabet.starts) &&
    sameNumbers(one.alphabet.kinds, other.alphabet.kinds)
  );
}

function sameNumbers(one: ArrayLike<number>, other: ArrayLike<number>): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false;
  return true;
}

/** The automaton that accepts what another does not. */
export function complementAutomaton({ alphabet, next, accepts: accepting }: Automaton): Automaton {
  return { alphabet, next, accepts: accepting.map((accepted) => 1 - accepted) };
}
