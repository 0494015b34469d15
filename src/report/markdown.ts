import { maskSecrets } from '../source/mask-secrets.ts';
import type { RenderContext } from './context.ts';
import { type Section, sectionsOf } from './markdown-sections.ts';
import { printable } from './printable.ts';
import { count } from './prose.ts';
import type { View } from './views.ts';

/** Comments of GitHub end here; what is longer is refused there as a whole. */
const LONGEST = 60_000;
/** Room for the line that tells what was left out, and for closing what is open. */
const RESERVE = 200;

/** A summary of a job or a comment on a change: how it went as heading, then tables; what needs nobody's attention is folded. */
export function renderMarkdown(view: View, context: RenderContext): string {
  // The page of a rule is Markdown as it is.
  if (view.kind === 'explanation' && view.page !== undefined) return `${view.page.trimEnd()}\n`;
  const { heading, sections, end } = sectionsOf(view, context);
  const last = end === undefined ? '' : `\n${escapeMarkdown(end)}\n`;
  let text = `## ${escapeMarkdown(heading)}\n`;
  let left = 0;
  for (const section of sections) {
    const open = opening(section);
    const close = section.folded ? '\n</details>\n' : '';
    const room = LONGEST - RESERVE - last.length - text.length - open.length - close.length;
    const rows = rowsThatFit(section, room);
    left += section.rows.length - rows.length;
    if (rows.length > 0) text += open + rows.join('') + close;
  }
  const cut = left === 0 ? '' : `\n${count(left, 'row')} left out: the whole is in the other formats.\n`;
  return `${text}${last}${cut}`;
}

function opening({ title, columns, folded }: Section): string {
  const head = `| ${columns.map(escapeMarkdown).join(' | ')} |\n|${' --- |'.repeat(columns.length)}\n`;
  const said = escapeMarkdown(title);
  if (folded) return `\n<details><summary>${said}</summary>\n\n${head}`;
  return title === '' ? `\n${head}` : `\n### ${said}\n\n${head}`;
}

function rowsThatFit({ rows }: Section, room: number): readonly string[] {
  let taken = 0;
  const lines: string[] = [];
  for (const cells of rows) {
    const line = `| ${cells.map((cell) => cell.map(escapeMarkdown).join('<br>')).join(' | ')} |\n`;
    taken += line.length;
    if (taken > room) break;
    lines.push(line);
  }
  return lines;
}

/**
 * Text that stays text: no markup of Markdown, no HTML, no cell or line that ends. What is mentioned is looked for in the rendered text, so
 * there a space without width stands between the sign and the name.
 */
function escapeMarkdown(text: string): string {
  // Once signs are escaped nobody can tell a password any more.
  return printable(maskSecrets(text))
    .replace(/[&<>|`*_[\]\\~!]/g, (sign) => `&#${sign.charCodeAt(0)};`)
    .replace(/(?<!\w)@|(?<!&)#(?=\d)|\bGH-(?=\d)/gi, (sign) => `${sign}&#8203;`)
    .replaceAll('://', '&#58;//')
    .replace(/\bwww\./gi, (word) => `${word.slice(0, 3)}&#46;`);
}
