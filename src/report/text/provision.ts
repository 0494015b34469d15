import type { ApplyEvent } from '../../topology/apply.ts';
import { type Action, isApplicable, type Step } from '../../topology/steps.ts';
import type { RenderContext } from '../context.ts';
import { place } from '../context.ts';
import { hasChanged, pendingSteps } from '../outcome.ts';
import { printable } from '../printable.ts';
import { count, paragraph } from '../prose.ts';
import { paint, plainSymbols, type Style } from '../style.ts';
import type { FailedStep, ProvisionView } from '../views.ts';
import { planText, waitingWords } from './plan.ts';

const done: Readonly<Record<Action, string>> = {
  create: 'created',
  change: 'changed',
  migrate: 'migrated',
  delete: 'deleted',
  refuse: 'refused',
};
const doing: Readonly<Record<Action, string>> = {
  create: 'creating',
  change: 'changing',
  migrate: 'migrating',
  delete: 'deleting',
  refuse: 'refusing',
};

/** A step that ended within this time (milliseconds) is told without it. */
const WORTH_TELLING = 1_000;

/** How a step just ended, on one line without its end. `took` is in milliseconds. */
export function applyEventText(event: Exclude<ApplyEvent, { readonly type: 'step-started' }>, took: number, style: Style): string {
  const step = stepName(event.step, style);
  switch (event.type) {
    case 'step-done':
      return `${step}: ${paint(style, 'good', done[event.step.action])}${took < WORTH_TELLING ? '' : ` in ${(took / 1000).toFixed(1)} s`}`;
    case 'step-failed':
      return `${step}: ${paint(style, 'bad', 'failed')}, ${printable(event.message)}`;
    case 'step-skipped':
      return `${step}: ${paint(style, 'caution', 'skipped')}, ${printable(event.because)}`;
  }
}

/** That a step is still at work after `since` milliseconds. */
export function stepInFlightText(step: Step, since: number, style: Style): string {
  return `${stepName(step, style)}: still ${doing[step.action]}, ${Math.round(since / 1000)} s`;
}

function stepName({ resource }: Step, style: Style): string {
  return `${resource.kind} ${plainSymbols(style, printable(resource.name))}`;
}

/** The plan and how it ended. */
export function provisionText(view: ProvisionView, context: RenderContext): string {
  return planText({ ...view, kind: 'plan' }, context) + provisionEnd(view, context);
}

/** How it ended: each failure with its cause, whether it was verified, and one line that sums up. Nothing where there was nothing to do. */
export function provisionEnd(view: ProvisionView, context: RenderContext): string {
  const { style } = context;
  if (pendingSteps(view).length === 0) return '';
  const failures = view.failed.map((failed) => `${failureLines(failed, context).join('\n')}\n\n`);
  return `\n${failures.join('')}${verification(view, style)}${provisionSummary(view)}\n`;
}

function failureLines({ transport, step, message, raw }: FailedStep, context: RenderContext): readonly string[] {
  const { style } = context;
  const at = typeof step.cause === 'string' ? '' : `  ${paint(style, 'reference', place(context, step.cause))}`;
  const lines = [
    `${paint(style, 'bad', 'error')} ${paint(style, 'strong', 'step-failed')}${at}`,
    paragraph(style, 2, `${transport}: ${step.resource.kind} ${step.resource.name} was not ${done[step.action]}: ${message}`),
  ];
  if (style.verbose && raw !== undefined) lines.push(paragraph(style, 2, raw));
  return lines;
}

function verification(view: ProvisionView, style: Style): string {
  if (view.verified === undefined) return '';
  if (view.verified) {
    const whole = pendingSteps(view).every(isApplicable);
    return whole ? 'verified: what is there now matches the contracts.\n' : 'verified: what was applied is there.\n';
  }
  return `${paint(style, 'bad', 'not verified')}: read back, what is there differs from what was planned. Run msgctl plan to see how.\n`;
}

/** How provisioning ended, in one line. */
export function provisionSummary(view: ProvisionView): string {
  const steps = pendingSteps(view);
  const applicable = steps.filter(isApplicable).length;
  const waiting = steps.filter((step) => step.waitsFor.length > 0);
  const refused = steps.filter((step) => step.action === 'refuse').length;
  const parts = [applicable === 0 ? 'Nothing to apply' : `Applied ${view.applied.length} of ${count(applicable, 'step')}`];
  if (view.failed.length > 0) parts.push(`${view.failed.length} failed`);
  if (view.skipped.length > 0) parts.push(`${view.skipped.length} skipped`);
  if (waiting.length > 0) parts.push(waitingWords(waiting));
  if (refused > 0) parts.push(`${refused} refused`);
  const finished = hasChanged(view) ? 'Finished steps stay; run' : 'Nothing was changed. Run';
  const end = view.failed.length > 0 || view.interrupted ? ` ${finished} provision again to continue.` : '';
  return `${view.interrupted ? 'Interrupted. ' : ''}${parts.join('; ')}.${end}`;
}
