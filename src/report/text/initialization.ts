import type { RenderContext } from '../context.ts';
import { printable } from '../printable.ts';
import { count, paragraph } from '../prose.ts';
import { paint } from '../style.ts';
import type { InitializationView, NewFileState } from '../views.ts';

/** One line for each file that is new or stays as it was, what is to be known, and the commands to go on with. */
export function initializationText(view: InitializationView, context: RenderContext): string {
  const { style } = context;
  const lines: string[] = [];
  for (const { path, state } of view.files) {
    const shown = printable(context.path(path));
    if (state === 'written') lines.push(`${paint(style, 'good', 'wrote')} ${shown}`);
    if (state === 'kept') lines.push(`${paint(style, 'caution', 'kept')} ${shown}: it was there already`);
  }
  lines.push(initializationSummary(view));
  for (const note of view.notes) lines.push('', paragraph(style, 0, note));
  lines.push('', 'Next:', ...view.next.map((command) => `  ${printable(command)}`));
  return `${lines.join('\n')}\n`;
}

/** How many files were written. */
export function initializationSummary({ project, files }: InitializationView): string {
  const amount = (state: NewFileState) => files.filter((file) => file.state === state).length;
  const others = (['kept', 'unchanged'] as const).filter((state) => amount(state) > 0).map((state) => `, ${amount(state)} ${state}`);
  return `Project ${project}: ${count(amount('written'), 'file')} written${others.join('')}.`;
}
