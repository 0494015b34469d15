import { CODE_POINT_COUNT, type CodePoints, pointsOf, unitePoints } from '../code-points.ts';

export const DIGITS: CodePoints = [0x30, 0x3a];
export const WORD_CHARACTERS: CodePoints = [0x30, 0x3a, 0x41, 0x5b, 0x5f, 0x60, 0x61, 0x7b];
export const LINE_ENDS: CodePoints = pointsOf('\n\r\u2028\u2029');

/** What ECMAScript calls white space and line ends. */
export const SPACES: CodePoints = unitePoints([
  [0x09, 0x0e],
  pointsOf('\u0020\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff'),
  [0x20_00, 0x20_0b],
]);

const PLANE = 0x1_00_00;
const PLANES = CODE_POINT_COUNT / PLANE;

// Nothing is written in these planes, or private use only: what holds of some of their characters holds of all but the last two.
const SILENT_PLANES: ReadonlySet<number> = new Set([4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16]);

/**
 * The code points that a single character of an expression matches (`\p{L}`, `[a-z]` with the flag `i`), by asking JavaScript itself about all of
 * them: so it is right in each version of Unicode. `inverse` matches the others. Takes some ten milliseconds.
 */
export function askJavaScript(source: string, inverse: string, flags: string): CodePoints {
  const expressions = { matches: new RegExp(source, `${flags}g`), fails: new RegExp(inverse, `${flags}g`) };
  const points: number[] = [];
  for (const [from, to] of matchesOf(expressions, flags.includes('u') ? PLANES : 1)) {
    if (points.at(-1) === from) points[points.length - 1] = to;
    else points.push(from, to);
  }
  return points;
}

type Run = readonly [from: number, to: number];
type Expressions = { readonly matches: RegExp; readonly fails: RegExp };

function* matchesOf(expressions: Expressions, planes: number): Generator<Run> {
  yield* matchesWithin(expressions, 0, 0xd8_00);
  yield* matchesAmong(expressions, 0xd8_00, 0xe0_00);
  yield* matchesWithin(expressions, 0xe0_00, PLANE);
  for (let plane = 1; plane < planes; plane += 1) {
    const [from, to] = [plane * PLANE, (plane + 1) * PLANE];
    if (SILENT_PLANES.has(plane)) {
      for (const _ of matchesAmong(expressions, from, from + 1)) yield [from, to - 2];
      yield* matchesAmong(expressions, to - 2, to);
    } else yield* matchesWithin(expressions, from, to);
  }
}

/** The code points between two that match, asked one by one. */
function* matchesAmong({ matches }: Expressions, from: number, to: number): Generator<Run> {
  for (let point = from; point < to; point += 1) {
    matches.lastIndex = 0;
    if (matches.test(String.fromCodePoint(point))) yield [point, point + 1];
  }
}

/** The runs of code points between two that match. None of them may be half a character. */
function* matchesWithin({ matches, fails }: Expressions, from: number, to: number): Generator<Run> {
  const text = textOf(from, to);
  const units = from < PLANE ? 1 : 2;
  const find = (expression: RegExp, start: number): number => {
    expression.lastIndex = start;
    return expression.exec(text)?.index ?? text.length;
  };
  for (let start = find(matches, 0); start < text.length; ) {
    const end = find(fails, start);
    yield [from + start / units, from + end / units];
    start = find(matches, end);
  }
}

function textOf(from: number, to: number): string {
  const blocks: string[] = [];
  for (let start = from; start < to; start += 2_048) {
    const block = Array.from({ length: Math.min(2_048, to - start) }, (_, at) => start + at);
    blocks.push(String.fromCodePoint(...block));
  }
  return blocks.join('');
}
