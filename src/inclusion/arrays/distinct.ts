import type { JsonValue } from '../../source/json.ts';
import type { Run } from '../run.ts';
import { type Claim, canonicalText } from '../schema.ts';
import { type Solution, sat, UNSAT, unknownSolution } from '../solution.ts';
import { madeUpSchema } from '../world.ts';

// Each place needs as many values to choose from.
const MOST_PLACES = 40;

/**
 * Chooses an item for each place so that no two are equal. A place with as many values as there are places can always be served last; for the
 * others all values are known, and a matching decides.
 */
export function chooseDistinct(run: Run, items: readonly (readonly Claim[])[]): Solution {
  if (items.length > MOST_PLACES) return unknownSolution('more different items are demanded than are tried');
  const known = new Map<string, Values>();
  const choices = items.map((claims) => {
    const key = claims
      .map(({ schema, holds }) => `${holds} ${schema.id}`)
      .sort()
      .join();
    const found = known.get(key) ?? severalValues(run, claims, items.length);
    known.set(key, found);
    return found;
  });
  const matched = match(choices.map(({ values }) => [...values.keys()]));
  if (matched) return sat(matched.map((key, place) => choices[place]?.values.get(key) ?? null));
  const stuck = choices.map(({ stop }) => stop).filter((stop) => stop !== undefined);
  const unknown = stuck.find(({ answer }) => answer === 'unknown');
  if (unknown) return unknown;
  return {
    answer: 'unsat',
    rests: Math.min(Number.POSITIVE_INFINITY, ...stuck.map((stop) => (stop.answer === 'unsat' ? stop.rests : Number.POSITIVE_INFINITY))),
  };
}

type Values = { readonly values: ReadonlyMap<string, JsonValue>; readonly stop?: Solution };

/** Up to so many values of which the claims are true, and why there are not more. */
function severalValues(run: Run, claims: readonly Claim[], count: number): Values {
  const values = new Map<string, JsonValue>();
  while (values.size < count) {
    const others = values.size > 0 ? [{ schema: madeUpSchema(run.world, { kind: 'values', values: new Map(values) }), holds: false }] : [];
    const solution = run.solve([...claims, ...others]);
    if (solution.answer !== 'sat') return { values, stop: solution };
    const key = canonicalText(solution.value);
    if (values.has(key)) return { values, stop: UNSAT };
    values.set(key, solution.value);
  }
  return { values };
}

/** A value for each place, no value twice; `undefined` where there is no such choice. */
function match(choices: readonly (readonly string[])[]): readonly string[] | undefined {
  const takenBy = new Map<string, number>();
  const serve = (place: number, tried: Set<string>): boolean => {
    for (const key of choices[place] ?? []) {
      if (tried.has(key)) continue;
      tried.add(key);
      const other = takenBy.get(key);
      if (other !== undefined && !serve(other, tried)) continue;
      takenBy.set(key, place);
      return true;
    }
    return false;
  };
  for (const place of choices.keys()) if (!serve(place, new Set())) return undefined;
  const chosen: string[] = [];
  for (const [key, place] of takenBy) chosen[place] = key;
  return chosen;
}
