/** What an answer says: the response, an error that the contract declares, or one of the transport. */
import { declaredError, type ErrorClasses } from './declared-error.ts';
import type { MessageError, TransportError } from './errors.ts';
import { transportError } from './failure.ts';
import type { WireMessage } from './message.ts';
import { isContentType, JSON_TYPE, jsonCodec, type PayloadCodec, type PayloadRole } from './payload-codec.ts';
import type { Validator } from './validation.ts';

/** What is read. */
export type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: MessageError | TransportError };

/** How to read the answers to one kind of message. */
export type AnswerReader = {
  /** `service.interaction`, for messages of errors. */
  readonly interaction: string;
  readonly codec: PayloadCodec;
  /** Of the response of this sender, which is one of several where users of an event answer differently. */
  readonly response: Validator<unknown> | undefined;
  readonly role: PayloadRole;
  readonly errors: Readonly<Record<string, Validator<unknown>>>;
  /** What errors are made of. */
  readonly classes: ErrorClasses;
};

/** What a receiver says where it could not answer as the contract has it. */
const FAILURES: ReadonlySet<string> = new Set(['invalid', 'conflict', 'overloaded', 'timeout', 'remote']);

/** Reads an answer. Never throws: what cannot be read, or is not what the contract says, is `invalid-reply`. */
export function readAnswer(message: WireMessage, reader: AnswerReader): Answer {
  try {
    return readStatus(message, reader);
  } catch (error) {
    return invalid(reader.interaction, `it cannot be read: ${(error as Error).message}`, error);
  }
}

function readStatus(message: WireMessage, reader: AnswerReader): Answer {
  switch (message.meta.status) {
    case 'error':
      return { ok: false, error: readError(message, reader) };
    case 'failure':
      return { ok: false, error: readFailure(message, reader) };
    default:
      return readResponse(message, reader);
  }
}

function readResponse(message: WireMessage, { codec, role, response, interaction }: AnswerReader): Answer {
  if (!response)
    return invalid(interaction, `it comes from ${message.meta.sender ?? 'nobody known'}, whose answer the contract does not know`);
  const read = readBody(message, codec, role);
  if ('problem' in read) return invalid(interaction, read.problem, read.cause);
  if (response(read.value)) return { ok: true, value: read.value };
  return invalid(interaction, response.errors?.[0]?.message ?? 'it does not fit its schema');
}

/** An error with a code. One that this side's contract does not know, as a newer version may have it, is `remote` with what was said. */
function readError(message: WireMessage, { codec, errors, classes, interaction }: AnswerReader): MessageError | TransportError {
  const code = message.meta.code ?? '';
  const validate = Object.hasOwn(errors, code) ? errors[code] : undefined;
  // What is not known to the tables of Protobuf can only be told as it came.
  const read = readBody(message, codec, `error:${code}`);
  const data = 'value' in read ? read.value : undefined;
  if (!validate) {
    return transportError('remote', `${interaction} ended with "${code}", which this contract does not declare.`, {
      indeterminate: true,
      code,
      details: data,
    });
  }
  if (validate(data)) return declaredError(classes, code, data, { message: `${interaction} ended with ${code}.`, interaction });
  const why = 'problem' in read ? read.problem : (validate.errors?.[0]?.message ?? 'it does not fit its schema');
  return transportError('invalid-reply', `${interaction} ended with ${code}, but what was said with it cannot be read: ${why}.`, {
    indeterminate: true,
    code,
  });
}

/** What a receiver said that it could not answer. Only a handler that failed half way may have done anything. */
function readFailure(message: WireMessage, { interaction }: AnswerReader): TransportError {
  const code = message.meta.code ?? 'remote';
  const read = readBody(message, jsonCodec, 'response');
  const said =
    'value' in read && typeof read.value === 'object' && read.value !== null ? (read.value as { message?: unknown }).message : undefined;
  const text = typeof said === 'string' ? said : `${interaction} was not answered.`;
  const known = FAILURES.has(code) ? (code as TransportError['code']) : 'remote';
  return transportError(known, text, { indeterminate: known === 'remote' || known === 'timeout', ...(known !== code && { code }) });
}

type Body = { readonly value: unknown } | { readonly problem: string; readonly cause?: unknown };

/** The payload in a body that says of itself that it is one of this kind. */
export function readBody({ body, contentType }: WireMessage, codec: PayloadCodec, role: PayloadRole): Body {
  if (!isContentType(contentType, codec.contentType)) {
    return { problem: `it is ${contentType === '' ? 'of no content type' : contentType}, not ${codec.contentType}` };
  }
  if (body === null) return { problem: 'it is empty' };
  try {
    return { value: codec.decode(role, body) };
  } catch (cause) {
    return { problem: `it is no ${codec.contentType === JSON_TYPE ? 'JSON' : 'Protobuf'} of this kind`, cause };
  }
}

function invalid(interaction: string, why: string, cause?: unknown): Answer {
  const text = `The answer to ${interaction} is not what the contract says: ${why}.`;
  return { ok: false, error: transportError('invalid-reply', text, { indeterminate: true, cause }) };
}
