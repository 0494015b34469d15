/** A call: sent, and answered, refused, or ended. Whatever happens, it ends by its deadline and leaves nothing behind. */
import type { AsyncRequestResponse, CallPayloads, RequestResponse } from '../descriptor.ts';
import type { MessageError, Result, TransportError } from '../errors.ts';
import { transportError } from '../failure.ts';
import type { WireMessage } from '../message.ts';
import type { PayloadCodec } from '../payload-codec.ts';
import { type AnswerReader, readAnswer } from '../read-answer.ts';
import type { ReplyBox, Within } from '../transport.ts';
import { createLimiter } from './limiter.ts';
import {
  checkPayload,
  createCodecOf,
  deadlineOf,
  draftMessage,
  type Outbound,
  type OutboundOptions,
  type Particulars,
} from './outbound.ts';
import type { PendingAnswers } from './pending-answers.ts';

/** What calls of one interaction share. */
export type Calling = Outbound & {
  readonly interaction: RequestResponse<'sender', CallPayloads> | AsyncRequestResponse<'sender', CallPayloads>;
  readonly pending: PendingAnswers;
  /** Opens the way by which answers come, once. */
  replies(within: Within): ReplyBox | Promise<ReplyBox>;
};

/** A call by its name, as clients have it: `surface.ts` gives it its types. */
export type UntypedCall = {
  (request: unknown, options?: OutboundOptions): Promise<unknown>;
  safe(request: unknown, options?: OutboundOptions): Promise<Result<unknown, MessageError | TransportError>>;
};

/** Makes what calls one interaction. */
export function createCall(calling: Calling): UntypedCall {
  const { interaction, clock } = calling;
  const limiter = createLimiter(interaction.id, clock, interaction.limit);
  const codecOf = createCodecOf(interaction);

  const call = async (request: unknown, options: OutboundOptions = {}): Promise<unknown> => {
    const within = deadlineOf(calling, interaction.timeout, options);
    checkPayload(calling, request, options);
    const entering = limiter.enter(within);
    if (entering) await entering;
    try {
      const codec = codecOf();
      const box = calling.replies(within);
      const ready = 'contentType' in codec ? codec : await codec;
      const open = 'address' in box ? box : await box;
      const replyTo = open.address() ?? (await open.opened(within));
      return await exchange(calling, ready, { request, options: { ...options, within, replyTo, waits: true }, within });
    } finally {
      limiter.leave();
    }
  };
  return Object.assign(call, {
    async safe(request: unknown, options?: OutboundOptions) {
      try {
        return { ok: true, value: await call(request, options) } as const;
      } catch (error) {
        return { ok: false, error: error as MessageError } as const;
      }
    },
  });
}

type Asked = { readonly request: unknown; readonly options: OutboundOptions & Particulars; readonly within: Within };

/** Sends one request and waits for its answer. */
function exchange(calling: Calling, codec: PayloadCodec, { request, options, within }: Asked): Promise<unknown> {
  const { interaction, pending, link } = calling;
  const draft = draftMessage(calling, codec, request, options);
  const { message, watch } = draft;
  return new Promise((answered, failed) => {
    const { signal } = within;
    const end = (error: Error & { readonly code?: string }) => {
      signal?.removeEventListener('abort', abort);
      watch?.end(error.code ?? 'failed', error);
      failed(error);
    };
    const abort = () => {
      if (pending.remove(message.id)) end(endings.aborted(interaction.id, signal));
    };
    pending.add(message.id, within.deadline, {
      answer(reply) {
        pending.remove(message.id);
        const answer = readAnswer(reply, readerOf(calling, codec));
        if (!answer.ok) return end(answer.error);
        signal?.removeEventListener('abort', abort);
        watch?.end('ok');
        answered(answer.value);
      },
      expire: () => end(endings.timeout(interaction.id, draft)),
      lose: (reason) => end(endings.disconnected(interaction.id, reason)),
    });
    signal?.addEventListener('abort', abort, { once: true });
    link.post({ to: interaction.send, message, mandatory: true }, within, (error) => {
      if (pending.remove(message.id)) end(error);
    });
  });
}

function readerOf({ interaction }: Calling, codec: PayloadCodec): AnswerReader {
  const { response, errors } = interaction.validators;
  return { interaction: interaction.id, codec, role: 'response', response, errors, classes: interaction.errors };
}

/** How a call may end without an answer, once it was sent: what was asked may have been done. */
const endings: {
  timeout(interaction: string, draft: { readonly message: WireMessage }): TransportError;
  disconnected(interaction: string, reason: Error): TransportError;
  aborted(interaction: string, signal: AbortSignal | undefined): TransportError;
} = {
  timeout: (interaction, { message }) =>
    transportError('timeout', `${interaction} was not answered within ${message.meta.timeout} ms.`, { indeterminate: true }),
  disconnected: (interaction, reason) =>
    transportError('disconnected', `The connection was lost while ${interaction} was unanswered: ${reason.message}`, {
      indeterminate: true,
      cause: reason,
    }),
  aborted: (interaction, signal) =>
    transportError('aborted', `${interaction} was given up by its caller.`, { indeterminate: true, cause: signal?.reason }),
};
