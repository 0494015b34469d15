/** Everything that is sent begins here: what it inherits, whether it fits its contract, and the message that is made of it. */
import { type Ambient, currentAmbient } from '../ambient.ts';
import type { Clock } from '../clock.ts';
import type { Interaction } from '../descriptor.ts';
import { transportError } from '../failure.ts';
import { type MessageMeta, NO_HEADERS, type WireMessage } from '../message.ts';
import { makeMessageId } from '../message-id.ts';
import { keyOf } from '../message-key.ts';
import { openCodec, type PayloadCodec } from '../payload-codec.ts';
import { roleOf } from '../roles.ts';
import type { SafeTelemetry, Watch } from '../telemetry.ts';
import type { Link, Within } from '../transport.ts';
import type { Validator } from '../validation.ts';

/** What a sender of one interaction works with. */
export type Outbound = {
  readonly interaction: Interaction<'sender'>;
  readonly link: Link;
  readonly clock: Clock;
  readonly telemetry: SafeTelemetry;
  readonly service: string;
  readonly instance: string;
  /** Of the sender's contract. */
  readonly version: string;
};

/** What callers may say with what they send. */
export type OutboundOptions = {
  readonly signal?: AbortSignal | undefined;
  readonly headers?: unknown;
  readonly timeoutMs?: number | undefined;
};

/** What is to be sent, and for how long. */
export type Draft = {
  readonly message: WireMessage;
  readonly within: Within;
  readonly watch: Watch | undefined;
};

/** Finds the codec of an interaction once, and then has it at hand. */
export function createCodecOf({ codec }: Interaction): () => PayloadCodec | Promise<PayloadCodec> {
  let opened: PayloadCodec | Promise<PayloadCodec> | undefined;
  return () => {
    if (opened) return opened;
    opened = openCodec(codec);
    if (!('contentType' in opened)) {
      opened.then(
        (ready) => {
          opened = ready;
        },
        // Whoever awaits it is told; the next one tries again.
        () => {
          opened = undefined;
        },
      );
    }
    return opened;
  };
}

/** Until when something that is sent may take, and what it inherits of the message that is being handled. */
export type Begun = Within & { readonly ambient: Ambient | undefined };

/** Until when a caller waits: no longer than the contract says, than it said itself, and than whoever waits for it. Throws where that is over. */
export function deadlineOf(outbound: Outbound, timeout: number, options: OutboundOptions): Begun {
  const { signal, timeoutMs } = options;
  const ambient = currentAmbient();
  const left = Math.min(timeout, timeoutMs ?? timeout, ambient?.timeLeft() ?? Number.POSITIVE_INFINITY);
  const within = { deadline: outbound.clock.now() + left, signal, ambient };
  refuseGivenUp(outbound, within);
  return within;
}

/**
 * Refuses what its caller has given up, or waits for no longer, perhaps while something else was waited for: from here on only a listener would hear of it.
 */
export function refuseGivenUp({ interaction, clock }: Outbound, { signal, deadline }: Within): void {
  if (signal?.aborted) {
    throw transportError('aborted', `${interaction.id} was given up by its caller before it was sent.`, { cause: signal.reason });
  }
  if (deadline <= clock.now()) throw transportError('timeout', `${interaction.id} was not sent: the time of whoever waits for it is over.`);
}

/** Refuses what does not fit the contract, before it is sent: the receiver would do so in any case. */
export function checkPayload(outbound: Outbound, payload: unknown, options: OutboundOptions): void {
  const { id, validators } = outbound.interaction;
  const validate = (validators as Readonly<Record<string, unknown>>)[roleOf(outbound.interaction)] as Validator<unknown>;
  if (!validate(payload)) throw refusal(id, 'what is sent', validate);
  const { headers } = validators as { readonly headers?: Validator<unknown> };
  if (headers && !headers(options.headers ?? {})) throw refusal(id, 'its headers', headers);
}

function refusal(id: string, what: string, { errors }: Validator<unknown>): Error {
  return transportError('invalid', `${id} was not sent: ${what} does not fit the contract: ${errors?.[0]?.message ?? 'it is not valid'}.`);
}

/** What a message says of itself beside its payload. */
export type Particulars = Pick<OutboundOptions, 'headers'> & {
  readonly within: Begun;
  readonly replyTo?: string | undefined;
  /** Whether whoever receives it is told how long it is waited for. */
  readonly waits: boolean;
  readonly key?: string | undefined;
};

/** Makes the message of a payload. `null` makes an empty one. Throws `invalid` where it cannot be written. */
export function draftMessage(outbound: Outbound, codec: PayloadCodec, payload: unknown, particulars: Particulars): Draft {
  const { clock, interaction, telemetry } = outbound;
  const { within, replyTo, headers } = particulars;
  const now = clock.now();
  const id = makeMessageId(now);
  const key = particulars.key ?? (interaction.key && keyOf(interaction.key, payload));
  const body = payload === null && particulars.key !== undefined ? null : encodePayload(outbound, codec, payload);
  const watch = telemetry.sending?.({
    interaction: interaction.id,
    pattern: interaction.pattern,
    transport: interaction.transport.kind,
    messageId: id,
    conversation: within.ambient?.conversation,
  });
  const message: WireMessage = {
    id,
    type: interaction.id,
    correlationId: undefined,
    replyTo,
    contentType: codec.contentType,
    timestamp: now,
    expiration: interaction.expire,
    headers: headersOf(headers, watch?.headers ?? traceOf(within.ambient)),
    meta: metaOf(outbound, particulars, { id, now, key }),
    body,
  };
  return { message, within, watch };
}

function headersOf(given: unknown, trace: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> {
  return given === undefined && trace === undefined ? NO_HEADERS : { ...textHeaders(given), ...trace };
}

/** The trace of the message that is being handled, where nothing that watches makes a new span of it. */
function traceOf(ambient: Ambient | undefined): Readonly<Record<string, string>> | undefined {
  const traceparent = ambient?.headers.traceparent;
  if (traceparent === undefined) return undefined;
  const tracestate = ambient?.headers.tracestate;
  return { traceparent, ...(tracestate !== undefined && { tracestate }) };
}

type MetaFacts = { readonly id: string; readonly now: number; readonly key: string | undefined };

function metaOf({ version, service, instance }: Outbound, { within, waits }: Particulars, { id, now, key }: MetaFacts): MessageMeta {
  const { ambient, deadline } = within;
  return {
    version,
    conversation: ambient?.conversation ?? id,
    causation: ambient?.causation,
    timeout: waits ? Math.ceil(deadline - now) : undefined,
    sentAt: now,
    sender: service,
    instance,
    key,
  };
}

function encodePayload({ interaction }: Outbound, codec: PayloadCodec, payload: unknown): Uint8Array {
  try {
    return codec.encode(roleOf(interaction), payload);
  } catch (cause) {
    throw transportError('invalid', `${interaction.id} was not sent: what is sent cannot be written: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** The application's headers, which are texts. */
function textHeaders(headers: unknown): Readonly<Record<string, string>> {
  if (typeof headers !== 'object' || headers === null) return {};
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])));
}
