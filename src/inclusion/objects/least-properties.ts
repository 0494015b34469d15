import { outlineOf } from '../outline.ts';
import type { Run } from '../run.ts';
import type { State } from '../state.ts';
import type { Step } from '../steps.ts';

/**
 * How many properties an object has at least, whichever ways are taken: those that are there, and one for each choice of which every way adds one
 * that no other choice was counted for. So a million ways to have too many are refused at once.
 */
export function leastProperties(run: Run, { present, choices }: State): number {
  const counted = new Set<string>();
  let least = present.size;
  for (const { ways } of choices) {
    const added = ways.map((way) => way.flatMap((step) => namesRequired(run, step)).filter((name) => !present.has(name)));
    run.budget.steps -= ways.length >> 2;
    if (added.some((names) => names.length === 0 || names.some((name) => counted.has(name)))) continue;
    for (const name of added.flat()) counted.add(name);
    least += 1;
  }
  return least;
}

/** Names that a step makes properties have, as far as a glance tells. */
function namesRequired({ world }: Run, step: Step): readonly string[] {
  switch (step.kind) {
    case 'fact':
      return step.fact.kind === 'present' ? [step.fact.name] : [];
    case 'schema':
      return step.holds ? [...outlineOf(world, step.schema).required] : [];
    case 'assertion':
      return step.holds && step.assertion.kind === 'required' ? step.assertion.names : [];
  }
}
