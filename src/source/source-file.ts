/** A place in a text: `line` and `column` are 1-based, `column` and `offset` count UTF-16 code units. */
export type Position = { readonly offset: number; readonly line: number; readonly column: number };

/** A stretch of one file. `file` is relative to the project's root, with `/` on every platform. */
export type Range = { readonly file: string; readonly start: Position; readonly end: Position };

/** A text with its name and where its lines start, so that offsets become positions at the border only. */
export type SourceFile = {
  readonly path: string;
  readonly text: string;
  readonly lineStarts: readonly number[];
  /** The text as it may be shown, of the same length, where that differs: see `conceal-secrets.ts`. */
  readonly shown?: string;
};

/** Wraps `text` for position look-ups. A line ends with LF; a CR before it belongs to the line. */
export function createSourceFile(path: string, text: string): SourceFile {
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  return { path, text, lineStarts };
}

/** The position of `offset`, which is clamped into the text. */
export function positionAt(source: SourceFile, offset: number): Position {
  const clamped = Math.max(0, Math.min(offset, source.text.length));
  let low = 0;
  let high = source.lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((source.lineStarts[middle] ?? 0) <= clamped) low = middle;
    else high = middle - 1;
  }
  return { offset: clamped, line: low + 1, column: clamped - (source.lineStarts[low] ?? 0) + 1 };
}

/** The range between two offsets. */
export function rangeBetween(source: SourceFile, start: number, end: number): Range {
  return { file: source.path, start: positionAt(source, start), end: positionAt(source, Math.max(start, end)) };
}
