/**
 * The errors that calls end with. Published as `msgctl/runtime/errors`: generated classes of declared errors stand on it, and on nothing else of the
 * runtime.
 */

/** An error with a code, and what is said with it. */
export interface MsgError<Code extends string = string, Data = unknown> extends Error {
  readonly code: Code;
  readonly data: Data;
}

/** Why a call ended other than with an answer that the contract declares. */
export type TransportErrorCode =
  | 'timeout'
  | 'aborted'
  | 'unroutable'
  | 'no-responder'
  | 'disconnected'
  | 'overloaded'
  | 'conflict'
  | 'invalid'
  | 'invalid-reply'
  | 'remote';

/** What every transport error says. */
export type TransportErrorData = {
  /** Whether the receiver may have done what was asked: it is not known that it has not. */
  readonly indeterminate: boolean;
  /** Of `remote`: the code by which the other side called it, such as an error that this side's contract does not know. */
  readonly code?: string;
  /** Of `remote`: what the other side said with that code, not validated. */
  readonly details?: unknown;
};

/** A call that got no answer which the contract declares. */
export type TransportError = { readonly [Code in TransportErrorCode]: MsgError<Code, TransportErrorData> }[TransportErrorCode];

/** An error with a code, and what is said with it, as a class: generated classes of declared errors extend it. */
export class MessageError<Code extends string = string, Data = unknown> extends Error implements MsgError<Code, Data> {
  override readonly name: string = 'MessageError';
  readonly code: Code;
  readonly data: Data;
  /**
   * Which interaction ended with it: an error of another one that a handler lets through is not its own, even where it is called alike. A handler's own has none
   * before it is thrown.
   */
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

/** The class of a declared error. What it is made with is known to the class itself. */
export type ErrorClass<E extends MessageError = MessageError> = new (data: never, options?: MessageErrorOptions) => E;

/** An error that the contract of an interaction declares: an instance of its generated class. */
export type DeclaredError<I> = I extends { readonly errors: infer Classes } ? MadeBy<Classes[keyof Classes]> : never;

type MadeBy<Class> = Class extends ErrorClass<infer E> ? E : never;

/** An answer or an error, for whoever does not catch. */
export type Result<Value, Failed> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: Failed };
