/** What a service sends, by its descriptor: one function for each interaction. */
import type { Answered, AsyncRequestResponse, CallPayloads, GatherPayloads, Interaction, PublishAsyncResponses } from './descriptor.ts';
import type { AnyService } from './receiving/inbound.ts';
import { createCall } from './sending/call.ts';
import { createGather } from './sending/gather.ts';
import type { Outbound } from './sending/outbound.ts';
import type { PendingAnswers } from './sending/pending-answers.ts';
import { createAsk, createSend } from './sending/send.ts';
import type { Client } from './surface.ts';
import type { ReplyBox, Within } from './transport.ts';

/** What a client is made with, for each interaction. */
export type Ways = {
  outbound(interaction: Interaction<'sender'>): Outbound;
  /** Where it waits for answers. */
  pending(interaction: Interaction<'sender'>): PendingAnswers;
  /** Where answers to it come in. */
  replies(interaction: Interaction<'sender'>, within: Within): ReplyBox | Promise<ReplyBox>;
};

/** Makes the client of a service. Nothing is connected or opened by that. */
export function createClient<S extends AnyService>(service: S, ways: Ways): Client<S> {
  const own = sendersOf(service.provides, ways);
  const others = Object.entries(service.uses)
    .map(([provider, used]) => [provider, sendersOf(used, ways)] as const)
    .filter(([, senders]) => Object.keys(senders).length > 0);
  return { ...own, ...Object.fromEntries(others) } as Client<S>;
}

function sendersOf(interactions: Readonly<Record<string, Interaction>>, ways: Ways): Readonly<Record<string, unknown>> {
  const sent = Object.entries(interactions).filter(([, { side }]) => side === 'sender');
  return Object.fromEntries(sent.map(([name, interaction]) => [name, senderOf(interaction as Interaction<'sender'>, ways)]));
}

/** A transport that is missing matters to whoever needs it only. */
function senderOf(interaction: Interaction<'sender'>, ways: Ways): unknown {
  try {
    return openSender(interaction, ways);
  } catch (error) {
    const refuse = () => {
      throw error;
    };
    return Object.assign(refuse, { safe: refuse, erase: refuse });
  }
}

function openSender(interaction: Interaction<'sender'>, ways: Ways): unknown {
  const outbound = ways.outbound(interaction);
  const pending = ways.pending(interaction);
  const replies = (within: Within) => ways.replies(interaction, within);
  switch (interaction.pattern) {
    case 'request-response':
      return createCall({ ...outbound, interaction, pending, replies });
    case 'async-request-response':
      return interaction.reply === 'durable'
        ? createAsk({ ...outbound, interaction: interaction as AsyncRequestResponse<'sender', CallPayloads, Answered> })
        : createCall({ ...outbound, interaction: interaction as AsyncRequestResponse<'sender', CallPayloads>, pending, replies });
    case 'publish-async-responses':
      return createGather({ ...outbound, interaction: interaction as PublishAsyncResponses<'sender', GatherPayloads>, pending, replies });
    case 'notification':
    case 'publish-subscribe':
      return createSend(outbound);
  }
}
