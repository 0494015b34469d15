/**
 * An event whose users answer: answers come one by one until all that are awaited have come, as many as are enough, or the deadline. A second answer
 * of the same service, as a message that was delivered twice makes it, is dropped.
 */
import { whenAborted } from '../aborted.ts';
import type { GatherPayloads, PublishAsyncResponses } from '../descriptor.ts';
import type { MessageError, TransportError } from '../errors.ts';
import { transportError } from '../failure.ts';
import type { WireMessage } from '../message.ts';
import type { PayloadCodec } from '../payload-codec.ts';
import { type AnswerReader, readAnswer } from '../read-answer.ts';
import type { ReplyBox, Withdraw, Within } from '../transport.ts';
import { createLimiter, type Limiter } from './limiter.ts';
import {
  checkPayload,
  createCodecOf,
  type Draft,
  deadlineOf,
  draftMessage,
  type Outbound,
  type OutboundOptions,
  refuseGivenUp,
} from './outbound.ts';
import type { PendingAnswers } from './pending-answers.ts';

/** What gatherings of one interaction share. */
export type Gathering = Outbound & {
  readonly interaction: PublishAsyncResponses<'sender', GatherPayloads>;
  readonly pending: PendingAnswers;
  replies(within: Within): ReplyBox | Promise<ReplyBox>;
};

/** What one service answered, as `surface.ts` types it. */
type UntypedReply = { readonly from: string } & (
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: MessageError | TransportError }
);

/** What all answered, as `surface.ts` types it. */
type UntypedGathered = {
  readonly replies: Readonly<Record<string, unknown>>;
  readonly errors: Readonly<Record<string, MessageError | TransportError>>;
  readonly missing: readonly string[];
  /** Whether all that were awaited, or as many as are enough, have answered other than with an error. */
  readonly complete: boolean;
};

/** What gathers, as clients have it. */
export type UntypedGather = (
  message: unknown,
  options?: GatherOptions,
) => AsyncIterable<UntypedReply> & { all(): Promise<UntypedGathered> };

type GatherOptions = OutboundOptions & { readonly quorum?: number };

/** Makes what publishes one event and gathers the answers. It is published when somebody begins to listen: with the loop, or with `all()`. */
export function createGather(gathering: Gathering): UntypedGather {
  const limiter = createLimiter(gathering.interaction.id, gathering.clock, gathering.interaction.limit);
  const codecOf = createCodecOf(gathering.interaction);
  return (message, options = {}) => {
    const { responders } = gathering.interaction;
    const quorum = Math.min(options.quorum ?? gathering.interaction.quorum ?? responders.length, responders.length);
    const listen = () => gather(gathering, { message, options, quorum, limiter, codecOf });
    return {
      [Symbol.asyncIterator]: listen,
      all: () => collect(listen(), responders, quorum),
    };
  };
}

type Asked = {
  readonly message: unknown;
  readonly options: GatherOptions;
  readonly quorum: number;
  readonly limiter: Limiter;
  codecOf(): PayloadCodec | Promise<PayloadCodec>;
};

async function* gather(gathering: Gathering, { message, options, quorum, limiter, codecOf }: Asked): AsyncGenerator<UntypedReply, void> {
  const within = deadlineOf(gathering, gathering.interaction.timeout, options);
  checkPayload(gathering, message, options);
  await limiter.enter(within);
  let gathered: Gathered | undefined;
  try {
    const codec = await codecOf();
    const replyTo = await (await gathering.replies(within)).opened(within);
    refuseGivenUp(gathering, within);
    const draft = draftMessage(gathering, codec, message, { ...options, within, replyTo, waits: true });
    gathered = send({ gathering, codec, draft, quorum, leave: () => limiter.leave() });
    yield* gathered.replies();
  } finally {
    if (gathered) gathered.end();
    else limiter.leave();
  }
}

type Sent = {
  readonly gathering: Gathering;
  readonly codec: PayloadCodec;
  readonly draft: Draft;
  readonly quorum: number;
  leave(): void;
};

type Gathered = {
  /** The answers in the order they come. */
  replies(): AsyncGenerator<UntypedReply, void>;
  /** Nothing more is waited for. */
  end(): void;
};

