import type { Run } from '../run.ts';
import type { Claim, Schema } from '../schema.ts';
import { noneOf, type Solution, sat, UNSAT, unknownSolution } from '../solution.ts';
import type { State } from '../state.ts';
import type { Fact } from '../steps.ts';
import { chooseDistinct } from './distinct.ts';

type Demand = { readonly group: number; readonly from: number; readonly to: number; readonly claims: readonly Claim[] };
type Few = { readonly schema: Schema; readonly most: number };

/** Lists of one length, being filled. */
type Making = {
  readonly run: Run;
  readonly each: readonly Extract<Fact, { kind: 'each-item' }>[];
  readonly few: readonly Few[];
  readonly distinct: boolean;
  readonly repeated: boolean;
  /** From here on all places are alike. */
  readonly placed: number;
  readonly length: number;
};

/** What is still to be placed, and how many more items may be what few may be. */
type Left = { readonly demands: readonly Demand[]; readonly few: readonly number[] };

// Beyond these a list stays undecided.
const MOST_ITEMS = 1_500;
const MOST_DEMANDS = 60;

/** Makes the shortest list of which all facts of a state are true, but for what is split later (split-facts.ts). */
export function solveList(run: Run, state: State): Solution {
  const { facts } = state;
  const each = facts.filter((fact) => fact.kind === 'each-item');
  const some = facts.filter((fact) => fact.kind === 'some-items');
  const counts = facts.filter((fact) => fact.kind === 'count');
  const least = Math.max(
    0,
    ...counts.filter(({ side }) => side === 'low').map(({ limit }) => limit),
    ...some.map((fact) => Math.max(fact.least, fact.from + 1)),
  );
  const most = Math.min(Number.POSITIVE_INFINITY, ...counts.filter(({ side }) => side === 'high').map(({ limit }) => limit));
  if (least > most) return UNSAT;
  const demands = some.flatMap((fact, group) =>
    Array.from({ length: Math.min(fact.least, MOST_DEMANDS + 1) }, (): Demand => ({ ...fact, group })),
  );
  const placed = Math.max(0, ...[...each, ...some].flatMap(({ from, to }) => [from, to < Number.POSITIVE_INFINITY ? to + 1 : 0]));
  if (demands.length > MOST_DEMANDS || placed > MOST_ITEMS || least > MOST_ITEMS)
    return unknownSolution('more items are demanded than are tried');
  const repeated = facts.some(({ kind }) => kind === 'repeated');
  const few = facts.flatMap((fact) => (fact.kind === 'few-items' ? [{ schema: fact.schema, most: fact.most }] : []));
  // Whatever longer lists can do one of this length can, too.
  const longest = Math.min(most, Math.max(least, placed + demands.length + (repeated ? 2 : 0)));
  const failed: Solution[] = [];
  for (let length = least; length <= longest; length += 1) {
    const making: Making = { run, each, few, distinct: facts.some(({ kind }) => kind === 'distinct'), repeated, placed, length };
    const solution = fill(making, [], { demands, few: few.map((one) => one.most) });
    if (solution.answer === 'sat') return solution;
    failed.push(solution);
    if (run.budget.steps <= 0) break;
    // Where an item cannot be, no longer list has one either.
    const item = length > 0 && length <= placed ? run.solve(claimsAt(making, length - 1)) : undefined;
    if (item?.answer !== 'unsat') continue;
    failed.push(item);
    break;
  }
  return noneOf(failed);
}

function claimsAt({ each }: Making, index: number): readonly Claim[] {
  return each.filter(({ from, to }) => from <= index && index <= to).map(({ claim }) => claim);
}

/** Fills a list from its first empty place on, in every way in which the rest can be placed. */
function fill(making: Making, items: readonly (readonly Claim[])[], left: Left): Solution {
  const { run, length, placed } = making;
  const index = items.length;
  if (left.demands.some((demand) => demand.to < index)) return UNSAT;
  if (index === length) return left.demands.length === 0 ? complete(making, items) : UNSAT;
  const base = claimsAt(making, index);
  const failed: Solution[] = [];
  for (const way of waysToFill(making, index, left)) {
    run.budget.steps -= 1;
    // Places at the end are alike, so what is special comes first there.
    const alike = way.plain && index >= placed;
    if (alike && way.rest.demands.length > 0) continue;
    const claims = [...base, ...way.claims];
    const outcome = fillFurther(making, { claims, items, rest: way.rest, times: alike ? length - index : 1 });
    if (outcome.answer === 'sat') return outcome;
    failed.push(outcome);
    if (run.budget.steps <= 0) break;
  }
  return noneOf(failed);
}

