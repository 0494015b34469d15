import type { PatternNode, Repeat } from '../pattern-syntax.ts';

/** A character as it is written in a pattern, and the repetitions it stands in, the outermost first. */
export type Leaf = { readonly source: string; readonly within: readonly Repeat[] };

/** The places that may be tried next, by their number or as {@link MATCH}, in the order of the engine; and in how many ways each. */
export type Onward = { readonly to: readonly number[]; readonly counts: readonly number[] };

/** Stands for the end of the pattern among places. */
export const MATCH = -1;

/** A character of the pattern that was read, with repetitions written out: what may come next, and whether the pattern may end with the text. */
type Place = { readonly leaf: number; readonly onward: Onward; readonly last: boolean };

/**
 * A pattern as a backtracking engine walks through it: from the begin of a text (`first`) or from a later place of it (`later`), one character
 * after the other. What reads no character is folded into the ways from one to the next, with their number.
 */
export type Automaton = {
  readonly leaves: readonly Leaf[];
  readonly places: readonly Place[];
  readonly first: Onward;
  readonly later: Onward;
};

/** How repetitions are written out: as often as they say; up to eight times; or as if each had no end, which keeps the automaton small. */
export type Unrolling = 'exact' | 'short' | 'endless';

type State =
  | { readonly kind: 'read'; readonly leaf: number; readonly next: number }
  | { readonly kind: 'edge'; readonly at: 'start' | 'end'; readonly next: number }
  | { readonly kind: 'enter' | 'leave'; readonly bit: number; readonly next: number }
  | { readonly kind: 'fork'; next: readonly number[] }
  | { readonly kind: 'done' };

// Beyond these an automaton takes longer than the some dozen milliseconds that a hostile pattern may cost.
const MOST_STATES = 3_000;
const MOST_WAYS = 40_000;

const SHORT = 8;

