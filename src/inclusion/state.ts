import { expandAssertion } from './expand.ts';
import { excludeEachOther, outlineOf } from './outline.ts';
import type { Run } from './run.ts';
import { type Atom, concerns, type Schema } from './schema.ts';
import { claimed, type Fact, type Step, type Ways } from './steps.ts';

/** What is known of a value of some type on one way through the alternatives. */
export type State = {
  readonly atom: Atom;
  /** Which schemas hold, by their ids. */
  readonly truths: Map<number, boolean>;
  /** Those that hold. */
  readonly positives: Schema[];
  readonly facts: Fact[];
  readonly present: Set<string>;
  readonly absent: Set<string>;
  choices: Choice[];
  /** What was split up already, so that it is not again. */
  readonly settled: Set<string>;
};

/** Ways of which one must be taken, and where they come from. */
export type Choice = { readonly ways: Ways; readonly origin: Step };

/** A state in which nothing is known but the type. */
export function blankState(atom: Atom): State {
  return { atom, truths: new Map(), positives: [], facts: [], present: new Set(), absent: new Set(), choices: [], settled: new Set() };
}

/** A copy that can go another way. */
export function copyState(state: State): State {
  return {
    atom: state.atom,
    truths: new Map(state.truths),
    positives: [...state.positives],
    facts: [...state.facts],
    present: new Set(state.present),
    absent: new Set(state.absent),
    choices: [...state.choices],
    settled: new Set(state.settled),
  };
}

/** Takes steps and all that follows from them at once. `false` when they contradict what is known. */
export function take(run: Run, state: State, steps: readonly Step[]): boolean {
  const pending = [...steps].reverse();
  for (let step = pending.pop(); step; step = pending.pop()) {
    const ways = waysOf(run, state, step);
    if (ways.length === 0) return false;
    const only = ways.length === 1 ? ways[0] : undefined;
    if (only) pending.push(...[...only].reverse());
    else state.choices.push({ ways, origin: step });
  }
  return true;
}

function waysOf(run: Run, state: State, step: Step): Ways {
  run.budget.steps -= 1;
  if (step.kind === 'fact') return addFact(state, step.fact) ? [[]] : [];
  if (step.kind === 'assertion') return expand(run, state, step);
  return takeSchema(run, state, step);
}

function takeSchema(run: Run, state: State, { schema, holds }: Extract<Step, { kind: 'schema' }>): Ways {
  const known = judgeSchema(run, state, schema);
  if (known !== undefined) {
    state.truths.set(schema.id, known);
    return known === holds ? [[]] : [];
  }
  state.truths.set(schema.id, holds);
  if (holds) state.positives.push(schema);
  const steps = schema.assertions.map((assertion): Step => ({ kind: 'assertion', owner: schema, assertion, holds }));
  if (holds) return [steps];
  return steps.map((step) => [step]).filter((way) => !isRefuted(run, state, way));
}

function expand(run: Run, state: State, { owner, assertion, holds }: Extract<Step, { kind: 'assertion' }>): Ways {
  return expandAssertion({ world: run.world, primitives: run.primitives, atom: state.atom }, owner, assertion, holds);
}

/** Whether a schema is known to hold, or not to, without looking any further. */
function judgeSchema(run: Run, state: State, schema: Schema): boolean | undefined {
  const known = state.truths.get(schema.id);
  if (known !== undefined) return known;
  if (schema.assertions.length === 0) return true;
  if (!outlineOf(run.world, schema).atoms.has(state.atom)) return false;
  run.budget.steps -= state.positives.length >> 3;
  return state.positives.some((positive) => excludeEachOther(run.world, positive, schema)) ? false : undefined;
}

/** Whether a way contradicts what is known, at a glance. */
function isRefuted(run: Run, state: State, way: readonly Step[]): boolean {
  return way.some((step) => judgeStep(run, state, step) === false);
}

/** Whether a way says nothing that is not known. */
function isKnown(run: Run, state: State, way: readonly Step[]): boolean {
  return way.every((step) => judgeStep(run, state, step) === true);
}

function judgeStep(run: Run, state: State, step: Step): boolean | undefined {
  if (step.kind === 'schema') {
    const known = judgeSchema(run, state, step.schema);
    return known === undefined ? undefined : known === step.holds;
  }
  if (step.kind === 'fact') return judgeFact(state, step.fact);
  const { assertion, holds } = step;
  if (assertion.kind === 'types') return assertion.atoms.has(state.atom) === holds;
  if (assertion.kind === 'not') return judgeStep(run, state, claimed(assertion.schema, !holds));
  if (!concerns(assertion, state.atom)) return holds;
  if (assertion.kind === 'required' && !holds) return assertion.names.every((name) => state.present.has(name)) ? false : undefined;
  return undefined;
}

function judgeFact(state: State, fact: Fact): boolean | undefined {
  if (fact.kind === 'present') return state.present.has(fact.name) ? true : state.absent.has(fact.name) ? false : undefined;
  if (fact.kind === 'absent') return state.absent.has(fact.name) ? true : state.present.has(fact.name) ? false : undefined;
  if (fact.kind === 'count' && fact.side === 'high' && fact.limit < 0) return false;
  return undefined;
}

function addFact(state: State, fact: Fact): boolean {
  const known = judgeFact(state, fact);
  if (known !== undefined) return known;
  if (fact.kind === 'present') state.present.add(fact.name);
  else if (fact.kind === 'absent') state.absent.add(fact.name);
  else state.facts.push(fact);
  return true;
}

function isSettled(run: Run, state: State, { ways, origin }: Choice): boolean {
  // What is told apart from a schema that holds does not hold itself, whatever the reason.
  if (origin.kind === 'schema' && !origin.holds && state.positives.some((positive) => excludeEachOther(run.world, positive, origin.schema)))
    return true;
  return ways.some((way) => isKnown(run, state, way));
}

/** Takes the choices that are none; `false` when one has no way left. */
export function settleChoices(run: Run, state: State): boolean {
  for (let outcome: Outcome = 'taken'; outcome === 'taken'; ) {
    outcome = 'open';
    const choices = state.choices;
    state.choices = [];
    for (const choice of choices) {
      const settled = settle(run, state, choice);
      if (settled === 'contradicted') return false;
      if (settled === 'taken') outcome = 'taken';
    }
  }
  return true;
}

/** What became of a choice: nothing new, its only way was taken, or there is none. */
type Outcome = 'open' | 'taken' | 'contradicted';

function settle(run: Run, state: State, choice: Choice): Outcome {
  if (isSettled(run, state, choice)) return 'open';
  const open = choice.ways.filter((way) => !isRefuted(run, state, way));
  const only = open[0];
  if (!only) return 'contradicted';
  if (open.length === 1) return take(run, state, only) ? 'taken' : 'contradicted';
  state.choices.push(open.length < choice.ways.length ? { ...choice, ways: open } : choice);
  return 'open';
}
