/** The errors that calls end with, as types. */
import type { ErrorsOf } from './descriptor.ts';

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

/** An error that the contract of an interaction declares. */
export type DeclaredError<I> = AsError<ErrorsOf<I>>;

type AsError<E> = E extends { readonly code: infer Code extends string; readonly data: infer Data } ? MsgError<Code, Data> : never;

/** An answer or an error, for whoever does not catch. */
export type Result<Value, Failed> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: Failed };
