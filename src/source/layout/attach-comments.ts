/**
 * Decides what each comment belongs to, while a text is read from its beginning to its end.
 *
 * A comment behind something belongs to what its line ends with. One on a line of its own belongs to what follows, unless it is indented
 * deeper: then it ends the innermost thing before it that is not indented deeper than the comment. Comments never change places.
 */
import type { Comment } from './layout.ts';

/** Something that has ended, with the column that comments need to belong to it. */
type Scope = { readonly column: number; readonly end: Comment[] };

/** What a comment at the end of a line is put into. */
export type CommentHolder = { comment?: string };

type Waiting = Comment & { readonly column: number };

/** Where the reading is. */
export type Attaching = {
  readonly text: string;
  /** Comments whose place is not decided yet. */
  waiting: Waiting[];
  /** What has ended since the last entry began, the innermost first. */
  ended: Scope[];
  /** What the line read last ends with. */
  holder: CommentHolder | undefined;
};

/** Begins to read a text. */
export function startAttaching(text: string): Attaching {
  return { text, waiting: [], ended: [], holder: undefined };
}

/** Takes a comment in. */
export function addComment(state: Attaching, offset: number, source: string): void {
  const text = source.trimEnd();
  const behind = state.text.slice(lineStart(state.text, offset), offset).trim() !== '';
  const { holder } = state;
  if (behind && holder && holder.comment === undefined && state.waiting.length === 0) holder.comment = text;
  else state.waiting.push({ text, blank: !behind && isAfterBlank(state.text, offset), column: columnAt(state.text, offset) });
}

/** Gives what has ended the comments that are indented deeper than `column`, and the others to the caller. */
export function takeComments(state: Attaching, column: number): readonly Comment[] {
  const { waiting, ended } = state;
  let scope = 0;
  let taken = 0;
  for (const { column: own, ...comment } of waiting) {
    while (scope < ended.length && (ended[scope]?.column ?? 0) > own) scope += 1;
    const target = ended[scope];
    if (own <= column || !target) break;
    target.end.push(comment);
    taken += 1;
  }
  state.waiting = [];
  state.ended = [];
  return waiting.slice(taken).map(({ text, blank }) => ({ text, blank }));
}

/**
 * Tells that something has ended which comments from `column` on may belong to, if it takes any. What ended inside it takes none further to
 * the left: a list may stand right below its key.
 */
export function endInside(state: Attaching, column: number, end: Comment[] | undefined): void {
  state.ended = state.ended.map((scope) => ({ ...scope, column: Math.max(scope.column, column) }));
  if (end) state.ended.push({ column, end });
}

/** The column of an offset, from 0. */
export function columnAt(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

/** Whether the line of an offset follows a blank one, and has nothing but white space before the offset. */
export function isAfterBlank(text: string, offset: number): boolean {
  const start = lineStart(text, offset);
  if (start === 0 || text.slice(start, offset).trim() !== '') return false;
  return text.slice(lineStart(text, start - 1), start).trim() === '';
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}
