/**
 * Something that could not be done for a reason the user can mend: an unreadable file, an unknown revision, a broker out of reach.
 * Thrown at the edges and turned into exit code 2 in one place (`cli/`). Everything else that is thrown is a bug of msgctl.
 *
 * `message` says what, `why` why it matters, `advice` what to do. None of them may hold a secret.
 */
export class Failure extends Error {
  readonly id: string;
  readonly why: string | undefined;
  readonly advice: string | undefined;

  constructor(id: string, parts: { message: string; why?: string; advice?: string; cause?: unknown }) {
    super(parts.message, { cause: parts.cause });
    this.name = 'Failure';
    this.id = id;
    this.why = parts.why;
    this.advice = parts.advice;
  }
}

/** What makes a file no text that msgctl reads, as a finding at the file says it: the place is known there. */
type TextProblem = {
  readonly id: 'file-too-large' | 'file-not-utf8';
  readonly said: string;
  /** What could be read of it, for the line that is shown; every wrong byte is one character in it. */
  readonly text: string;
  /** The place in that text. */
  readonly offset: number;
};

/** A file that is there and may be read, and is no text for msgctl. Where contracts are read, that is a finding beside all others. */
export class UnreadableText extends Failure {
  readonly problem: TextProblem;

  constructor(problem: TextProblem, parts: { message: string; why: string; advice: string }) {
    super(problem.id, parts);
    this.problem = problem;
  }
}
