import type { Diagnostic, Severity } from '../../diagnostics/diagnostic.ts';
import { codeFrame, isNear } from '../code-frame.ts';
import { place, type RenderContext } from '../context.ts';
import { printable } from '../printable.ts';
import { count, paragraph } from '../prose.ts';
import { type Paint, paint } from '../style.ts';
import type { ValidationView } from '../views.ts';

/** The gravest first. */
const SEVERITIES = ['error', 'warning', 'info'] as const satisfies readonly Severity[];

const colours: Readonly<Record<Severity, Paint>> = { error: 'bad', warning: 'caution', info: 'reference' };

/** How many findings are shown: nobody reads more at once, and of a broken generated file there may be tens of thousands. */
const MOST_SHOWN = 500;

/** Every finding with its code frame, then one line that sums up; without findings that line only. */
export function validationText(view: ValidationView, context: RenderContext): string {
  const notDone = view.notDone === undefined ? '' : `${paragraph(context.style, 0, view.notDone)}\n`;
  return `${findingsText(view.diagnostics, context)}${validationSummary(view)}\n${notDone}`;
}

/**
 * Findings with their code frames, each with a blank line below it. Of very many only the gravest are shown, in the order of all; a line says
 * how many more there are, and what tells all of them.
 */
export function findingsText(
  findings: readonly Diagnostic[],
  context: RenderContext,
  toSeeAll = 'use --format json or --report json=PATH to see all',
): string {
  const shown = gravest(findings);
  const texts = shown.map((diagnostic) => `${diagnosticText(diagnostic, context)}\n\n`);
  const others = findings.length - shown.length;
  if (others > 0) texts.push(`${paragraph(context.style, 0, `… and ${count(others, 'more finding')}: ${toSeeAll}.`)}\n\n`);
  return texts.join('');
}

function gravest(findings: readonly Diagnostic[]): readonly Diagnostic[] {
  if (findings.length <= MOST_SHOWN) return findings;
  const ranked = SEVERITIES.flatMap((severity) => findings.filter((diagnostic) => diagnostic.severity === severity));
  const chosen = new Set(ranked.slice(0, MOST_SHOWN));
  return findings.filter((diagnostic) => chosen.has(diagnostic));
}

/** One finding: what and where, the lines it is about, why it matters, what to do. Ends without a line end. */
function diagnosticText(diagnostic: Diagnostic, context: RenderContext): string {
  const { style } = context;
  const { severity, id, message, why, advice, at, related } = diagnostic;
  const title = `${paint(style, colours[severity], severity)} ${paint(style, 'strong', id)}  ${paint(style, 'reference', place(context, at))}`;
  const source = context.source(at.file);
  const inFrame = source ? related.filter((other) => isNear(at, other.at)) : [];
  const elsewhere = related.filter((other) => !inFrame.includes(other));
  const lines = [title, paragraph(style, 2, message), ''];
  if (source) lines.push(codeFrame(source, at, inFrame, style));
  for (const other of elsewhere) lines.push(`  ${printable(other.label)}: ${paint(style, 'reference', place(context, other.at))}`);
  if (why !== undefined) lines.push(paragraph(style, 2, why));
  if (advice !== undefined) lines.push(paragraph(style, 2, advice));
  if (lines.at(-1) === '') lines.pop();
  return lines.join('\n');
}

/** How many findings there are, or what is valid. */
export function validationSummary(view: ValidationView): string {
  const amounts = SEVERITIES.map((severity) => ({
    severity,
    amount: view.diagnostics.filter((diagnostic) => diagnostic.severity === severity).length,
  })).filter(({ amount }) => amount > 0);
  const contracts = count(view.contracts, 'contract');
  const elsewhere = view.elsewhere ? ` ${count(view.elsewhere, 'finding')} elsewhere.` : '';
  if (amounts.length === 0 && elsewhere !== '') return `No finding here.${elsewhere}`;
  if (amounts.length === 0) return `${contracts}, ${count(view.interactions, 'interaction')}: valid.`;
  return `${amounts.map(({ severity, amount }) => count(amount, severity === 'info' ? 'note' : severity)).join(', ')} in ${contracts}.${elsewhere}`;
}