type Filling = {
  readonly claims: readonly Claim[];
  readonly items: readonly (readonly Claim[])[];
  readonly rest: Left;
  readonly times: number;
};

function fillFurther(making: Making, { claims, items, rest, times }: Filling): Solution {
  const solution = making.run.solve(claims);
  return solution.answer === 'sat' ? fill(making, [...items, ...Array.from({ length: times }, () => claims)], rest) : solution;
}

type Way = { readonly claims: readonly Claim[]; readonly rest: Left; readonly plain: boolean };

function* waysToFill(making: Making, index: number, left: Left): Generator<Way> {
  for (const chosen of demandsFor(index, left.demands)) {
    const demands = left.demands.filter((demand) => !chosen.includes(demand));
    // What cannot be placed later must be placed here.
    if (demands.some((demand) => demand.to <= index)) continue;
    const claims = chosen.flatMap((demand) => demand.claims);
    for (const exempt of exemptions(left.few)) {
      const refused = making.few.filter((_, at) => !exempt.has(at)).map(({ schema }) => ({ schema, holds: false }));
      const few = left.few.map((most, at) => (exempt.has(at) ? most - 1 : most));
      yield { claims: [...claims, ...refused], rest: { demands, few }, plain: chosen.length === 0 && exempt.size === 0 };
    }
  }
}

/** What may be placed at an index: nothing, one of those left, or several of different groups. */
function demandsFor(index: number, demands: readonly Demand[]): readonly (readonly Demand[])[] {
  const firsts = demands.filter(
    (demand, at) => demand.from <= index && index <= demand.to && demands.findIndex(({ group }) => group === demand.group) === at,
  );
  let chosen: readonly (readonly Demand[])[] = [[]];
  for (const demand of firsts) chosen = [...chosen, ...chosen.map((others) => [...others, demand])];
  // The more is placed at once, the shorter the list.
  return [...chosen].sort((a, b) => b.length - a.length);
}

/** For which of the schemas that few items may keep to this may be one of them: none first. */
function exemptions(few: readonly number[]): readonly ReadonlySet<number>[] {
  let found: readonly ReadonlySet<number>[] = [new Set()];
  for (const [at, most] of few.entries()) if (most > 0) found = [...found, ...found.map((others) => new Set([...others, at]))];
  return found;
}

function complete(making: Making, items: readonly (readonly Claim[])[]): Solution {
  if (making.distinct) return making.repeated ? UNSAT : chooseDistinct(making.run, items);
  if (making.repeated) return repeatOne(making.run, items);
  const solutions = items.map((claims) => making.run.solve(claims));
  return listOf(solutions);
}

function listOf(solutions: readonly Solution[]): Solution {
  const values = solutions.flatMap((solution) => (solution.answer === 'sat' ? [solution.value] : []));
  return values.length === solutions.length ? sat(values) : noneOf(solutions.filter(({ answer }) => answer !== 'sat'));
}

/** Two places with the same item. */
function repeatOne(run: Run, items: readonly (readonly Claim[])[]): Solution {
  const failed: Solution[] = [];
  const keys = items.map((claims) =>
    claims
      .map(({ schema, holds }) => `${holds} ${schema.id}`)
      .sort()
      .join(),
  );
  const tried = new Set<string>();
  for (const [index, claims] of items.entries()) {
    for (let other = index + 1; other < items.length; other += 1) {
      const key = `${keys[index]} / ${keys[other]}`;
      if (tried.has(key)) continue;
      tried.add(key);
      const same = run.solve([...claims, ...(items[other] ?? [])]);
      if (same.answer === 'sat') return listOf(items.map((own, at) => (at === index || at === other ? same : run.solve(own))));
      failed.push(same);
    }
  }
  return noneOf(failed);
}