/** Sends the event, and waits for answers. Whatever ends that leaves nothing behind, also where nobody comes to take the answers. */
function send({ gathering, codec, draft, quorum, leave }: Sent): Gathered {
  const { interaction, pending, link } = gathering;
  const { message, within, watch } = draft;
  const { id, responders } = interaction;
  const { signal } = within;
  const arrived: UntypedReply[] = [];
  const answered = new Set<string>();
  let good = 0;
  let ended: { readonly error: TransportError | undefined } | undefined;
  let withdraw: Withdraw | undefined;
  let heedless: (() => void) | undefined;
  let wake: () => void = () => undefined;
  const end = (error?: TransportError) => {
    if (ended) return;
    ended = { error };
    pending.remove(message.id);
    heedless?.();
    leave();
    watch?.end(error?.code ?? 'ok', error);
    wake();
  };
  const endings = endingsOf(id, within, () => withdraw?.());
  pending.add(message.id, within.deadline, {
    answer(reply) {
      const from = reply.meta.sender ?? '';
      if (answered.has(from) || !responders.includes(from)) return;
      answered.add(from);
      const answer = readAnswer(reply, readerOf(gathering, codec, reply));
      if (answer.ok) good += 1;
      arrived.push({ from, ...answer });
      if (good >= quorum || answered.size === responders.length) end();
      wake();
    },
    expire: () => end(endings.expired()),
    lose: (reason) => end(endings.lost(reason)),
  });
  heedless = signal && whenAborted(signal, () => end(endings.aborted()));
  withdraw = link.post({ to: interaction.send, message, mandatory: true }, (error) => end(asNoResponder(id, error as TransportError)));
  return {
    async *replies() {
      while (true) {
        for (let next = arrived.shift(); next; next = arrived.shift()) yield next;
        if (ended) break;
        await new Promise<void>((awake) => {
          wake = awake;
        });
      }
      if (ended.error) throw ended.error;
    },
    end: () => end(),
  };
}

/** How it may end other than with answers: once it was sent, those who received it may do what they will; else it never will be. */
function endingsOf(id: string, { signal }: Within, unsent: () => string | undefined) {
  const endingOf = (code: 'timeout' | 'disconnected' | 'aborted', sent: string, cause?: unknown) => {
    const why = unsent();
    if (why === undefined) return transportError(code, sent, { indeterminate: true, cause });
    return transportError(code, `${id} was not sent: ${why}.`, { cause });
  };
  return {
    /** Where it was sent, it has what came until then. */
    expired: (): TransportError | undefined => {
      const why = unsent();
      return why === undefined ? undefined : transportError('timeout', `${id} was not sent in time: ${why}.`);
    },
    lost: (reason: Error) =>
      endingOf('disconnected', `The connection was lost while answers to ${id} were awaited: ${reason.message}`, reason),
    aborted: () => endingOf('aborted', `${id} was given up by its caller.`, signal?.reason),
  };
}

/** Where nobody has subscribed, nobody will answer. */
function asNoResponder(interaction: string, error: TransportError): TransportError {
  if (error.code !== 'unroutable') return error;
  return transportError('no-responder', `Nobody receives ${interaction}, so nobody can answer it.`, { cause: error });
}

function readerOf({ interaction }: Gathering, codec: PayloadCodec, { meta }: WireMessage): AnswerReader {
  const from = meta.sender ?? '';
  const { responses, errors } = interaction.validators;
  const response = Object.hasOwn(responses, from) ? responses[from] : undefined;
  return { interaction: interaction.id, codec, role: `response:${from}`, response, errors, classes: interaction.errors };
}

async function collect(replies: AsyncIterable<UntypedReply>, responders: readonly string[], quorum: number): Promise<UntypedGathered> {
  const values: Record<string, unknown> = {};
  const errors: Record<string, MessageError | TransportError> = {};
  for await (const reply of replies) {
    if (reply.ok) values[reply.from] = reply.value;
    else errors[reply.from] = reply.error;
  }
  const missing = responders.filter((name) => !Object.hasOwn(values, name) && !Object.hasOwn(errors, name));
  return { replies: values, errors, missing, complete: Object.keys(values).length >= quorum };
}
