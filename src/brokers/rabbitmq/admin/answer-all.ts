import type { StepOutcome } from '../../../topology/port.ts';
import type { Step } from '../../../topology/steps.ts';
import { problemOfError } from './problem.ts';

/** Passes on how steps ended. Where their work breaks off, those that have no outcome yet failed by what broke it. */
export async function* answerAll(steps: readonly Step[], outcomes: AsyncIterable<StepOutcome>): AsyncIterable<StepOutcome> {
  const open = new Set(steps);
  try {
    for await (const outcome of outcomes) {
      open.delete(outcome.step);
      yield outcome;
    }
  } catch (error) {
    const problem = problemOfError(error);
    for (const step of open) yield { step, ok: false, ...problem };
  }
}
