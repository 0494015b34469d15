import { paragraph } from '../prose.ts';
import { paint, type Style } from '../style.ts';
import type { FailureView } from '../views.ts';

/** What could not be done, why it matters and what to do, in three parts. Ends with a line end. */
export function failureText(view: FailureView, style: Style): string {
  const lines = [`${paint(style, 'bad', 'error')} ${paint(style, 'strong', view.id)}`, paragraph(style, 2, view.message)];
  if (view.why !== undefined) lines.push(paragraph(style, 2, view.why));
  if (view.advice !== undefined) lines.push(paragraph(style, 2, view.advice));
  return `${lines.join('\n')}\n`;
}
