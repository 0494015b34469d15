import { type Alphabet, pointsByKind } from './alphabet.ts';
import { ALL_POINTS, CODE_POINT_COUNT, type CodePoints, complementPoints, intersectPoints, pointsOf, runsOf } from './code-points.ts';

/** What people like to read in a message comes first; halves of characters come last. */
const REGIONS: readonly CodePoints[] = partWithRest([
  [0x61, 0x7b],
  [0x30, 0x3a],
  [0x41, 0x5b],
  pointsOf('-_.'),
  [0x21, 0x7f],
  pointsOf(' '),
  [0xa1, 0xad, 0xae, 0x02_50],
  [0x03_91, 0x05_30, 0x06_20, 0x06_4b, 0x30_41, 0x30_97, 0x4e_00, 0x9f_00],
  [0x1_f6_00, 0x1_f6_40],
  [0x09, 0x0b],
  [0x02_50, 0xd8_00, 0xf9_00, 0xff_f0, 0x1_00_00, CODE_POINT_COUNT],
  [0, 0xd8_00, 0xe0_00, CODE_POINT_COUNT],
]);

/** Regions that have nothing in common, and together all code points. */
function partWithRest(regions: readonly CodePoints[]): readonly CodePoints[] {
  let left = ALL_POINTS;
  const parted = regions.map((region) => {
    const part = intersectPoints(region, left);
    left = intersectPoints(left, complementPoints(region));
    return part;
  });
  return [...parted, left];
}

/** The letters of one kind, the most readable first: runs of code points. */
export type Letters = { readonly runs: readonly (readonly [from: number, to: number])[]; readonly count: number; readonly rank: number };

/** Which code points letters are taken from: those that make well-formed text, or all of them. */
export type Taken = 'well-formed' | 'all';

/** The letters of each kind; kinds without any have a count of zero. */
export function lettersByKind(alphabet: Alphabet, taken: Taken): readonly Letters[] {
  const regions = taken === 'all' ? REGIONS : REGIONS.slice(0, -1);
  return pointsByKind(alphabet).map((points) => lettersOf(points, regions));
}

function lettersOf(points: CodePoints, regions: readonly CodePoints[]): Letters {
  const common = regions.map((region) => intersectPoints(points, region));
  const first = common.findIndex((part) => part.length > 0);
  const runs = common.flatMap(runsOf);
  const rank = first < 0 ? Number.POSITIVE_INFINITY : first * CODE_POINT_COUNT + (runs[0]?.[0] ?? 0);
  return { runs, count: runs.reduce((sum, [from, to]) => sum + to - from, 0), rank };
}

/** The code point of a number among the letters of a kind. */
export function letterAt({ runs }: Letters, number: number): number {
  let left = number;
  for (const [from, to] of runs) {
    if (left < to - from) return from + left;
    left -= to - from;
  }
  return 0;
}

/** Tells which of two texts of one length people would rather read. */
export function compareReadability(one: string, other: string): number {
  return rankOf(one) - rankOf(other) || (one < other ? -1 : 1);
}

function rankOf(text: string): number {
  let worst = 0;
  for (const character of text) worst = Math.max(worst, regionOf(character.codePointAt(0) ?? 0));
  return worst;
}

function regionOf(point: number): number {
  return REGIONS.findIndex((region) => intersectPoints(region, [point, point + 1]).length > 0);
}
