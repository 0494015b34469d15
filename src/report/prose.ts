import { displayWidth, printable } from './printable.ts';
import { plainSymbols, type Style } from './style.ts';

/** Prose is never wider than this, however wide the terminal. */
const widest = 100;
/** Nor narrower, however narrow the terminal: a column of single words helps nobody. */
const narrowest = 40;

/** A paragraph, indented and, on a terminal, wrapped. Foreign text in it is made printable. */
export function paragraph(style: Style, indent: number, text: string): string {
  const margin = ' '.repeat(indent);
  const line = plainSymbols(style, printable(text));
  if (style.width === undefined) return `${margin}${line}`;
  const room = Math.max(narrowest, Math.min(style.width, widest)) - indent;
  return wrap(line, room)
    .map((part) => `${margin}${part}`)
    .join('\n');
}

/** `1 error`, `2 errors`; `plural` where it is not the word and an s. */
export function count(amount: number, word: string, plural = `${word}s`): string {
  return `${amount} ${amount === 1 ? word : plural}`;
}

/** Text padded on the right to a number of columns. */
export function padColumns(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
}

function wrap(text: string, room: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines;
}
