import type { RenderContext } from '../context.ts';
import { printable } from '../printable.ts';
import { count } from '../prose.ts';
import { paint } from '../style.ts';
import type { FormattedState, FormattingView } from '../views.ts';
import { findingsText } from './validation.ts';

/** Why files are no YAML, one line for each file that is not as it should be, then one line that sums up. */
export function formattingText(view: FormattingView, context: RenderContext): string {
  const { style } = context;
  const word = view.mode === 'check' ? paint(style, 'bad', 'unformatted') : paint(style, 'good', 'formatted');
  const lines = view.files
    .filter(({ state }) => state === 'changed')
    .map(({ path, numbers }) => `${word} ${printable(context.path(path))}${numbers > 0 ? numbersText(view, numbers) : ''}\n`);
  return `${findingsText(view.diagnostics, context)}${lines.join('')}${formattingSummary(view)}\n`;
}

function numbersText({ mode }: FormattingView, numbers: number): string {
  const what = count(numbers, 'Protobuf number');
  return mode === 'check' ? `, lacks ${what}` : `, with ${what} assigned`;
}

/** How it went, in one sentence. */
export function formattingSummary({ mode, files }: FormattingView): string {
  const amount = (state: FormattedState) => files.filter((file) => file.state === state).length;
  const invalid = amount('invalid');
  const left = invalid === 0 ? '' : `${invalid} left as ${invalid === 1 ? 'it is' : 'they are'}: no YAML.`;
  if (mode === 'write')
    return `${count(amount('changed'), 'file')} formatted, ${amount('unchanged')} unchanged${left === '' ? '.' : `, ${left}`}`;
  if (amount('changed') > 0)
    return `${amount('changed')} of ${count(files.length, 'file')} not formatted${left === '' ? '.' : `, ${left}`} Run msgctl fmt and commit what it writes.`;
  const unchanged = amount('unchanged');
  return `${count(unchanged, 'file')} ${unchanged === 1 ? 'is' : 'are'} formatted${left === '' ? '.' : `, ${left}`}`;
}
