import type { Diagnostic, Severity } from '../../diagnostics/diagnostic.ts';
import { codeFrame, isNear } from '../code-frame.ts';
import { place, type RenderContext } from '../context.ts';
import { printable } from '../printable.ts';
import { count, paragraph } from '../prose.ts';
import { type Paint, paint } from '../style.ts';
import type { ValidationView } from '../views.ts';

const colours: Readonly<Record<Severity, Paint>> = { error: 'bad', warning: 'caution', info: 'reference' };

/** Every finding with its code frame, then one line that sums up; without findings that line only. */
export function validationText(view: ValidationView, context: RenderContext): string {
  const findings = view.diagnostics.map((diagnostic) => `${diagnosticText(diagnostic, context)}\n\n`);
  const notDone = view.notDone === undefined ? '' : `${paragraph(context.style, 0, view.notDone)}\n`;
  return `${findings.join('')}${validationSummary(view)}\n${notDone}`;
}

/** One finding: what and where, the lines it is about, why it matters, what to do. Ends without a line end. */
export function diagnosticText(diagnostic: Diagnostic, context: RenderContext): string {
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
  const amounts = (['error', 'warning', 'info'] as const)
    .map((severity) => ({ severity, amount: view.diagnostics.filter((diagnostic) => diagnostic.severity === severity).length }))
    .filter(({ amount }) => amount > 0);
  const contracts = count(view.contracts, 'contract');
  const elsewhere = view.elsewhere ? ` ${count(view.elsewhere, 'finding')} elsewhere.` : '';
  if (amounts.length === 0 && elsewhere !== '') return `No finding here.${elsewhere}`;
  if (amounts.length === 0) return `${contracts}, ${count(view.interactions, 'interaction')}: valid.`;
  return `${amounts.map(({ severity, amount }) => count(amount, severity === 'info' ? 'note' : severity)).join(', ')} in ${contracts}.${elsewhere}`;
}