/** The automaton of a pattern; `undefined` when it would be too large. */
export function buildAutomaton(root: PatternNode, unrolling: Unrolling): Automaton | undefined {
  try {
    const { states, leaves, start } = writeOut(root, unrolling);
    return fold(states, leaves, start);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

type Draft = { readonly states: State[]; readonly leaves: Leaf[]; readonly unrolling: Unrolling; readonly known: Map<PatternNode, number> };

function writeOut(root: PatternNode, unrolling: Unrolling): Draft & { readonly start: number } {
  const draft: Draft = { states: [{ kind: 'done' }], leaves: [], unrolling, known: new Map() };
  return { ...draft, start: write(draft, root, { next: 0, within: [] }) };
}

type Around = { readonly next: number; readonly within: readonly Repeat[] };

function write(draft: Draft, node: PatternNode, { next, within }: Around): number {
  switch (node.kind) {
    case 'character':
      return add(draft, { kind: 'read', leaf: leafOf(draft, node, within), next });
    case 'edge':
      return add(draft, { kind: 'edge', at: node.at, next });
    case 'sequence':
      return node.parts.reduceRight((after, part) => write(draft, part, { next: after, within }), next);
    case 'choice':
      return add(draft, { kind: 'fork', next: node.parts.map((part) => write(draft, part, { next, within })) });
    case 'repeat':
      return writeRepeat(draft, node, { next, within: [...within, node] });
  }
}

function writeRepeat(draft: Draft, node: Repeat, { next, within }: Around): number {
  const { least, most } = boundsOf(node, draft.unrolling);
  let from = next;
  let rounds = least;
  if (most === Number.POSITIVE_INFINITY) {
    const fork: State = { kind: 'fork', next: [] };
    from = add(draft, fork);
    const round = writeOptional(draft, node, { next: from, within });
    fork.next = inOrder(node, round, next);
    // The first round of `+` is like all others where it must read something anyway. Written once, nested ones do not grow without measure.
    if (least > 0 && spanOf(node.part).least > 0) {
      from = round;
      rounds = least - 1;
    }
  } else {
    for (let count = least; count < most; count += 1)
      from = add(draft, { kind: 'fork', next: inOrder(node, writeOptional(draft, node, { next: from, within }), next) });
  }
  for (let count = 0; count < rounds; count += 1) from = write(draft, node.part, { next: from, within });
  return from;
}

function inOrder({ lazy }: Repeat, round: number, after: number): readonly number[] {
  return lazy ? [after, round] : [round, after];
}

/** A round that need not be must read something: the engine gives up one that reads nothing. */
function writeOptional(draft: Draft, node: Repeat, { next, within }: Around): number {
  if (spanOf(node.part).least > 0) return write(draft, node.part, { next, within });
  const bit = numberOf(draft, node);
  // They are kept as the bits of a number.
  if (bit >= 30) throw new RangeError('too many repetitions of what may be empty');
  const leave = add(draft, { kind: 'leave', bit, next });
  return add(draft, { kind: 'enter', bit, next: write(draft, node.part, { next: leave, within }) });
}

function boundsOf(node: Repeat, unrolling: Unrolling): { readonly least: number; readonly most: number } {
  const { least, most } = node;
  if (unrolling === 'exact' || most <= 1) return node;
  if (unrolling === 'endless') return { least: Math.min(least, 1), most: Number.POSITIVE_INFINITY };
  const span = spanOf(node.part);
  // Fewer rounds can only be read in fewer ways, where a round has no fixed length; a fixed number of fixed length is what it is.
  if (least === most && span.least === span.most) return node;
  const shortest = Math.min(least, SHORT);
  return { least: shortest, most: most === Number.POSITIVE_INFINITY ? most : Math.max(shortest, Math.min(most, SHORT)) };
}

/** How many characters a part reads. */
function spanOf(node: PatternNode): { readonly least: number; readonly most: number } {
  switch (node.kind) {
    case 'character':
      return { least: 1, most: 1 };
    case 'edge':
      return { least: 0, most: 0 };
    case 'sequence': {
      const spans = node.parts.map(spanOf);
      return { least: spans.reduce((sum, { least }) => sum + least, 0), most: spans.reduce((sum, { most }) => sum + most, 0) };
    }
    case 'choice': {
      const spans = node.parts.map(spanOf);
      return { least: Math.min(...spans.map(({ least }) => least)), most: Math.max(...spans.map(({ most }) => most)) };
    }
    case 'repeat': {
      const { least, most } = spanOf(node.part);
      return { least: least * node.least, most: most === 0 ? 0 : most * node.most };
    }
  }
}

function add({ states }: Draft, state: State): number {
  if (states.length >= MOST_STATES) throw new RangeError('too many states');
  return states.push(state) - 1;
}

function leafOf(draft: Draft, node: Extract<PatternNode, { kind: 'character' }>, within: readonly Repeat[]): number {
  const known = draft.known.get(node) ?? draft.leaves.push({ source: node.source, within }) - 1;
  draft.known.set(node, known);
  return known;
}

function numberOf({ known }: Draft, node: Repeat): number {
  const number = known.get(node) ?? [...known.keys()].filter(({ kind }) => kind === 'repeat').length;
  known.set(node, number);
  return number;
}

type Where = 'start' | 'middle' | 'end';

function fold(states: readonly State[], leaves: readonly Leaf[], start: number): Automaton {
  const read = states.flatMap((state) => (state.kind === 'read' ? [state] : []));
  const numbers = new Map<State, number>(read.map((state, number) => [state, number]));
  const budget = { left: MOST_WAYS };
  const walks = (where: Where) => createWalk({ states, numbers, where, budget });
  const [atStart, inMiddle, atEnd] = [walks('start'), walks('middle'), walks('end')];
  const places = read.map(({ leaf, next }): Place => ({ leaf, onward: listed(inMiddle(next, 0)), last: atEnd(next, 0).has(MATCH) }));
  return { leaves, places, first: listed(atStart(start, 0)), later: listed(inMiddle(start, 0)) };
}

function listed(ways: Ways): Onward {
  return { to: [...ways.keys()], counts: [...ways.values()] };
}

/** In how many ways a place is reached, in the order in which they are tried first. */
type Ways = ReadonlyMap<number, number>;

type Walking = {
  readonly states: readonly State[];
  readonly numbers: ReadonlyMap<State, number>;
  readonly where: Where;
  readonly budget: { left: number };
};

/** Tells what can be reached from a state without reading, while the repetitions in `fresh` have read nothing in their round. */
function createWalk({ states, numbers, where, budget }: Walking): (index: number, fresh: number) => Ways {
  const known = new Map<number, Ways>();
  const nothing: Ways = new Map();
  const walk = (index: number, fresh: number): Ways => {
    const key = index * 2 ** 30 + fresh;
    const before = known.get(key);
    if (before) return before;
    const ways = step(states[index], fresh);
    budget.left -= ways.size + 1;
    if (budget.left < 0) throw new RangeError('too many ways');
    known.set(key, ways);
    return ways;
  };
  const step = (state: State | undefined, fresh: number): Ways => {
    switch (state?.kind) {
      case 'read':
        return new Map([[numbers.get(state) ?? 0, 1]]);
      case 'edge':
        return state.at === where ? walk(state.next, fresh) : nothing;
      case 'enter':
        return walk(state.next, fresh | (1 << state.bit));
      case 'leave':
        return (fresh & (1 << state.bit)) !== 0 ? nothing : walk(state.next, fresh);
      case 'fork':
        return join(state.next.map((next) => walk(next, fresh)));
      default:
        return new Map([[MATCH, 1]]);
    }
  };
  return walk;
}

function join(parts: readonly Ways[]): Ways {
  const joined = new Map<number, number>();
  for (const ways of parts) for (const [to, count] of ways) joined.set(to, (joined.get(to) ?? 0) + count);
  return joined;
}
