import { outlineOf } from './outline.ts';
import type { Run } from './run.ts';
import { ATOMS, type Claim } from './schema.ts';
import { search } from './search.ts';
import { noneOf, type Solution, TOO_MUCH, UNSAT, unknownSolution } from './solution.ts';
import { blankState, take } from './state.ts';
import { claimed } from './steps.ts';

// What lies deeper is solved by itself first, so that no chain of types is too long for the stack.
const DEEPEST = 60;

/**
 * Looks for a value of which all claims are true. Values are finite: one that holds another for the same goal is not the smallest, so a goal
 * that is met again below itself is taken to have none there.
 */
export function solveGoal(run: Run, claims: readonly Claim[]): Solution {
  const goal = tidy(claims);
  if (!goal) return UNSAT;
  const key = keyOf(goal);
  const known = run.known.get(key);
  if (known) return known;
  const openAt = run.open.get(key);
  if (openAt !== undefined) return { answer: 'unsat', rests: openAt };
  if (run.budget.steps <= 0) return unknownSolution(TOO_MUCH);
  if (run.open.size >= DEEPEST) return { answer: 'unknown', reason: 'the schemas are nested too deeply', deferred: goal };
  const depth = run.open.size;
  run.open.set(key, depth);
  const solution = solveByType(run, goal);
  run.open.delete(key);
  return remember(run, key, depth, solution);
}

/** Solves a goal whatever its depth: what was too deep is solved first, and then it is looked at again. */
export function solveDeep(run: Run, claims: readonly Claim[]): Solution {
  const waiting: (readonly Claim[])[] = [claims];
  for (;;) {
    const goal = waiting.at(-1) ?? claims;
    const solution = solveGoal(run, goal);
    const deferred = solution.answer === 'unknown' ? solution.deferred : undefined;
    if (deferred && !waiting.some((other) => keyOf(other) === keyOf(deferred))) {
      waiting.push(deferred);
      continue;
    }
    waiting.pop();
    if (waiting.length === 0) return solution;
    if (solution.answer === 'unknown') run.known.set(keyOf(goal), unknownSolution(solution.reason));
  }
}

/** The claims without repetitions, in one order; `undefined` where two contradict each other. */
function tidy(claims: readonly Claim[]): readonly Claim[] | undefined {
  const byId = new Map<number, Claim>();
  for (const claim of claims) {
    if (claim.schema.assertions.length === 0) {
      if (!claim.holds) return undefined;
      continue;
    }
    const other = byId.get(claim.schema.id);
    if (other && other.holds !== claim.holds) return undefined;
    byId.set(claim.schema.id, claim);
  }
  return [...byId.values()].sort((a, b) => a.schema.id - b.schema.id);
}

function keyOf(goal: readonly Claim[]): string {
  return goal.map(({ schema, holds }) => `${holds ? '' : '!'}${schema.id}`).join();
}

function solveByType(run: Run, goal: readonly Claim[]): Solution {
  const outlines = goal.filter(({ holds }) => holds).map(({ schema }) => outlineOf(run.world, schema));
  const failed: Solution[] = [];
  for (const atom of ATOMS) {
    if (!outlines.every(({ atoms }) => atoms.has(atom))) continue;
    const state = blankState(atom);
    // What holds comes first: much of what does not hold then goes without saying.
    const sorted = [...goal.filter(({ holds }) => holds), ...goal.filter(({ holds }) => !holds)];
    const possible = take(
      run,
      state,
      sorted.map(({ schema, holds }) => claimed(schema, holds)),
    );
    const solution = possible ? search(run, goal, state) : UNSAT;
    if (solution.answer === 'sat') return solution;
    failed.push(solution);
  }
  return noneOf(failed);
}

/** Keeps a solution. What rests on an open goal is kept until that goal is solved, and for good if it has no value indeed. */
function remember(run: Run, key: string, depth: number, solution: Solution): Solution {
  const resting = run.resting.filter(({ rests }) => rests >= depth);
  const final = solution.answer === 'unsat' && solution.rests >= depth;
  const settled: Solution = final ? UNSAT : solution;
  const stays = settled.answer === 'unsat';
  const kept = run.resting.filter(({ rests }) => rests < depth);
  run.resting.length = 0;
  run.resting.push(...kept);
  for (const entry of resting) {
    if (!stays) run.known.delete(entry.key);
    else run.known.set(entry.key, settled);
    if (stays && !final) run.resting.push({ key: entry.key, rests: settled.rests });
  }
  if (settled.answer !== 'unknown') run.known.set(key, settled);
  else if (!settled.deferred && run.open.size === 0) run.known.set(key, settled);
  if (stays && !final) run.resting.push({ key, rests: settled.rests });
  return settled;
}
