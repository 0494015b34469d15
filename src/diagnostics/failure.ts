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
