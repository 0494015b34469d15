/** The errors that calls end with and that handlers throw, as classes. */
import type { MsgError, TransportError, TransportErrorCode, TransportErrorData } from './errors.ts';

/** An error with a code, and what is said with it: those of contracts and those of transports. */
export class MessageError<Code extends string = string, Data = unknown> extends Error implements MsgError<Code, Data> {
  override readonly name = 'MessageError';
  readonly code: Code;
  readonly data: Data;
  /** Whose contract declares it: an error of another one that a handler lets through is not its own, even where it is called alike. */
  readonly interaction: string | undefined;

  constructor(code: Code, data: Data, options: MessageErrorOptions = {}) {
    super(options.message ?? code, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.data = data;
    this.interaction = options.interaction;
  }
}

/** What may be said with an error. */
export type MessageErrorOptions = { readonly message?: string; readonly cause?: unknown; readonly interaction?: string };

/** Thrown by a handler: the message is to be handled again later, whatever the contract says of errors; its attempts count all the same. */
export class Retry extends Error {
  override readonly name = 'Retry';
  readonly delay: number | undefined;

  /** `delay` in milliseconds; without it that which the contract says. */
  constructor(delay?: number, message = 'The handler asked to be given the message again later.') {
    super(message);
    this.delay = delay;
  }
}

/** Thrown by a handler: the message is never to be handled again. It becomes a dead letter with this reason; a caller gets `remote`. */
export class Reject extends Error {
  override readonly name = 'Reject';
}

/** Makes the error of a transport. */
export function transportError(
  code: TransportErrorCode,
  message: string,
  options: Partial<TransportErrorData> & { readonly cause?: unknown } = {},
): TransportError {
  const { cause, indeterminate = false, ...rest } = options;
  return new MessageError(code, { indeterminate, ...rest }, { message, cause }) as unknown as TransportError;
}

/** Whether it is an error of a transport, as calls end with. */
export function isTransportError(error: unknown): error is TransportError {
  return error instanceof MessageError && typeof (error.data as Partial<TransportErrorData> | null)?.indeterminate === 'boolean';
}
