import { resourceKey } from './model.ts';
import type { BrokerAdmin } from './port.ts';
import { isApplicable, type Plan, type Step } from './steps.ts';

/** What happens while a plan is applied, in order. Plain data, rendered by `report/`. */
export type ApplyEvent =
  | { readonly type: 'step-started'; readonly step: Step }
  | { readonly type: 'step-done'; readonly step: Step }
  | { readonly type: 'step-failed'; readonly step: Step; readonly message: string; readonly raw?: string; readonly begun?: true }
  | { readonly type: 'step-skipped'; readonly step: Step; readonly because: string };

/**
 * Applies a plan phase by phase. A failed step stops nothing but what needs it; nothing is decided here. Steps that are refused or wait for
 * consent are passed over without an event. An aborted `signal` lets the steps in flight end and skips the rest.
 */
export async function* applyPlan(plan: Plan, admin: BrokerAdmin, signal: AbortSignal): AsyncIterable<ApplyEvent> {
  const undone = new Set<string>();
  for (const phase of plan.phases) {
    const ready: Step[] = [];
    for (const step of phase.filter(isApplicable)) {
      const blocker = step.needs.find((key) => undone.has(key));
      const because = signal.aborted ? 'Interrupted.' : blocker && `It needs ${blocker.replace('/', ' ')}, which could not be done.`;
      if (!because) {
        ready.push(step);
        continue;
      }
      undone.add(resourceKey(step.resource));
      yield { type: 'step-skipped', step, because };
    }
    if (ready.length === 0) continue;
    for (const step of ready) yield { type: 'step-started', step };
    yield* runPhase(ready, admin, signal, undone);
  }
}

async function* runPhase(steps: readonly Step[], admin: BrokerAdmin, signal: AbortSignal, undone: Set<string>): AsyncIterable<ApplyEvent> {
  const open = new Set(steps);
  for await (const outcome of admin.execute(steps, signal)) {
    const { step } = outcome;
    open.delete(step);
    if (outcome.ok) {
      yield { type: 'step-done', step };
      continue;
    }
    undone.add(resourceKey(step.resource));
    if (outcome.skipped) yield { type: 'step-skipped', step, because: outcome.message };
    else
      yield {
        type: 'step-failed',
        step,
        message: outcome.message,
        ...(outcome.raw !== undefined && { raw: outcome.raw }),
        ...(outcome.begun && { begun: true }),
      };
  }
  for (const step of open) {
    undone.add(resourceKey(step.resource));
    if (signal.aborted) yield { type: 'step-skipped', step, because: 'Interrupted.' };
    else yield { type: 'step-failed', step, message: 'It was not attempted.' };
  }
}
