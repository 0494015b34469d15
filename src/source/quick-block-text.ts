import { readScalar } from './quick-keys.ts';
import { CODE, goToContent, lineEnd, type QuickReader, skipSpaces } from './quick-lines.ts';
import { endOfText } from './yaml-nodes.ts';

/**
 * Reads a text after `|` or `>` (`-` is understood, other signs are not), below a line of the given indentation, and goes on to what follows
 * it. Undefined for what needs rules of its own: tabs, empty lines before the first, lines indented deeper than the first after `>`.
 */
export function readBlockText(reader: QuickReader, indent: number): string | undefined {
  const { text, at: start } = reader;
  const folded = text.charCodeAt(start) === CODE.greater;
  const strip = text.charCodeAt(start + 1) === CODE.dash;
  const head = start + (strip ? 2 : 1);
  if (text.charCodeAt(head) !== CODE.lineFeed) return undefined;
  const block = blockLines(text, head + 1, indent);
  if (!block || (folded && block.lines.some((line) => line.startsWith(' ')))) return undefined;
  const end = endOfText(text, start, block.end);
  if (/[\t\r]/.test(text.slice(head, block.end)) || !goToContent(reader, block.end)) return undefined;
  const value = (folded ? foldLines(block.lines) : block.lines.join('\n')) + (strip ? '' : '\n');
  return readScalar(reader, start, end, value);
}

/** The lines of a block of text without its indentation and the empty lines after it, and where the next line begins. */
function blockLines(text: string, from: number, indent: number): { readonly lines: string[]; readonly end: number } | undefined {
  const width = skipSpaces(text, from) - from;
  if (width <= indent || from + width >= lineEnd(text, from)) return undefined;
  const lines: string[] = [];
  let start = from;
  while (start < text.length) {
    const end = lineEnd(text, start);
    const content = skipSpaces(text, start);
    if (content >= end && content - start > width) return undefined;
    if (content < end && content - start < width) break;
    lines.push(text.slice(start + width, end));
    start = end + 1;
  }
  while (lines.at(-1) === '') lines.pop();
  return { lines, end: Math.min(start, text.length) };
}

/** Joins lines with spaces; each empty line between two is a line break. */
function foldLines(lines: readonly string[]): string {
  return lines.reduce((folded, line, index) => {
    if (index === 0) return line;
    if (line === '') return `${folded}\n`;
    return lines[index - 1] === '' ? folded + line : `${folded} ${line}`;
  }, '');
}
