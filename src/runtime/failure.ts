/** What handlers throw beside errors of contracts, and the errors of transports. */
import { MessageError, type TransportError, type TransportErrorCode, type TransportErrorData } from './errors.ts';

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

/** By its class, since a contract may declare an error with the code and the data of one of these. */
class TransportFailure extends MessageError {
  override readonly name = 'TransportError';
}

/** Makes the error of a transport. */
export function transportError(
  code: TransportErrorCode,
  message: string,
  options: Partial<TransportErrorData> & { readonly cause?: unknown } = {},
): TransportError {
  const { cause, indeterminate = false, ...rest } = options;
  return new TransportFailure(code, { indeterminate, ...rest }, { message, cause }) as unknown as TransportError;
}

/** Whether it is an error of a transport, as calls end with. */
export function isTransportError(error: unknown): error is TransportError {
  return error instanceof TransportFailure;
}
