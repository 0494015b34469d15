import type { JsonValue } from '../source/json.ts';
import { solveList } from './arrays/solve-list.ts';
import { isAsserted, isTrue } from './evaluate.ts';
import { solveObject } from './objects/solve-object.ts';
import type { Run } from './run.ts';
import { solveScalar } from './scalars.ts';
import { atomOf, type Claim } from './schema.ts';
import { noneOf, type Solution, sat, TOO_MUCH, UNSAT, unknownSolution } from './solution.ts';
import { splitFacts } from './split-facts.ts';
import { type Choice, copyState, type State, settleChoices, take } from './state.ts';

/**
 * Follows the alternatives of a state until a value is found or none is left. At each point a value is made of what is settled so far,
 * whatever is still open: where there is none, no alternative can help; where there is one, only what it violates needs to be looked at.
 */
export function search(run: Run, goal: readonly Claim[], state: State): Solution {
  // All that is known and all that is open is looked at here, copied, and tried on a value.
  run.budget.steps -= 10 + state.facts.length + state.choices.length + payForTries(run);
  if (run.budget.steps <= 0) return unknownSolution(TOO_MUCH);
  if (!settleChoices(run, state)) return UNSAT;
  const listed = tryListed(run, goal, state);
  if (listed) return listed;
  const unknown = state.facts.find((fact) => fact.kind === 'unknown');
  const partial = makeValue(run, state);
  if (partial.answer === 'unsat') return partial;
  if (partial.answer === 'sat') {
    if (unknown === undefined && isGoal(run, goal, partial.value)) return partial;
    splitFacts(run, state, partial.value);
  }
  const choice = nextChoice(run, state, partial);
  if (choice) return tryWays(run, goal, { state, choice });
  if (unknown?.kind === 'unknown') return unknownSolution(unknown.reason);
  return partial.answer === 'sat' ? unknownSolution('no value could be tried') : partial;
}

/** The steps that values took which were tried since the last time. */
function payForTries({ primitives: { effort } }: Run): number {
  const { tried } = effort;
  effort.tried = 0;
  return tried;
}

function isGoal(run: Run, goal: readonly Claim[], value: JsonValue): boolean {
  return goal.every((claim) => isTrue(run.primitives, claim, value) === true);
}

/** Where only listed values are left, they are tried. */
function tryListed(run: Run, goal: readonly Claim[], state: State): Solution | undefined {
  let shortest: ReadonlyMap<string, JsonValue> | undefined;
  for (const fact of state.facts) {
    if (fact.kind === 'listed' && (!shortest || fact.values.size < shortest.size)) shortest = fact.values;
  }
  if (!shortest) return undefined;
  let open = false;
  for (const value of shortest.values()) {
    if (atomOf(value) !== state.atom) continue;
    const results = goal.map((claim) => isTrue(run.primitives, claim, value));
    if (results.every((result) => result === true)) return sat(value);
    open ||= !results.includes(false);
  }
  return open ? unknownSolution('a listed value could not be tried') : UNSAT;
}

function makeValue(run: Run, state: State): Solution {
  if (state.atom === 'object') return solveObject(run, state);
  if (state.atom === 'array') return solveList(run, state);
  return solveScalar(run, state);
}

/** The choice to make next: of those that the value at hand violates, the one with the fewest ways. */
function nextChoice(run: Run, state: State, partial: Solution): Choice | undefined {
  const { choices } = state;
  const violated = partial.answer === 'sat' ? choices.filter((choice) => violates(run, choice, partial.value)) : choices;
  const open = violated.length > 0 || partial.answer !== 'sat' ? violated : choices;
  return open.reduce<Choice | undefined>((best, choice) => (best && best.ways.length <= choice.ways.length ? best : choice), undefined);
}

function violates(run: Run, { origin }: Choice, value: JsonValue): boolean {
  if (origin.kind === 'fact') return true;
  const result = origin.kind === 'schema' ? isTrue(run.primitives, origin, value) : isAsserted(run.primitives, origin, value);
  if (origin.kind === 'schema' || result === undefined) return result !== true;
  return result !== origin.holds;
}

function tryWays(run: Run, goal: readonly Claim[], { state, choice }: { readonly state: State; readonly choice: Choice }): Solution {
  const failed: Solution[] = [];
  const rest = state.choices.filter((other) => other !== choice);
  for (const way of choice.ways) {
    const next = copyState(state);
    run.budget.steps -= (state.truths.size + state.facts.length) >> 2;
    next.choices = [...rest];
    const solution = take(run, next, way) ? search(run, goal, next) : UNSAT;
    if (solution.answer === 'sat') return solution;
    failed.push(solution);
    if (run.budget.steps <= 0) break;
  }
  return run.budget.steps <= 0 ? unknownSolution(TOO_MUCH) : noneOf(failed);
}
