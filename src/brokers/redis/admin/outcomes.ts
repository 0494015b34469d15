import type { StepOutcome } from '../../../topology/port.ts';
import type { Step } from '../../../topology/steps.ts';
import { explain } from '../explain.ts';
import type { Refused } from '../replies.ts';

/** A step that failed, in words of ours. */
export function failed(step: Step, message: string): StepOutcome {
  return { step, ok: false, message };
}

/** A step that the server would not do. */
export function refused(step: Step, answer: Refused): StepOutcome {
  return { step, ok: false, message: explain(answer), raw: answer.error };
}
