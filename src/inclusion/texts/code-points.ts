/** A set of code points: where each run of them begins and, after it, where it ends (that one is no longer in it), in ascending order. */
export type CodePoints = readonly number[];

/** How many code points there are, the halves of surrogate pairs included. */
export const CODE_POINT_COUNT = 0x11_00_00;

/** The halves of surrogate pairs. Alone they are characters as well, though not ones that anybody wants to send. */
export const FIRST_HALVES: CodePoints = [0xd8_00, 0xdc_00];
export const SECOND_HALVES: CodePoints = [0xdc_00, 0xe0_00];

export const ALL_POINTS: CodePoints = [0, CODE_POINT_COUNT];

/** The code points of a text, one each. */
export function pointsOf(text: string): CodePoints {
  return unitePoints([...text].map((character) => [character.codePointAt(0) ?? 0, (character.codePointAt(0) ?? 0) + 1]));
}

export function complementPoints(points: CodePoints): CodePoints {
  const inner = points[0] === 0 ? points.slice(1) : [0, ...points];
  return inner.at(-1) === CODE_POINT_COUNT ? inner.slice(0, -1) : [...inner, CODE_POINT_COUNT];
}

export function unitePoints(sets: readonly CodePoints[]): CodePoints {
  const runs = sets.flatMap((set) => runsOf(set)).sort(([from], [other]) => from - other);
  const united: number[] = [];
  for (const [from, to] of runs) {
    const end = united.at(-1);
    if (end === undefined || from > end) united.push(from, to);
    else if (to > end) united[united.length - 1] = to;
  }
  return united;
}

/** The code points that are in both of two sets. */
export function intersectPoints(one: CodePoints, other: CodePoints): CodePoints {
  const common: number[] = [];
  for (let [at, beside] = [0, 0]; at < one.length && beside < other.length; ) {
    const [end, otherEnd] = [one[at + 1] ?? 0, other[beside + 1] ?? 0];
    const [from, to] = [Math.max(one[at] ?? 0, other[beside] ?? 0), Math.min(end, otherEnd)];
    if (from < to) common.push(from, to);
    if (end <= otherEnd) at += 2;
    else beside += 2;
  }
  return common;
}

/** The runs of a set: from a code point up to one that is no longer in it. */
export function runsOf(points: CodePoints): readonly (readonly [from: number, to: number])[] {
  const runs: [number, number][] = [];
  for (let at = 0; at < points.length; at += 2) runs.push([points[at] ?? 0, points[at + 1] ?? CODE_POINT_COUNT]);
  return runs;
}
