import type { Alphabet } from './alphabet.ts';
import type { Automaton } from './automaton.ts';
import { type Budget, spend } from './budget.ts';

/**
 * The smallest automaton of the same language, in its one normal form. All states must be reachable. By Hopcroft's algorithm: groups of states
 * are split by what leads into a group, until nothing tells the states of a group apart.
 */
export function minimise(automaton: Automaton, budget: Budget): Automaton {
  const groups = groupStates(automaton, budget);
  const { next, accepts, alphabet } = automaton;
  const { size } = alphabet;
  // States are numbered as they are found from the first, kinds by ascending code points.
  const numbers = new Map<number, number>();
  const found: number[] = [];
  const numberOf = (state: number): number => {
    const group = groups[state] ?? 0;
    const known = numbers.get(group) ?? found.push(state) - 1;
    numbers.set(group, known);
    return known;
  };
  numberOf(0);
  const rows: number[][] = [];
  for (let at = 0; at < found.length; at += 1) {
    const state = found[at] ?? 0;
    rows.push(Array.from({ length: size }, (_, kind) => numberOf(next[state * size + kind] ?? 0)));
  }
  const merged = mergeKinds(alphabet, rows);
  const least = new Int32Array(rows.length * merged.alphabet.size);
  for (const [state, row] of rows.entries())
    for (const [kind, old] of merged.of.entries()) least[state * merged.alphabet.size + kind] = row[old] ?? 0;
  return { alphabet: merged.alphabet, next: least, accepts: Uint8Array.from(found, (state) => accepts[state] ?? 0) };
}

/** Joins kinds that lead to the same states everywhere. */
function mergeKinds(
  { starts, kinds, size }: Alphabet,
  rows: readonly (readonly number[])[],
): { alphabet: Alphabet; of: readonly number[] } {
  const columns = Array.from({ length: size }, (_, kind) => rows.map((row) => row[kind]).join());
  const seen = new Map<string, number>();
  const of: number[] = [];
  const merged: { starts: number[]; kinds: number[] } = { starts: [], kinds: [] };
  for (const [at, kind] of kinds.entries()) {
    const column = columns[kind] ?? '';
    const number = seen.get(column) ?? of.push(kind) - 1;
    seen.set(column, number);
    if (merged.kinds.at(-1) === number) continue;
    merged.starts.push(starts[at] ?? 0);
    merged.kinds.push(number);
  }
  return { alphabet: { ...merged, size: of.length }, of };
}

/** The group of each state. */
function groupStates(automaton: Automaton, budget: Budget): Int32Array {
  const count = automaton.accepts.length;
  const { size } = automaton.alphabet;
  const arrows = reverse(automaton);
  const partition = createPartition(count);
  for (let state = 0; state < count; state += 1) if (automaton.accepts[state] === 1) partition.mark(state);
  const waiting: number[] = [0, ...partition.split()];
  for (let splitter = waiting.pop(); splitter !== undefined; splitter = waiting.pop()) {
    const members = partition.membersOf(splitter);
    spend(budget, members.length * size);
    for (let kind = 0; kind < size; kind += 1) {
      const sources = sourcesOf(arrows, members, { kind, size });
      spend(budget, sources.length);
      for (const state of sources) partition.mark(state);
      // The smaller half is enough: what leads into the other is known by then.
      waiting.push(...partition.split());
    }
  }
  return partition.groups;
}

function sourcesOf(
  { from, source }: Arrows,
  members: Int32Array,
  { kind, size }: { readonly kind: number; readonly size: number },
): readonly number[] {
  const sources: number[] = [];
  for (const state of members) {
    const slot = state * size + kind;
    for (let at = from[slot] ?? 0; at < (from[slot + 1] ?? 0); at += 1) sources.push(source[at] ?? 0);
  }
  return sources;
}

type Arrows = { readonly from: Int32Array; readonly source: Int32Array };

/** The states that lead to a state by a kind, one list behind the other. */
function reverse({ alphabet: { size }, next, accepts }: Automaton): Arrows {
  const from = new Int32Array(accepts.length * size + 1);
  for (let at = 0; at < next.length; at += 1) {
    const slot = (next[at] ?? 0) * size + (at % size) + 1;
    from[slot] = (from[slot] ?? 0) + 1;
  }
  for (let slot = 1; slot < from.length; slot += 1) from[slot] = (from[slot] ?? 0) + (from[slot - 1] ?? 0);
  const filled = from.slice();
  const source = new Int32Array(next.length);
  for (let at = 0; at < next.length; at += 1) {
    const slot = (next[at] ?? 0) * size + (at % size);
    const place = filled[slot] ?? 0;
    source[place] = Math.floor(at / size);
    filled[slot] = place + 1;
  }
  return { from, source };
}

type Partition = {
  readonly groups: Int32Array;
  /** The states of a group, as they are now. */
  readonly membersOf: (group: number) => Int32Array;
  /** Puts a state among those that the next split parts from their groups. */
  readonly mark: (state: number) => void;
  /** Parts the marked states from the others of their groups. The smaller of each two halves is a new group, whose number is returned. */
  readonly split: () => readonly number[];
};

/** States in groups: those of a group stand together in `order`, from its start up to its end. */
function createPartition(count: number): Partition {
  const order = Int32Array.from({ length: count }, (_, state) => state);
  const place = order.slice();
  const groups = new Int32Array(count);
  const starts = [0];
  const ends = [count];
  // How many at the start of each group are marked.
  const marks = [0];
  let touched: number[] = [];
  const mark = (state: number): void => {
    const group = groups[state] ?? 0;
    const border = (starts[group] ?? 0) + (marks[group] ?? 0);
    const at = place[state] ?? 0;
    if (at < border) return;
    if (marks[group] === 0) touched.push(group);
    const other = order[border] ?? 0;
    order[border] = state;
    order[at] = other;
    place[state] = border;
    place[other] = at;
    marks[group] = (marks[group] ?? 0) + 1;
  };
  const part = (group: number): readonly number[] => {
    const [start, end, marked] = [starts[group] ?? 0, ends[group] ?? 0, marks[group] ?? 0];
    marks[group] = 0;
    if (start + marked === end) return [];
    const border = start + marked;
    const first = marked <= end - border;
    const [from, to] = first ? [start, border] : [border, end];
    if (first) starts[group] = border;
    else ends[group] = border;
    const created = starts.push(from) - 1;
    ends.push(to);
    marks.push(0);
    for (let at = from; at < to; at += 1) groups[order[at] ?? 0] = created;
    return [created];
  };
  const split = (): readonly number[] => {
    const created = touched.flatMap(part);
    touched = [];
    return created;
  };
  return { groups, mark, split, membersOf: (group) => order.slice(starts[group], ends[group]) };
}
