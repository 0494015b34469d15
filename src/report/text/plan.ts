import type { JsonValue } from '../../source/json.ts';
import { type Action, type FieldChange, type Plan, type Step, stepsOf } from '../../topology/steps.ts';
import type { RenderContext } from '../context.ts';
import { actionCounts, pendingSteps } from '../outcome.ts';
import { displayWidth, printable } from '../printable.ts';
import { count, padColumns, paragraph } from '../prose.ts';
import { type Paint, paint, plainSymbols, type Style, symbol } from '../style.ts';
import type { PlanView } from '../views.ts';

const colours: Readonly<Record<Action, Paint>> = { create: 'good', change: 'caution', migrate: 'caution', delete: 'bad', refuse: 'bad' };

/** What would change on each target, why and what it risks; then one line that sums up. */
export function planText(view: PlanView, context: RenderContext): string {
  const { style } = context;
  const targets = view.plans.map((plan) => targetText(plan, view.project, style));
  const steps = pendingSteps(view);
  if (view.plans.length === 0) return 'No transport of the project has a topology: nothing to plan.\n';
  if (steps.length === 0) return targets.join('');
  const unchanged = view.plans.reduce((sum, plan) => sum + plan.unchanged, 0);
  const gap = targets.at(-1)?.endsWith('\n\n') ? '' : '\n';
  return `${targets.join('')}${gap}${planSummary(steps, unchanged)}\n${waitingLine(steps, view.command)}`;
}

/** One target: a heading and its steps in the order in which they are applied. */
function targetText(plan: Plan, project: string, style: Style): string {
  const steps = stepsOf(plan);
  const notes = (plan.notes ?? []).map((note) => `${paragraph(style, 2, `Note: ${note}`)}\n`).join('');
  if (steps.length === 0)
    return `${paint(style, 'strong', plan.transport)} ${printable(project)}: up to date (${count(plan.unchanged, 'resource')}).\n${notes}`;
  const kinds = Math.max(...steps.map((step) => step.resource.kind.length));
  const heading = `${paint(style, 'strong', plan.transport)}  ${printable(project)} (${printable(plan.target)})`;
  return `${heading}\n\n${notes === '' ? '' : `${notes}\n`}${steps.map((step) => stepLines(step, kinds, style).join('\n')).join('\n')}\n\n`;
}

function stepLines(step: Step, kindWidth: number, style: Style): readonly string[] {
  const { action, resource, fields } = step;
  const mark = paint(style, colours[action], symbol(style, action));
  const headline = action === 'create' ? headlineOf(fields) : '';
  const title = `  ${mark} ${padColumns(resource.kind, kindWidth)}   ${plainSymbols(style, printable(resource.name))}${headline}`;
  const shown = action === 'delete' ? [] : action === 'create' ? fields.filter((field) => isTelling(field, resource.name)) : fields;
  const names = shown.map((field) => printable(shortName(field.name)));
  const nameWidth = Math.max(24, ...names.map(displayWidth));
  const lines = [
    title,
    ...shown.map((field, index) => `        ${padColumns(names[index] ?? '', nameWidth)}  ${fieldText(action, field, style)}`),
  ];
  if (step.reason !== undefined) lines.push(paragraph(style, 8, step.reason));
  const waits = step.waitsFor.length > 0 ? `Needs --allow ${step.waitsFor.join(',')}.` : '';
  const last = [riskWords[step.risk], waits].filter((part) => part !== '').join(' ');
  if (last !== '') lines.push(paragraph(style, 8, last));
  return lines;
}

/** Attributes that stand right after the name of something new, as they say most about it. */
const headlines: Readonly<Record<string, (value: JsonValue) => string>> = {
  type: String,
  'arguments.x-queue-type': String,
  partitions: (value) => (value === 1 ? '1 partition' : `${value} partitions`),
};

function headlineOf(fields: readonly FieldChange[]): string {
  const words = fields.flatMap(({ name, to }) => (Object.hasOwn(headlines, name) && to !== undefined ? [headlines[name]?.(to) ?? ''] : []));
  return words.map((word) => `   ${printable(word)}`).join('');
}

/** What all of a kind have, or what its name says in other words. */
const implied: ReadonlySet<string> = new Set(['apply-to', 'priority', 'destination_type']);

/** Of something new, what is neither in its name nor right after it, nor what all of its kind have. */
function isTelling({ name, to }: FieldChange, resource: string): boolean {
  if (Object.hasOwn(headlines, name) || implied.has(name) || typeof to === 'boolean') return false;
  return !(typeof to === 'string' && resource.includes(to));
}

/** An attribute without the compartment that the broker keeps it in. */
function shortName(name: string): string {
  return name.replace(/^(?:arguments|definition|configs)\./, '');
}

const riskWords: Readonly<Record<Step['risk'], string>> = {
  safe: '',
  duplicates: 'Messages may arrive twice meanwhile.',
  order: 'The order of messages is not kept meanwhile.',
  'data-loss': 'Messages in it are lost.',
};

function fieldText(action: Action, field: FieldChange, style: Style): string {
  if (action === 'create') return valueText(field.to);
  return `${valueText(field.from)} ${symbol(style, 'arrow')} ${valueText(field.to)}`;
}

function valueText(value: JsonValue | undefined): string {
  return value === undefined ? '(none)' : printable(JSON.stringify(value));
}

const actionWords: Readonly<Record<Action, string>> = {
  create: 'to create',
  change: 'to change',
  migrate: 'to migrate',
  delete: 'to delete',
  refuse: 'refused',
};

/** `Plan: 5 to create, 1 to change; 27 unchanged.` */
export function planSummary(steps: readonly Step[], unchanged: number): string {
  const counts = actionCounts(steps);
  const parts = (Object.keys(actionWords) as Action[])
    .filter((action) => counts[action] > 0)
    .map((action) => `${counts[action]} ${actionWords[action]}`);
  return `Plan: ${parts.join(', ')}; ${unchanged} unchanged.`;
}

function waitingLine(steps: readonly Step[], command: PlanView['command']): string {
  const waiting = steps.filter((step) => step.waitsFor.length > 0);
  const nothing = command === 'plan' ? 'Nothing has been changed.' : '';
  const words = waiting.length === 0 ? '' : `${waitingWords(waiting)}.`;
  const line = [words, nothing].filter((part) => part !== '').join(' ');
  return line === '' ? '' : `${line}\n`;
}

/** `2 steps wait for --allow migrate,delete` */
export function waitingWords(waiting: readonly Step[]): string {
  const approvals = [...new Set(waiting.flatMap((step) => step.waitsFor))];
  return `${count(waiting.length, 'step')} ${waiting.length === 1 ? 'waits' : 'wait'} for --allow ${approvals.join(',')}`;
}
