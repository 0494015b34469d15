import type { Primitives } from '../evaluate.ts';
import { type Solution, sat, UNSAT, unknownSolution } from '../solution.ts';
import { countDoubles, nextAbove, nextBelow } from './doubles.ts';
import { excludesAllMultiples } from './multiples.ts';
import { isTrueOfNumber, type NumberDemand } from './number-facts.ts';

// As many numbers as are simply tried one by one.
const MOST_TRIED = 10_000;

/** Looks for a number: the most readable one, else a proof that there is none. */
export function solveNumber(primitives: Primitives, demand: NumberDemand): Solution {
  const [low, high] = rangeOf(demand);
  if (!(low <= high)) return UNSAT;
  const fits = (value: number): boolean | undefined => {
    if (!Number.isFinite(value) || Number.isInteger(value) !== demand.whole || value < low || value > high) return false;
    return !demand.isExcluded(value) && isTrueOfNumber(primitives, demand.facts, value);
  };
  const found = candidates(demand, low, high).find((value) => fits(value) === true);
  if (found !== undefined) return sat(found === 0 ? 0 : found);
  const all = everyNumber(demand, low, high);
  if (all) {
    const results = all.map((value) => ({ value, fits: fits(value) }));
    const fitting = results.find((result) => result.fits);
    if (fitting) return sat(fitting.value);
    return results.some((result) => result.fits === undefined) ? unknownSolution('a format of numbers is not known') : UNSAT;
  }
  return excludesAllMultiples(demand, { low, high }) ? UNSAT : unknownSolution('no number was found, nor shown that there is none');
}

/** The least and the greatest number that the bounds leave. */
function rangeOf({ whole, facts }: NumberDemand): readonly [number, number] {
  let [low, high] = [-Number.MAX_VALUE, Number.MAX_VALUE];
  for (const { assertion, holds } of facts) {
    if (assertion.kind !== 'bound') continue;
    const { limit } = assertion;
    // What is not at least 5 is below 5.
    const exclusive = assertion.exclusive === holds;
    if ((assertion.side === 'low') === holds) low = Math.max(low, exclusive ? nextAbove(limit) : limit);
    else high = Math.min(high, exclusive ? nextBelow(limit) : limit);
  }
  if (whole) return [Math.ceil(low), Math.floor(high)];
  // From here on there are no fractions.
  const last = nextBelow(2 ** 52);
  return [Math.max(low, -last), Math.min(high, last)];
}

/** Every number of the kind in a range, or of those that are multiples of what they must be, where they are few. */
function everyNumber(demand: NumberDemand, low: number, high: number): readonly number[] | undefined {
  if (demand.whole && high - low < MOST_TRIED) return Array.from({ length: high - low + 1 }, (_, index) => low + index);
  if (!demand.whole && countDoubles(low, high, MOST_TRIED) < MOST_TRIED) {
    const found: number[] = [];
    for (let at = low; at <= high; at = nextAbove(at)) found.push(at);
    return found;
  }
  const step = Math.max(0, ...demand.facts.map(({ assertion, holds }) => (holds && assertion.kind === 'multiple' ? assertion.step : 0)));
  if (step === 0 || (high - low) / step > MOST_TRIED || Math.max(-low, high) / step > Number.MAX_SAFE_INTEGER) return undefined;
  return multiplesIn(step, low, high);
}

function multiplesIn(step: number, low: number, high: number): readonly number[] {
  const [first, last] = [Math.floor(low / step) - 1, Math.ceil(high / step) + 1];
  // Validators round as they count, so the neighbours may be multiples to them too.
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step).flatMap((value) => [
    ...neighbours(value),
    round(value),
  ]);
}

function neighbours(value: number): readonly number[] {
  const [below, above] = [nextBelow(value), nextAbove(value)];
  return [value, below, above, nextBelow(below), nextAbove(above), nextBelow(nextBelow(below)), nextAbove(nextAbove(above))];
}

/** A number without the digits that come of counting in doubles. */
function round(value: number): number {
  return Number(value.toPrecision(15));
}

const PLAIN = [0, 1, -1, 2, 3, 10, 100, 0.5, -0.5, 1.5, 0.25, 0.1, -0.1, 0.01, 1.23, 0.123456789];

/** Numbers worth trying, the most readable first: plain ones, those at the bounds, and multiples next to them. */
function candidates({ whole, facts }: NumberDemand, low: number, high: number): readonly number[] {
  const steps = facts.flatMap(({ assertion }) => (assertion.kind === 'multiple' ? [assertion.step] : []));
  const ends = [low, high].filter((end) => Math.abs(end) < Number.MAX_VALUE);
  const near = ends.flatMap((end) => [
    end,
    Math.ceil(end),
    Math.floor(end),
    end + 1,
    end - 1,
    end + 0.5,
    end - 0.5,
    end + 0.1,
    end - 0.1,
    end * 1.5,
    end / 2,
  ]);
  const middle = ends.length === 2 ? [(low + high) / 2, round((low + high) / 2), low + (high - low) / 3] : [];
  const bases = [0, ...ends];
  const multiples = steps.flatMap((step) =>
    bases.flatMap((base) => AROUND.flatMap((offset) => multipleNear(step, Math.round(base / step) + offset))),
  );
  const joint = whole ? jointMultiples(steps, bases) : [];
  const all = [
    ...PLAIN,
    ...near,
    ...multiples,
    ...joint,
    ...middle,
    ...ends.flatMap((end) => [nextAbove(end), nextBelow(end)]),
    1e10,
    -1e10,
    2 ** 53,
    -(2 ** 53),
    1e100,
    -1e100,
    low,
    high,
  ];
  return [...new Set(all)].sort((a, b) => effort(a) - effort(b));
}

/** How hard a number is to read. */
function effort(value: number): number {
  const text = String(value);
  return (
    text.length +
    (text.endsWith('.5') || Number.isInteger(value) ? 0 : 1) +
    (text.includes('e') ? 10 : 0) +
    (value < 0 ? 0.5 : 0) +
    Math.min(Math.abs(value), 1e6) / 1e7
  );
}

const AROUND = Array.from({ length: 41 }, (_, index) => (index % 2 === 0 ? index / 2 : -(index + 1) / 2));

function multipleNear(step: number, count: number): readonly number[] {
  return [count * step, round(count * step)];
}

function jointMultiples(steps: readonly number[], bases: readonly number[]): readonly number[] {
  const whole = steps.filter((step) => Number.isSafeInteger(step));
  let joint = 1;
  for (const step of whole) joint = (joint / divisor(joint, step)) * step;
  if (!Number.isSafeInteger(joint)) return [];
  return bases.flatMap((base) => AROUND.map((offset) => (Math.round(base / joint) + offset) * joint));
}

/** The greatest whole number that divides both. */
function divisor(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}
