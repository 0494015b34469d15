import { CODE_POINT_COUNT, type CodePoints } from './code-points.ts';

/**
 * Which code points are told apart: those of one kind always lead to the same place. `kinds[i]` is the kind of the code points from
 * `starts[i]` up to the next start.
 */
export type Alphabet = { readonly starts: readonly number[]; readonly kinds: readonly number[]; readonly size: number };

/** The alphabet that tells nothing apart. */
export const ONE_KIND: Alphabet = { starts: [0], kinds: [0], size: 1 };

/** The kind of a code point. */
export function kindOf({ starts, kinds }: Alphabet, point: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= point) low = middle;
    else high = middle;
  }
  return kinds[low] ?? 0;
}

/** The alphabet that tells apart what sets tell apart, and for each set which kinds are in it. */
export function cutAlphabet(sets: readonly CodePoints[]): { readonly alphabet: Alphabet; readonly holds: readonly Uint8Array[] } {
  const events = sets.flatMap((points, set) => points.map((point) => ({ point, set }))).sort((one, other) => one.point - other.point);
  const inside = new Uint8Array(sets.length);
  const seen = new Map<string, number>();
  const members: Uint8Array[] = [];
  const starts: number[] = [];
  const kinds: number[] = [];
  const begin = (point: number): void => {
    const key = inside.join('');
    const kind = seen.get(key) ?? members.push(inside.slice()) - 1;
    seen.set(key, kind);
    if (kinds.at(-1) === kind) return;
    starts.push(point);
    kinds.push(kind);
  };
  if (events[0]?.point !== 0) begin(0);
  for (let at = 0; at < events.length; ) {
    const point = events[at]?.point ?? 0;
    for (; events[at]?.point === point; at += 1) flip(inside, events[at]?.set ?? 0);
    if (point < CODE_POINT_COUNT) begin(point);
  }
  const holds = sets.map((_, set) => Uint8Array.from(members, (member) => member[set] ?? 0));
  return { alphabet: { starts, kinds, size: members.length }, holds };
}

function flip(bits: Uint8Array, at: number): void {
  bits[at] = 1 - (bits[at] ?? 0);
}

/** The alphabet that tells apart what either does, and for each of its kinds which kind that is in each. */
export function joinAlphabets(left: Alphabet, right: Alphabet): JoinedAlphabets {
  const starts: number[] = [];
  const kinds: number[] = [];
  const seen = new Map<number, number>();
  const lefts: number[] = [];
  const rights: number[] = [];
  let [at, other] = [0, 0];
  while (at < left.starts.length || other < right.starts.length) {
    const point = Math.min(left.starts[at] ?? CODE_POINT_COUNT, right.starts[other] ?? CODE_POINT_COUNT);
    if (left.starts[at] === point) at += 1;
    if (right.starts[other] === point) other += 1;
    const [one, two] = [left.kinds[at - 1] ?? 0, right.kinds[other - 1] ?? 0];
    const key = one * right.size + two;
    const kind = seen.get(key) ?? lefts.push(one) - 1;
    if (!seen.has(key)) rights.push(two);
    seen.set(key, kind);
    if (kinds.at(-1) === kind) continue;
    starts.push(point);
    kinds.push(kind);
  }
  return { alphabet: { starts, kinds, size: lefts.length }, lefts, rights };
}

export type JoinedAlphabets = { readonly alphabet: Alphabet; readonly lefts: readonly number[]; readonly rights: readonly number[] };

/** The code points of each kind. */
export function pointsByKind({ starts, kinds, size }: Alphabet): readonly CodePoints[] {
  const points = Array.from({ length: size }, (): number[] => []);
  for (const [at, kind] of kinds.entries()) {
    const runs = points[kind] ?? [];
    // Neighbours are never of one kind, so that no run begins where another ends.
    runs.push(starts[at] ?? 0, starts[at + 1] ?? CODE_POINT_COUNT);
  }
  return points;
}
