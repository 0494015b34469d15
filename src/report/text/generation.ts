import type { RenderContext } from '../context.ts';
import { printable } from '../printable.ts';
import { count } from '../prose.ts';
import { paint } from '../style.ts';
import type { FileState, GenerationView } from '../views.ts';

type Words = Readonly<Record<Exclude<FileState, 'unchanged'>, string>>;

const words: Readonly<Record<GenerationView['mode'], Words>> = {
  write: { new: 'wrote', changed: 'wrote', surplus: 'removed' },
  check: { new: 'missing', changed: 'stale', surplus: 'surplus' },
  'dry-run': { new: 'would write', changed: 'would write', surplus: 'would remove' },
};

/** One line for each file that is not as it should be, then one line that sums up. */
export function generationText(view: GenerationView, context: RenderContext): string {
  const { style } = context;
  const lines: string[] = [];
  for (const { path, state } of view.files) {
    if (state === 'unchanged') continue;
    const colour = view.mode === 'check' ? 'bad' : state === 'surplus' ? 'caution' : 'good';
    lines.push(`${paint(style, colour, words[view.mode][state])} ${printable(context.path(path))}`);
  }
  return `${[...lines, generationSummary(view)].join('\n')}\n`;
}

/** How many files are as they should be. */
export function generationSummary({ mode, files }: GenerationView): string {
  const amount = (...states: readonly FileState[]) => files.filter((file) => states.includes(file.state)).length;
  const unchanged = amount('unchanged');
  if (mode === 'check') {
    const wrong = files.length - unchanged;
    if (wrong === 0) return `${count(unchanged, 'file')} up to date.`;
    return `${wrong} of ${count(files.length, 'file')} not up to date. Run msgctl gen and commit what it writes.`;
  }
  const conditional = mode === 'dry-run' ? 'would be ' : '';
  const removed = amount('surplus') === 0 ? '' : `, ${amount('surplus')} ${conditional}removed`;
  return `${count(amount('new', 'changed'), 'file')} ${conditional}written${removed}, ${unchanged} unchanged.`;
}
