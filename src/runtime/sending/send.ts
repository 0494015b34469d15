/** Notifications and events, and requests whose answers come to a handler: done when the broker has them. */
import type { Answered, AsyncRequestResponse, CallPayloads, Interaction } from '../descriptor.ts';
import { transportError } from '../failure.ts';
import { createLimiter } from './limiter.ts';
import { checkPayload, createCodecOf, deadlineOf, draftMessage, type Outbound, type OutboundOptions, refuseGivenUp } from './outbound.ts';

/** How long sending may take where neither contract nor caller say so, in milliseconds. */
const SEND_TIMEOUT = 10_000;

/** What sends, as clients have it: `surface.ts` gives it its types. */
export type UntypedSend = {
  (message: unknown, options?: OutboundOptions): Promise<void>;
  erase(key: string, options?: OutboundOptions): Promise<void>;
};

/** Makes what sends one notification or publishes one event. An event that nobody receives is none the worse; a notification is `unroutable`. */
export function createSend(outbound: Outbound): UntypedSend {
  const submit = createSubmit(outbound);
  const send = async (message: unknown, options: OutboundOptions = {}): Promise<void> => {
    checkPayload(outbound, message, options);
    await submit(message, options, {});
  };
  return Object.assign(send, {
    async erase(key: string, options: OutboundOptions = {}): Promise<void> {
      if (!('tombstone' in outbound.interaction) || outbound.interaction.tombstone !== true) {
        throw transportError('invalid', `${outbound.interaction.id} has no empty messages: its contract says nothing of \`tombstone\`.`);
      }
      await submit(null, options, { key });
    },
  });
}

/** Makes what sends requests whose answers come to a handler, in whichever instance and whenever. It gives the id of the request. */
export function createAsk(
  outbound: Outbound & { readonly interaction: AsyncRequestResponse<'sender', CallPayloads, Answered> },
): (request: unknown, options?: OutboundOptions) => Promise<string> {
  const { interaction, link } = outbound;
  const submit = createSubmit(outbound);
  return async (request, options = {}) => {
    checkPayload(outbound, request, options);
    return submit(request, options, { replyTo: link.sharedAddress(interaction), waits: true });
  };
}

type Extras = { readonly key?: string; readonly replyTo?: string | undefined; readonly waits?: boolean };

function createSubmit(outbound: Outbound): (payload: unknown, options: OutboundOptions, extras: Extras) => Promise<string> {
  const { interaction, link, clock } = outbound;
  const limiter = createLimiter(interaction.id, clock, interaction.limit);
  const codecOf = createCodecOf(interaction);
  const mandatory = isMandatory(interaction);
  return async (payload, options, extras) => {
    const within = deadlineOf(outbound, SEND_TIMEOUT, options);
    const entering = limiter.enter(within);
    if (entering) await entering;
    try {
      const codec = codecOf();
      const ready = 'contentType' in codec ? codec : await codec;
      refuseGivenUp(outbound, within);
      const { key, replyTo, waits = false } = extras;
      // The answer is awaited for as long as the contract says, however long sending may take.
      const waiting = waits && 'timeout' in interaction ? { ...within, deadline: clock.now() + interaction.timeout } : within;
      const particulars = { headers: options.headers, within: waiting, waits, key, replyTo };
      const { message, watch } = draftMessage(outbound, ready, payload, particulars);
      try {
        await link.send({ to: interaction.send, message, mandatory }, within);
        watch?.end('ok');
        return message.id;
      } catch (error) {
        watch?.end((error as { readonly code?: string }).code ?? 'failed', error);
        throw error;
      }
    } finally {
      limiter.leave();
    }
  };
}

function isMandatory({ pattern }: Interaction): boolean {
  return pattern !== 'publish-subscribe';
}
