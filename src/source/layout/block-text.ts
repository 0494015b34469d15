/** Literal and folded blocks: their lines without the indentation, so that they can be indented anew. */
import type { LayoutBlock } from './layout.ts';

/** The lines of a block by its header (`|2-`), its source after the header's line, and the column of what it belongs to. */
export function readBlock(header: string, source: string, parentIndent: number): Pick<LayoutBlock, 'style' | 'chomping' | 'lines'> {
  const style = header.startsWith('>') ? '>' : '|';
  const chomping = header.includes('+') ? '+' : header.includes('-') ? '-' : '';
  const given = Number(/[1-9]/.exec(header)?.[0] ?? 0);
  const written = source.split('\n');
  // What follows the last line end is no line.
  if (written.at(-1) === '') written.pop();
  const first = written.find((line) => /[^ ]/.test(line));
  const indent = given > 0 ? parentIndent + given : (first?.search(/[^ ]/) ?? Number.POSITIVE_INFINITY);
  const lines = written.map((line) => line.slice(Math.min(indent, line.search(/[^ ]|$/))));
  if (chomping !== '+') while (lines.at(-1) === '') lines.pop();
  return { style, chomping, lines };
}

/** The header of a block whose lines stand two columns further in than what it belongs to. */
export function blockHeader({ style, chomping, lines }: LayoutBlock): string {
  const first = lines.findIndex((line) => /[^ ]/.test(line));
  const leading = lines.slice(0, first === -1 ? lines.length : first + 1);
  // Without a number the first line that is not blank would set the indentation.
  return `${style}${leading.some((line) => line.startsWith(' ')) ? '2' : ''}${chomping}`;
}
