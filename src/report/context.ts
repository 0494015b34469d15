import type { Pointer } from '../source/pointer.ts';
import type { Range, SourceFile } from '../source/source-file.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';

/** What a renderer needs besides the view. */
export type RenderContext = {
  readonly style: Style;
  /** The text of a file of the project, by its path relative to the root, for code frames. */
  source(file: string): SourceFile | undefined;
  /** The same of an older version, by its label. */
  sourceBefore(label: string, file: string): SourceFile | undefined;
  /** The JSON pointer of what stands at a place of the project; empty for a whole file, and where nobody can tell. */
  pointer(at: Range): Pointer;
  /** A path relative to the project's root as it is shown: relative to where the user stands, with `/`. */
  path(file: string): string;
  /** The version of msgctl, for machine formats. */
  readonly version: string;
};

/** `contracts/payments.yaml:9:14`, for text; machine formats take the path as it is. */
export function place(context: RenderContext, at: Range): string {
  return `${printable(context.path(at.file))}:${at.start.line}:${at.start.column}`;
}
