/** A call: sent, and answered, refused, or ended. Whatever happens, it ends by its deadline and leaves nothing behind. */
import { whenAborted } from '../aborted.ts';
import type { AsyncRequestResponse, CallPayloads, RequestResponse } from '../descriptor.ts';
import type { MessageError, Result, TransportError } from '../errors.ts';
import { transportError } from '../failure.ts';
import type { WireMessage } from '../message.ts';
import type { PayloadCodec } from '../payload-codec.ts';
import { readAnswer } from '../read-answer.ts';
import type { ReplyBox, Withdraw, Within } from '../transport.ts';
import { createLimiter, type Limiter } from './limiter.ts';
import {
  type Begun,
  checkPayload,
  createCodecOf,
  type Draft,
  deadlineOf,
  draftMessage,
  type Outbound,
  type OutboundOptions,
  refuseGivenUp,
} from './outbound.ts';
import type { PendingAnswers, Waiter } from './pending-answers.ts';

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

  // Who was let in leaves with the end of the call, or here where none comes about.
  const ask = (asked: Asked, codec: PayloadCodec, replyTo: string): Promise<unknown> => {
    const { request, options, within } = asked;
    try {
      refuseGivenUp(calling, within);
      const draft = draftMessage(calling, codec, request, { headers: options.headers, within, replyTo, waits: true });
      return new Promise((answered, failed) => new Call({ calling, codec, limiter, draft, answered, failed }).send());
    } catch (error) {
      limiter.leave();
      return Promise.reject(error);
    }
  };
  const openWays = async ({ within }: Asked, ...ways: Ways): Promise<readonly [PayloadCodec, string]> => {
    try {
      // Together, so that neither fails while nobody listens.
      const [codec, box] = await Promise.all(ways);
      return [codec, box.address() ?? (await box.opened(within))];
    } catch (error) {
      limiter.leave();
      throw error;
    }
  };
  /** The first call opens the ways out and back, and so does the first one after a lost connection; all others find them open. */
  const begin = (asked: Asked): Promise<unknown> => {
    const codec = codecOf();
    const box = calling.replies(asked.within);
    const replyTo = 'address' in box ? box.address() : undefined;
    if ('contentType' in codec && replyTo !== undefined) return ask(asked, codec, replyTo);
    return openWays(asked, codec, box).then((ways) => ask(asked, ...ways));
  };
  const call = (request: unknown, options: OutboundOptions = {}): Promise<unknown> => {
    try {
      const within = deadlineOf(calling, interaction.timeout, options);
      checkPayload(calling, request, options);
      const asked = { request, options, within };
      const entering = limiter.enter(within);
      return entering ? entering.then(() => begin(asked)) : begin(asked);
    } catch (error) {
      return Promise.reject(error);
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

/** By which a call goes out and its answer comes back, or what will tell. */
type Ways = readonly [PayloadCodec | Promise<PayloadCodec>, ReplyBox | Promise<ReplyBox>];

type Asked = { readonly request: unknown; readonly options: OutboundOptions; readonly within: Begun };

/** One call under way, and whoever waits for it. */
type CallFacts = {
  readonly calling: Calling;
  readonly codec: PayloadCodec;
  readonly limiter: Limiter;
  readonly draft: Draft;
  answered(value: unknown): void;
  failed(error: Error): void;
};

/** Sends one request and waits for its answer: whatever ends it has taken it out of those that are pending, so that it ends once. */
class Call implements Waiter {
  readonly #facts: CallFacts;
  #heedless: (() => void) | undefined;
  #withdraw: Withdraw | undefined;

  constructor(facts: CallFacts) {
    this.#facts = facts;
  }

  send(): void {
    const { calling, draft } = this.#facts;
    const { pending, link, interaction } = calling;
    const { message, within } = draft;
    const { signal } = within;
    pending.add(message.id, within.deadline, this);
    if (signal) {
      this.#heedless = whenAborted(signal, () => {
        if (pending.remove(message.id)) this.#fail(endings.aborted(interaction.id, this.#withdraw?.(), signal));
      });
    }
    this.#withdraw = link.post({ to: interaction.send, message, mandatory: true }, (error) => {
      if (pending.remove(message.id)) this.#fail(error);
    });
  }

  answer(reply: WireMessage): void {
    const { calling, codec, draft, answered } = this.#facts;
    const { id, validators, errors: classes } = calling.interaction;
    calling.pending.remove(draft.message.id);
    const { response, errors } = validators;
    const answer = readAnswer(reply, { interaction: id, codec, role: 'response', response, errors, classes });
    if (!answer.ok) {
      this.#fail(answer.error);
      return;
    }
    this.#leave();
    draft.watch?.end('ok');
    answered(answer.value);
  }

  expire(): void {
    const { calling, draft } = this.#facts;
    this.#fail(endings.timeout(calling.interaction.id, this.#withdraw?.(), draft));
  }

  lose(reason: Error): void {
    this.#fail(endings.disconnected(this.#facts.calling.interaction.id, this.#withdraw?.(), reason));
  }

  #fail(error: Error & { readonly code?: string }): void {
    const { draft, failed } = this.#facts;
    this.#leave();
    draft.watch?.end(error.code ?? 'failed', error);
    failed(error);
  }

  #leave(): void {
    this.#heedless?.();
    this.#facts.limiter.leave();
  }
}

/** How a call may end without an answer. Once it was sent, what was asked may have been done; else it is said why it was not, and it never will be. */
const endings: {
  timeout(interaction: string, unsent: string | undefined, draft: { readonly message: WireMessage }): TransportError;
  disconnected(interaction: string, unsent: string | undefined, reason: Error): TransportError;
  aborted(interaction: string, unsent: string | undefined, signal: Within['signal']): TransportError;
} = {
  timeout: (interaction, unsent, { message }) =>
    unsent === undefined
      ? transportError('timeout', `${interaction} was not answered within ${message.meta.timeout} ms.`, { indeterminate: true })
      : transportError('timeout', `${interaction} was not sent in time: ${unsent}.`),
  disconnected: (interaction, unsent, cause) =>
    unsent === undefined
      ? transportError('disconnected', `The connection was lost while ${interaction} was unanswered: ${cause.message}`, {
          indeterminate: true,
          cause,
        })
      : transportError('disconnected', `The connection was lost before ${interaction} was sent: ${cause.message}`, { cause }),
  aborted: (interaction, unsent, signal) =>
    unsent === undefined
      ? transportError('aborted', `${interaction} was given up by its caller.`, { indeterminate: true, cause: signal?.reason })
      : transportError('aborted', `${interaction} was given up by its caller before it was sent.`, { cause: signal?.reason }),
};
