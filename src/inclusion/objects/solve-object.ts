import type { Run } from '../run.ts';
import type { Claim } from '../schema.ts';
import { noneOf, type Solution, sat, UNSAT, unknownSolution } from '../solution.ts';
import type { State } from '../state.ts';
import type { Fact } from '../steps.ts';
import { leastProperties } from './least-properties.ts';
import { type Names, namesOf } from './names.ts';

type Some = Extract<Fact, { kind: 'some' }>;

/** The properties chosen so far, each with all that its value must keep to. */
type Slots = ReadonlyMap<string, readonly Claim[]>;

// More properties than any message has; a demand for more stays undecided.
const MOST_PROPERTIES = 300;

/** Makes an object of which all facts of a state are true, but for what is split later (split-facts.ts). */
export function solveObject(run: Run, state: State): Solution {
  const names = namesOf(run, state);
  const counts = state.facts.filter((fact) => fact.kind === 'count');
  const least = Math.max(0, ...counts.filter(({ side }) => side === 'low').map(({ limit }) => limit));
  const most = Math.min(Number.POSITIVE_INFINITY, ...counts.filter(({ side }) => side === 'high').map(({ limit }) => limit));
  if (least > most || state.present.size > most) return UNSAT;
  if (most < Number.POSITIVE_INFINITY && leastProperties(run, state) > most) return UNSAT;
  if (least > MOST_PROPERTIES) return unknownSolution('more properties are demanded than are tried');
  const making: Making = { run, names, somes: state.facts.filter((fact) => fact.kind === 'some'), least, most };
  let slots: Slots = new Map();
  for (const name of state.present) {
    const added = withSlot(making, slots, name, []);
    if ('answer' in added) return added;
    slots = added;
  }
  return place(making, slots, 0);
}

type Making = {
  readonly run: Run;
  readonly names: Names;
  readonly somes: readonly Some[];
  readonly least: number;
  readonly most: number;
};

/** The slots with one more property, or with more asked of it; a failure where it cannot be. */
function withSlot({ run, names }: Making, slots: Slots, name: string, more: readonly Claim[]): Slots | Solution {
  const allowed = names.isAllowed(name);
  if (allowed === false) return UNSAT;
  const claims = slots.get(name) ?? names.claimsAt(name);
  if (!claims || allowed === undefined) return unknownSolution('a pattern or format of property names cannot be tried');
  const asked = [...claims, ...more];
  const solution = run.solve(asked);
  // All properties are copied.
  run.budget.steps -= slots.size >> 4;
  return solution.answer === 'sat' ? new Map([...slots, [name, asked]]) : solution;
}

/** Finds a property for each of those demanded from one on; one property may be several of them. */
function place(making: Making, slots: Slots, index: number): Solution {
  const some = making.somes[index];
  if (slots.size > making.most) return UNSAT;
  if (!some) return finish(making, slots);
  const failed: Solution[] = [];
  for (const name of candidates(making, slots, some, failed)) {
    making.run.budget.steps -= 1;
    const added = withSlot(making, slots, name, some.value);
    const solution = 'answer' in added ? added : place(making, added, index + 1);
    if (solution.answer === 'sat') return solution;
    failed.push(solution);
    if (making.run.budget.steps <= 0) break;
  }
  return noneOf(failed);
}

/** The names that could be the one demanded: those chosen already, those that schemas give, and one of each other kind. */
function* candidates({ names }: Making, slots: Slots, some: Some, failed: Solution[]): Generator<string> {
  for (const name of new Set([...slots.keys(), ...names.given])) {
    const fits = names.fits(some.region, some.name, name);
    if (fits === undefined) failed.push(unknownSolution('a pattern or format of property names cannot be tried'));
    else if (fits) yield name;
  }
  if (some.region.kind === 'name') return;
  for (const kind of names.otherKinds(some.region)) {
    const found = names.findOther(kind, some, [...slots.keys()]);
    if (found.answer === 'sat') yield String(found.value);
    else failed.push(found);
  }
}

/** Adds properties until there are enough. */
function finish(making: Making, slots: Slots): Solution {
  const { run, names, least, most } = making;
  const failed: Solution[] = [];
  let full = slots;
  for (const name of names.given) {
    if (full.size >= least) break;
    if (full.has(name) || names.isAbsent(name)) continue;
    const added = withSlot(making, full, name, []);
    if ('answer' in added) failed.push(added);
    else full = added;
  }
  if (full.size < least) full = withOthers(making, full, failed);
  if (full.size < least) return noneOf(failed);
  if (full.size > most) return UNSAT;
  const entries: [string, unknown][] = [];
  for (const [name, claims] of full) {
    const solution = run.solve(claims);
    if (solution.answer !== 'sat') return solution;
    entries.push([name, solution.value]);
  }
  return sat(Object.fromEntries(entries) as Record<string, never>);
}

function withOthers(making: Making, slots: Slots, failed: Solution[]): Slots {
  const { names, least } = making;
  let full = slots;
  for (const kind of names.otherKinds()) {
    for (let more = true; more && full.size < least; ) {
      const found = names.findOther(kind, { value: [], name: [] }, [...full.keys()]);
      const added = found.answer === 'sat' ? withSlot(making, full, String(found.value), []) : found;
      more = !('answer' in added);
      if ('answer' in added) failed.push(added);
      else full = added;
    }
  }
  return full;
}
