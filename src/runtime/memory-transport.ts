/** Carries messages inside one process: for tests, and for trying things out. */
import { type Clock, systemClock } from './clock.ts';
import type { Interaction } from './descriptor.ts';
import { createMemoryBroker } from './memory/memory-broker.ts';
import { MemoryLink } from './memory/memory-link.ts';
import type { MemoryQueue } from './memory/memory-queue.ts';
import type { WireMessage } from './message.ts';
import { isContentType, JSON_TYPE, jsonCodec } from './payload-codec.ts';
import type { Source, Transport } from './transport.ts';

/** What a transport in memory is made of. */
export type MemoryOptions = {
  /** A clock that tests hold; buses over this transport go by it. */
  readonly clock?: Clock;
  /** How many messages of each kind are remembered for `inspect`; the latest 10,000 where nothing is said. */
  readonly history?: number;
};

/** Carries everything, whatever transports contracts name: the same codecs, validators, retries and dead letters as over a broker. */
export interface MemoryTransport extends Transport {
  /** What became of the messages of an interaction. */
  inspect(interaction: Pick<Interaction, 'id'>): Inspection;
  /** Makes the queues that these receivers have, so that messages wait for them before they are there. */
  provision(...services: readonly AnyReceiver[]): void;
  /** All buses over it lose their connection, and have it again after so many milliseconds. */
  interrupt(milliseconds?: number): void;
}

/** A service by its descriptor. */
type AnyReceiver = {
  readonly service: string;
  readonly provides: Readonly<Record<string, Interaction>>;
  readonly uses: Readonly<Record<string, Readonly<Record<string, Interaction>>>>;
};

/** What became of messages. Those of an event are there once for each receiver. */
export type Inspection = {
  readonly sent: readonly InspectedMessage[];
  readonly acknowledged: readonly InspectedMessage[];
  readonly dead: readonly InspectedMessage[];
  /** How many wait to be handed out. */
  readonly waiting: number;
  /** How many are being handled. */
  readonly unsettled: number;
  /** How many wait for their next attempt. */
  readonly delayed: number;
};

/** A message, read. */
export type InspectedMessage = {
  readonly id: string;
  /** Where it is JSON; else `undefined`. */
  readonly payload: unknown;
  /** As it travels. */
  readonly body: Uint8Array | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly key: string | undefined;
  readonly attempt: number;
  /** Why it is dead. */
  readonly reason: string | undefined;
};

const HISTORY = 10_000;

/** Makes a transport in memory. Buses that are to talk with each other share it. */
export function memory({ clock = systemClock, history = HISTORY }: MemoryOptions = {}): MemoryTransport {
  const broker = createMemoryBroker(clock, history);
  const links = new Set<MemoryLink>();
  return {
    kind: 'memory',
    clock,
    open(host) {
      const link = new MemoryLink(broker, host);
      links.add(link);
      return link;
    },
    inspect: ({ id }) => inspect(broker.sent(id), broker.queues(id), id),
    provision(...services) {
      for (const { service, provides, uses } of services) {
        for (const interaction of [provides, ...Object.values(uses)].flatMap((some) => Object.values(some))) {
          const source = sourceOf(interaction);
          if (source) broker.queueFor(service, source);
        }
      }
    },
    interrupt(milliseconds = 0) {
      for (const link of links) link.interrupt(milliseconds);
    },
  };
}

/** Where a service gets messages of an interaction from, or the answers to them that any of its instances takes. */
function sourceOf(interaction: Interaction): Pick<Source, 'from' | 'types' | 'ordered' | 'parks' | 'answers'> | undefined {
  const { id } = interaction;
  if (interaction.side === 'receiver') {
    const { receive: from, policy } = interaction as Interaction<'receiver'>;
    return { from, types: [id], ordered: policy.ordered, parks: policy.deadLetters !== false, answers: false };
  }
  if (!('reply' in interaction) || interaction.reply !== 'durable') return undefined;
  const { replies } = interaction as Interaction<'sender'>;
  return { from: replies?.shared ?? { kind: 'memory' }, types: [id], ordered: false, parks: true, answers: true };
}

function inspect(sent: readonly WireMessage[], queues: readonly MemoryQueue[], id: string): Inspection {
  const sum = (count: (queue: MemoryQueue) => number) => queues.reduce((total, queue) => total + count(queue), 0);
  const all = (list: (queue: MemoryQueue) => readonly WireMessage[]) =>
    queues.flatMap((queue) => list(queue).filter(({ type }) => type === id)).map(read);
  return {
    sent: sent.map(read),
    acknowledged: all(({ acknowledged }) => acknowledged),
    dead: all(({ dead }) => dead),
    waiting: sum(({ waiting }) => waiting),
    unsettled: sum(({ unsettled }) => unsettled),
    delayed: sum(({ delayed }) => delayed),
  };
}

function read({ id, body, contentType, headers, meta }: WireMessage): InspectedMessage {
  return { id, payload: payloadOf(body, contentType), body, headers, key: meta.key, attempt: meta.attempt ?? 1, reason: meta.reason };
}

function payloadOf(body: Uint8Array | null, contentType: string): unknown {
  if (body === null) return null;
  if (!isContentType(contentType, JSON_TYPE)) return undefined;
  try {
    return jsonCodec.decode('message', body);
  } catch {
    return undefined;
  }
}
