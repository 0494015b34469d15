import { ANYTHING, type Automaton, accepts, complementAutomaton, NOTHING, sameAutomaton } from './automaton.ts';
import { type Budget, spend } from './budget.ts';
import { combineAutomata, type Operation } from './combine.ts';

/**
 * A set of texts that is known exactly. Texts of each length are decided by the automaton of that length, and `listed` ones by name. So
 * neither a length of a million nor a list of ten thousand values makes an automaton large.
 */
export type KnownTexts = { readonly pieces: readonly Piece[]; readonly listed: ReadonlyMap<string, boolean> };

/** From this length on, counted in code points, and up to where the next piece begins. */
export type Piece = { readonly from: number; readonly automaton: Automaton };

const NONE_LISTED: ReadonlyMap<string, boolean> = new Map();

export const KNOWN_NONE: KnownTexts = { pieces: [{ from: 0, automaton: NOTHING }], listed: NONE_LISTED };
export const KNOWN_ALL: KnownTexts = { pieces: [{ from: 0, automaton: ANYTHING }], listed: NONE_LISTED };

export function knownOfAutomaton(automaton: Automaton): KnownTexts {
  return { pieces: [{ from: 0, automaton }], listed: NONE_LISTED };
}

export function knownOfLength(least: number, most: number): KnownTexts {
  const [from, to] = [Math.max(0, Math.ceil(least)), Math.floor(most)];
  if (!(from <= to)) return KNOWN_NONE;
  const before: readonly Piece[] = from > 0 ? [{ from: 0, automaton: NOTHING }] : [];
  const after: readonly Piece[] = to < Number.POSITIVE_INFINITY ? [{ from: to + 1, automaton: NOTHING }] : [];
  return { pieces: [...before, { from, automaton: ANYTHING }, ...after], listed: NONE_LISTED };
}

export function knownOfWords(words: readonly string[]): KnownTexts {
  return { pieces: KNOWN_NONE.pieces, listed: new Map(words.map((word) => [word, true])) };
}

/** Whether a text is in the set. */
export function holds(texts: KnownTexts, text: string): boolean {
  return texts.listed.get(text) ?? holdsUnlisted(texts.pieces, text);
}

function holdsUnlisted(pieces: readonly Piece[], text: string): boolean {
  const only = pieces[0];
  if (only && pieces.length === 1) return accepts(only.automaton, text);
  const length = lengthOf(text);
  const piece = pieces.findLast(({ from }) => from <= length);
  return piece !== undefined && accepts(piece.automaton, text);
}

/** The length of a text as JSON Schema counts it: in code points. */
export function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/** Whether two sets are the same one. */
export function sameKnown(one: KnownTexts, other: KnownTexts): boolean {
  if (one === other) return true;
  if (one.pieces.length !== other.pieces.length || one.listed.size !== other.listed.size) return false;
  const samePieces = one.pieces.every(({ from, automaton }, at) => {
    const piece = other.pieces[at];
    return piece?.from === from && sameAutomaton(piece.automaton, automaton);
  });
  return samePieces && [...one.listed].every(([word, inside]) => other.listed.get(word) === inside);
}

/** The longest text of each piece. */
export function pieceEnds({ pieces }: KnownTexts): readonly (Piece & { readonly to: number })[] {
  return pieces.map((piece, at) => ({ ...piece, to: (pieces[at + 1]?.from ?? Number.POSITIVE_INFINITY) - 1 }));
}

export function complementKnown({ pieces, listed }: KnownTexts): KnownTexts {
  return {
    pieces: pieces.map(({ from, automaton }) => ({ from, automaton: complementAutomaton(automaton) })),
    listed: new Map([...listed].map(([word, inside]) => [word, !inside])),
  };
}

/** What an operation makes of two sets. Throws TooLarge when that would take too long. */
export function combineKnown(left: KnownTexts, right: KnownTexts, operation: Operation, budget: Budget): KnownTexts {
  const pieces = combinePieces(left.pieces, right.pieces, (one, other) => combineAutomata(one, other, operation, budget));
  const listed = new Map<string, boolean>();
  for (const word of new Set([...left.listed.keys(), ...right.listed.keys()])) {
    spend(budget, 1 + (word.length >> 3));
    const inside = operation(holds(left, word), holds(right, word));
    if (inside !== holdsUnlisted(pieces, word)) listed.set(word, inside);
  }
  return { pieces, listed };
}

function combinePieces(
  left: readonly Piece[],
  right: readonly Piece[],
  combine: (one: Automaton, other: Automaton) => Automaton,
): readonly Piece[] {
  const combined: Piece[] = [];
  const done: { readonly one: Automaton; readonly other: Automaton; readonly automaton: Automaton }[] = [];
  for (const from of [...new Set([...left, ...right].map((piece) => piece.from))].sort((one, other) => one - other)) {
    const one = left.findLast((piece) => piece.from <= from)?.automaton ?? NOTHING;
    const other = right.findLast((piece) => piece.from <= from)?.automaton ?? NOTHING;
    const automaton = done.find((known) => known.one === one && known.other === other)?.automaton ?? combine(one, other);
    done.push({ one, other, automaton });
    const last = combined.at(-1);
    if (!last || !sameAutomaton(last.automaton, automaton)) combined.push({ from, automaton });
  }
  return combined;
}
