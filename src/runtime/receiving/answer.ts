/** Answers to what was received, as messages. */
import type { StoredAnswer } from '../deduplication.ts';
import type { MessageError } from '../errors.ts';
import { type AnswerStatus, NO_HEADERS, type WireMessage } from '../message.ts';
import { makeMessageId } from '../message-id.ts';
import { JSON_TYPE, jsonCodec, type PayloadCodec, type PayloadRole } from '../payload-codec.ts';
import type { Validator } from '../validation.ts';
import type { Route } from './inbound.ts';
import type { Receiver } from './receiver.ts';

/** What is answered, before it is a message. */
export type AnswerDraft = {
  readonly status: AnswerStatus;
  readonly code?: string;
  readonly contentType: string;
  readonly body: Uint8Array;
};

/** A code by which a receiver says that it could not answer as the contract has it. */
export type FailureCode = 'invalid' | 'conflict' | 'timeout' | 'remote';

/** The response. Throws where it does not fit the contract: then the handler is wrong, and not whoever asked. */
export function draftResponse({ service }: Receiver, route: Route, codec: PayloadCodec, value: unknown): AnswerDraft {
  const { interaction } = route;
  const isGathered = interaction.pattern === 'publish-async-responses';
  const role: PayloadRole = isGathered ? `response:${service}` : 'response';
  const validators = interaction.validators as { response?: Validator<unknown>; responses?: Readonly<Record<string, Validator<unknown>>> };
  const validate = isGathered ? validators.responses?.[service] : validators.response;
  if (!validate) throw new TypeError(`The contract of ${interaction.id} has no response of ${service}.`);
  checkAnswer(validate, value, `The response to ${interaction.id}`);
  return { status: 'response', contentType: codec.contentType, body: codec.encode(role, value) };
}

/** An error of the contract. Throws where what is said with it does not fit. */
export function draftError({ interaction }: Route, codec: PayloadCodec, { code, data }: MessageError): AnswerDraft {
  const { errors } = interaction.validators as { readonly errors: Readonly<Record<string, Validator<unknown>>> };
  const validate = errors[code];
  if (validate) checkAnswer(validate, data, `What is said with ${code} of ${interaction.id}`);
  return { status: 'error', code, contentType: codec.contentType, body: codec.encode(`error:${code}`, data) };
}

/** That it could not be answered. What a handler's own error says stays here: it may hold what is not the caller's business. */
export function draftFailure(code: FailureCode, message: string): AnswerDraft {
  return { status: 'failure', code, contentType: JSON_TYPE, body: jsonCodec.encode('response', { message }) };
}

function checkAnswer(validate: Validator<unknown>, value: unknown, what: string): void {
  if (!validate(value)) throw new TypeError(`${what} does not fit the contract: ${validate.errors?.[0]?.message ?? 'it is not valid'}.`);
}

/** The message of an answer to `request`. */
export function answerMessage({ service, instance, version, clock }: Receiver, request: WireMessage, draft: AnswerDraft): WireMessage {
  const now = clock.now();
  const { traceparent } = request.headers;
  return {
    id: makeMessageId(now),
    type: request.type,
    correlationId: request.id,
    replyTo: undefined,
    contentType: draft.contentType,
    timestamp: now,
    expiration: undefined,
    headers: traceparent === undefined ? NO_HEADERS : { traceparent },
    meta: {
      version,
      conversation: request.meta.conversation,
      causation: request.id,
      sentAt: now,
      sender: service,
      instance,
      status: draft.status,
      code: draft.code,
    },
    body: draft.body,
  };
}

/** An answer as it is remembered; a failure is not, since what failed may be tried again. */
export function storeAnswer({ status, code, contentType, body }: AnswerDraft): StoredAnswer | undefined {
  if (status === 'failure') return undefined;
  return { status, ...(code !== undefined && { code }), contentType, body: Buffer.from(body).toString('base64') };
}

/** The same answer again. */
export function restoreAnswer({ status, code, contentType, body }: StoredAnswer): AnswerDraft {
  return { status, ...(code !== undefined && { code }), contentType, body: Buffer.from(body, 'base64') };
}
