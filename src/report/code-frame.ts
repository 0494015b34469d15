import { concealLogins } from '../source/conceal-secrets.ts';
import type { Range, SourceFile } from '../source/source-file.ts';
import { characterWidth, displayWidth, printable } from './printable.ts';
import { paint, type Style, symbol } from './style.ts';

/** A second place in the frame, underlined with dashes and a label. */
export type FrameLabel = { readonly at: Range; readonly label: string };

/** Code is cut here, so that one long line does not bury the finding. */
const widestCode = 120;
/** Where a cut line begins, in columns before its mark. */
const columnsBeforeMark = 40;
const tabStop = 4;
/** Room for line numbers, unless one is longer. */
const narrowestGutter = 5;

/** One underline: columns of the shown line. */
type Underline = { readonly from: number; readonly to: number; readonly primary: boolean; readonly label: string };

/**
 * The lines of a source that a finding is about, with their numbers and the exact range underlined. A parent key right above is shown with
 * it; of a range over several lines the first is underlined and the last one named. Ends without a line end.
 */
export function codeFrame(source: SourceFile, primary: Range, labels: readonly FrameLabel[], style: Style): string {
  const marks = [{ at: primary, label: '', primary: true }, ...labels.map((label) => ({ ...label, primary: false }))];
  const numbers = new Set(marks.map((mark) => mark.at.start.line));
  if (isParent(lineText(source, primary.start.line - 1), lineText(source, primary.start.line))) numbers.add(primary.start.line - 1);
  const gutter = Math.max(narrowestGutter, ...[...numbers].map((number) => String(number).length));
  return [...numbers]
    .sort((a, b) => a - b)
    .flatMap((number) => {
      const here = marks.filter((mark) => mark.at.start.line === number);
      return frameLine(lineText(source, number) ?? '', here, String(number).padStart(gutter), style);
    })
    .join('\n');
}

/** Whether a label's place is near enough to stand in the same frame. */
export function isNear(primary: Range, other: Range): boolean {
  return other.file === primary.file && Math.abs(other.start.line - primary.start.line) <= 8;
}

function frameLine(
  text: string,
  marks: readonly { readonly at: Range; readonly label: string; readonly primary: boolean }[],
  number: string,
  style: Style,
): readonly string[] {
  const { shown, columnOf } = layOut(text, style);
  const underlines = marks.map((mark): Underline => {
    const from = columnOf(mark.at.start.column - 1);
    const severalLines = mark.at.end.line > mark.at.start.line;
    const end = columnOf(severalLines ? text.length : mark.at.end.column - 1);
    const label = [mark.label, severalLines ? `to line ${lastLine(mark.at)}` : ''].filter((part) => part !== '').join(', ');
    return { from, to: Math.max(end, from + 1), primary: mark.primary, label };
  });
  const window = cut(shown, underlines[0]?.from ?? 0, style);
  const bar = symbol(style, 'bar');
  const frame = paint(style, 'faint', `${number} ${bar}`);
  const lines = [window.text === '' ? frame : `${frame} ${window.text}`];
  for (const underline of underlines) {
    const from = Math.max(0, Math.min(underline.from - window.from, widestCode));
    const to = Math.max(from + 1, Math.min(underline.to - window.from, widestCode));
    const drawn = (underline.primary ? '^' : '-').repeat(to - from);
    const label = underline.label === '' ? '' : ` ${printable(underline.label)}`;
    const colour = underline.primary ? 'bad' : 'reference';
    lines.push(`${paint(style, 'faint', `${' '.repeat(number.length)} ${bar}`)} ${' '.repeat(from)}${paint(style, colour, drawn + label)}`);
  }
  return lines;
}

/** A range that ends at the very beginning of a line does not reach into it. */
function lastLine(range: Range): number {
  return range.end.column === 1 ? range.end.line - 1 : range.end.line;
}

/** What a line looks like, and the column of what is shown at which a UTF-16 code unit of it begins. */
type Layout = { readonly shown: string; readonly columnOf: (unit: number) => number };

/** Characters that are shown as they are, each in one column. */
const ORDINARY = /^[ -~]*$/;

function layOut(text: string, style: Style): Layout {
  const within = (unit: number) => Math.max(0, Math.min(unit, text.length));
  if (ORDINARY.test(text)) return { shown: text, columnOf: within };
  let shown = '';
  const columns: number[] = [];
  let column = 0;
  for (const character of text) {
    const cell = character === '\t' ? ' '.repeat(tabStop - (column % tabStop)) : visible(character, style);
    for (let unit = 0; unit < character.length; unit++) columns.push(column);
    shown += cell;
    column += displayWidth(cell);
  }
  columns.push(column);
  return { shown, columnOf: (unit) => columns[within(unit)] ?? 0 };
}

function visible(character: string, style: Style): string {
  if (printable(character) === character) return character;
  return style.unicode ? '\ufffd' : '?';
}

/** The part of a line that is shown, and the column of the line at which it begins (less where an ellipsis stands before it). */
function cut(whole: string, markFrom: number, style: Style): { readonly text: string; readonly from: number } {
  if (displayWidth(whole) <= widestCode) return { text: whole.trimEnd(), from: 0 };
  const ellipsis = symbol(style, 'ellipsis');
  const start = markFrom < widestCode - columnsBeforeMark ? 0 : markFrom - columnsBeforeMark;
  let column = 0;
  let first: number | undefined;
  let text = '';
  let taken = 0;
  for (const character of whole) {
    const width = characterWidth(character);
    if (column >= start && taken + width <= widestCode) {
      first ??= column;
      text += character;
      taken += width;
    }
    column += width;
  }
  const before = start > 0 ? ellipsis : '';
  const after = start + widestCode < column ? ellipsis : '';
  return { text: `${before}${text}${after}`, from: (first ?? 0) - before.length };
}

function lineText(source: SourceFile, number: number): string | undefined {
  const start = source.lineStarts[number - 1];
  if (start === undefined) return undefined;
  const next = source.lineStarts[number];
  return concealLogins((source.shown ?? source.text).slice(start, next === undefined ? undefined : next - 1).replace(/\r$/, ''));
}

/** Whether the line above opens the block that the line stands in. */
function isParent(above: string | undefined, line: string | undefined): boolean {
  if (above === undefined || line === undefined || above.trim() === '' || above.trimStart().startsWith('#')) return false;
  return indentation(above) < indentation(line);
}

function indentation(line: string): number {
  return line.length - line.trimStart().length;
}
