import type { ApplyEvent } from '../../topology/apply.ts';
import { type Action, isApplicable } from '../../topology/steps.ts';
import type { RenderContext } from '../context.ts';
import { place } from '../context.ts';
import { pendingSteps } from '../outcome.ts';
import { printable } from '../printable.ts';
import { count, paragraph } from '../prose.ts';
import { paint, plainSymbols, type Style } from '../style.ts';
import type { FailedStep, ProvisionView } from '../views.ts';
import { waitingWords } from './plan.ts';

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

/** One line for what just happened, or nothing where it is not worth one: a step's start is told when it takes time. Ends without a line end. */
export function applyEventText(event: ApplyEvent, style: Style): string {
  const { kind, name } = event.step.resource;
  const step = `${kind} ${plainSymbols(style, printable(name))}`;
  switch (event.type) {
    case 'step-started':
      return `${step}: ${doing[event.step.action]}`;
    case 'step-done':
      return `${step}: ${paint(style, 'good', done[event.step.action])}`;
    case 'step-failed':
      return `${step}: ${paint(style, 'bad', 'failed')}, ${printable(event.message)}`;
    case 'step-skipped':
      return `${step}: ${paint(style, 'caution', 'skipped')}, ${printable(event.because)}`;
  }
}

/** How it ended: each failure with its cause, what was verified, and one line that sums up. */
export function provisionText(view: ProvisionView, context: RenderContext): string {
  const { style } = context;
  const steps = pendingSteps(view);
  if (steps.length === 0) {
    const resources = view.plans.reduce((sum, plan) => sum + plan.unchanged, 0);
    return `Nothing to do: ${count(resources, 'resource')} as the contracts ask.\n`;
  }
  const failures = view.failed.map((failed) => `${failureLines(failed, context).join('\n')}\n\n`);
  return `${failures.join('')}${verification(view, style)}${summary(view)}\n`;
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
  if (view.verified) return 'verified: what is there now matches the contracts.\n';
  return `${paint(style, 'bad', 'not verified')}: read back, what is there differs from what was planned. Run msgctl plan to see how.\n`;
}

function summary(view: ProvisionView): string {
  const steps = pendingSteps(view);
  const applicable = steps.filter(isApplicable).length;
  const waiting = steps.filter((step) => step.waitsFor.length > 0);
  const refused = steps.filter((step) => step.action === 'refuse').length;
  const parts = [`Applied ${view.applied.length} of ${count(applicable, 'step')}`];
  if (view.failed.length > 0) parts.push(`${view.failed.length} failed`);
  if (view.skipped.length > 0) parts.push(`${view.skipped.length} skipped`);
  if (waiting.length > 0) parts.push(waitingWords(waiting));
  if (refused > 0) parts.push(`${refused} refused`);
  const end = view.failed.length > 0 || view.interrupted ? ' Finished steps stay; run provision again to continue.' : '';
  return `${view.interrupted ? 'Interrupted. ' : ''}${parts.join('; ')}.${end}`;
}
