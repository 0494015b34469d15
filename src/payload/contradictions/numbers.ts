import type { JsonValue } from '../../source/json.ts';
import { fits } from '../fits.ts';
import type { KeywordPart } from '../schema-part.ts';
import { type Contradiction, clash, type Said, type Search, spotOf, strictest, type Together, wordsOf } from './contradiction.ts';

type Bound = Said & { readonly bound: number; readonly exclusive: boolean };

// Steps between bounds are counted by division, which is off by that much at most.
const ROUNDING = 1e-9;

// Beyond it numbers are not whole for sure.
const LARGEST = Number.MAX_SAFE_INTEGER;

// So many numbers are tried one by one.
const FEW = 16;

/** Why no number fits, whole ones and fractions asked for separately. */
export function findNumberContradiction(search: Search, together: Together, whole: boolean): Contradiction | undefined {
  const { members } = together;
  const low = limit(members, 'minimum', 'greatest');
  const high = limit(members, 'maximum', 'least');
  if (low && high && (low.bound > high.bound || (low.bound === high.bound && (low.exclusive || high.exclusive)))) return clash(low, high);
  const steps = members.flatMap((part) => (typeof part.schema.multipleOf === 'number' && part.schema.multipleOf > 0 ? [part] : []));
  if (!low || !high) return undefined;
  const step = steps
    .map((part) => Number(part.schema.multipleOf))
    .filter((each) => Number.isInteger(each))
    .reduce(leastCommonMultiple, 1);
  const between = whole ? multiplesBetween(low, high, step) : undefined;
  if (between && between.first > between.last) return tellNone(low, high, steps[0]);
  const missed = steps.find((part) => skipsOver(low.bound, high.bound, Number(part.schema.multipleOf)));
  if (missed) return tellNone(low, high, missed);
  return between && tryAll(search, together, { ...between, low, high });
}

function limit(members: readonly KeywordPart[], keyword: 'minimum' | 'maximum', of: 'greatest' | 'least'): Bound | undefined {
  const inclusive = strictest(members, keyword, of);
  const exclusive = strictest(members, keyword === 'minimum' ? 'exclusiveMinimum' : 'exclusiveMaximum', of);
  if (!inclusive || !exclusive) return inclusive ? { ...inclusive, exclusive: false } : exclusive && { ...exclusive, exclusive: true };
  const stricter = of === 'greatest' ? exclusive.bound >= inclusive.bound : exclusive.bound <= inclusive.bound;
  return stricter ? { ...exclusive, exclusive: true } : { ...inclusive, exclusive: false };
}

type Multiples = { readonly first: number; readonly last: number; readonly step: number };

/** The first and the last multiple of a whole step; undefined where numbers are too large to count. */
function multiplesBetween(low: Bound, high: Bound, step: number): Multiples | undefined {
  if (Math.abs(low.bound) > LARGEST / 2 || Math.abs(high.bound) > LARGEST / 2 || step > LARGEST / 2) return undefined;
  const first = Math.ceil(low.bound / step) * step;
  const last = Math.floor(high.bound / step) * step;
  return {
    first: low.exclusive && first === low.bound ? first + step : first,
    last: high.exclusive && last === high.bound ? last - step : last,
    step,
  };
}

/** Whether a step has no multiple between two bounds, with room for rounding. */
function skipsOver(low: number, high: number, step: number): boolean {
  const [from, to] = [low / step, high / step];
  const room = ROUNDING * Math.max(1, Math.abs(from), Math.abs(to));
  return Number.isFinite(from) && Number.isFinite(to) && Math.ceil(from - room) > Math.floor(to + room);
}

function tellNone(low: Bound, high: Bound, step: KeywordPart | undefined): Contradiction {
  const what = step ? `number of ${wordsOf({ part: step, keyword: 'multipleOf' })}` : 'whole number';
  return {
    reason: `no ${what} lies between ${wordsOf(low)} and ${wordsOf(high)}`,
    at: spotOf(high),
    also: [
      { spot: spotOf(low), label: 'from here' },
      ...(step ? [{ spot: spotOf({ part: step, keyword: 'multipleOf' }), label: 'in these steps' }] : []),
    ],
  };
}

/** Where there are few numbers, each is tried with what else is said (`not`). */
function tryAll(
  search: Search,
  { members }: Together,
  { first, last, step, low, high }: Multiples & { low: Bound; high: Bound },
): Contradiction | undefined {
  if ((last - first) / step >= FEW) return undefined;
  const values: JsonValue[] = [];
  for (let value = first; value <= last; value += step) values.push(value);
  if (values.some((value) => !members.some((member) => fits(search.documents, member, value) === false))) return undefined;
  return {
    reason: `none of the numbers from ${wordsOf(low)} to ${wordsOf(high)} fits what else is asked for`,
    at: spotOf(high),
    also: [{ spot: spotOf(low), label: 'from here' }],
  };
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y > 0) [x, y] = [y, x % y];
  return (a / x) * b;
}
