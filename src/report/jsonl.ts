import type { JsonObject } from '../source/json.ts';
import type { ApplyEvent } from '../topology/apply.ts';
import { isApplicable, type Plan, type Step, stepsOf } from '../topology/steps.ts';
import type { RenderContext } from './context.ts';
import { renderJson } from './json.ts';
import { outcomeOf } from './outcome.ts';
import type { ProvisionView, View } from './views.ts';

/** The version of the lines: inside 1.x they only grow. */
const EVENTS_FORMAT_VERSION = '1.0';

/** What a line tells besides how a step ended: that applying begins, with what is to be done on each target. */
export type StartedEvent = { readonly type: 'started'; readonly project: string; readonly plans: readonly Plan[] };

/** How a step went on a transport, after `elapsed` milliseconds. */
export type TimedStep = { readonly transport: string; readonly event: ApplyEvent; readonly elapsed: number };

/** That applying begins, as one line; `schema/events.json` describes every line. */
export function startedLine({ project, plans }: StartedEvent, { version }: RenderContext): string {
  const targets = plans.map((plan) => {
    const steps = stepsOf(plan);
    return {
      transport: plan.transport,
      broker: plan.broker,
      target: plan.target,
      steps: steps.filter(isApplicable).length,
      waiting: steps.filter(({ waitsFor }) => waitsFor.length > 0).length,
      refused: steps.filter(({ action }) => action === 'refuse').length,
      unchanged: plan.unchanged,
    };
  });
  return line('started', { elapsed: 0, tool: { name: 'msgctl', version }, project, targets });
}

/** How a step went, as one line. The broker's own text is there with `--verbose` only. */
export function stepLine({ transport, event, elapsed }: TimedStep, { style }: RenderContext): string {
  const step = { elapsed, transport, ...stepOf(event.step) };
  switch (event.type) {
    case 'step-started':
      return line('step-started', step);
    case 'step-done':
      return line('step-finished', step);
    case 'step-failed':
      return line('step-failed', { ...step, message: event.message, ...(style.verbose && event.raw !== undefined && { raw: event.raw }) });
    case 'step-skipped':
      return line('step-skipped', { ...step, because: event.because });
  }
}

/** The last line: how it ended; what could not be done at all; or, of anything else, the whole report as one line. */
export function renderJsonl(view: View, context: RenderContext): string {
  switch (view.kind) {
    case 'provision':
      return line('done', doneOf(view));
    case 'failure': {
      const { id, message, why, advice } = view;
      return line('failure', { id, message, ...(why !== undefined && { why }), ...(advice !== undefined && { advice }) });
    }
    default:
      return line('report', { report: JSON.parse(renderJson(view, context)) as JsonObject });
  }
}

function doneOf(view: ProvisionView): JsonObject {
  const { applied, failed, skipped, verified } = view;
  return {
    outcome: outcomeOf(view),
    applied: applied.length,
    failed: failed.length,
    skipped: skipped.length,
    ...(verified !== undefined && { verified }),
  };
}

function stepOf({ action, resource }: Step): JsonObject {
  return { action, resource: { kind: resource.kind, name: resource.name } };
}

function line(event: string, content: JsonObject): string {
  return `${JSON.stringify({ formatVersion: EVENTS_FORMAT_VERSION, event, ...content })}\n`;
}
