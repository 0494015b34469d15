/** Takes messages from a queue, and settles them on the channel that they came by and on no other. */
import type { Channel, ConsumeMessage } from 'amqplib';
import { type Clock, pause } from '../clock.ts';
import type { ReceiveAddress } from '../descriptor.ts';
import type { WireMessage } from '../message.ts';
import type { SafeTelemetry } from '../telemetry.ts';
import type { Delivery, Settled, Source, Subscription } from '../transport.ts';
import { earlierDeliveries, toMessage } from './properties.ts';
import { Standing } from './standing.ts';
import type { Supervisor } from './supervisor.ts';

/** A place on RabbitMQ that messages come from. */
export type RabbitmqSource = Source & { readonly from: Extract<ReceiveAddress, { readonly kind: 'rabbitmq' }> };

/** What a consumer works with. */
export type Consuming = {
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  readonly telemetry: SafeTelemetry;
  /** Puts a copy of a message somewhere else, for good. Fails where it does not get there. */
  move(exchange: string, key: string, message: WireMessage): Promise<void>;
};

/** How long a message is held that could not be put away, before it is given back (milliseconds): the same would happen at once again. */
const MOVE_PAUSE = 1000;

/** Begins to consume. Done when messages are coming; fails where the queue is not there, or not this user's. */
export async function consume(consuming: Consuming, source: RabbitmqSource, receive: (delivery: Delivery) => void): Promise<Subscription> {
  const { supervisor, clock, telemetry } = consuming;
  const { queue } = source.from;
  let tag: string | undefined;
  const standing = new Standing(supervisor, {
    what: `Consuming from ${queue}`,
    clock,
    telemetry,
    async open(channel, { lost, cancelled }) {
      await channel.prefetch(source.prefetch);
      const { consumerTag } = await channel.consume(queue, (message) => {
        if (message === null) cancelled();
        else receive(deliver(consuming, source, { message, channel, lost }));
      });
      tag = consumerTag;
    },
  });
  try {
    await standing.first;
  } catch (cause) {
    throw new Error(`Nothing can be received from the queue ${queue}: ${explain(queue, cause as Error)}`, { cause });
  }
  return {
    async stop() {
      standing.stop();
      const channel = standing.channel();
      if (!channel || tag === undefined) return;
      try {
        await channel.cancel(tag);
      } catch {
        // It is lost, and gets nothing more either.
      }
    },
  };
}

function explain(queue: string, { message }: Error): string {
  if (/NOT_FOUND/.test(message)) return `it is not there. \`msgctl provision\` makes it.`;
  if (/ACCESS_REFUSED/.test(message)) return `this user may not read it (${queue}).`;
  return message;
}

type Arrived = { readonly message: ConsumeMessage; readonly channel: Channel; readonly lost: AbortSignal };

const SETTLED: Promise<Settled> = Promise.resolve('settled');
const LOST: Promise<Settled> = Promise.resolve('lost');

function deliver(consuming: Consuming, { from, parks }: RabbitmqSource, { message, channel, lost }: Arrived): Delivery {
  const { properties, content, fields } = message;
  // On a channel that is closing amqplib throws; the message comes again then.
  const settle = (act: () => void): Promise<Settled> => {
    if (lost.aborted) return LOST;
    try {
      act();
      return SETTLED;
    } catch {
      return LOST;
    }
  };
  const acknowledge = () => settle(() => channel.ack(message));
  const release = () => settle(() => channel.nack(message, false, true));
  // A copy first and the message afterwards: what is interrupted between them is there twice, and never not at all.
  const moveTo = async (exchange: string, copy: WireMessage): Promise<Settled> => {
    try {
      await consuming.move(exchange, from.queue, copy);
    } catch (error) {
      consuming.telemetry.log('error', `A message could not be put into ${exchange}: ${(error as Error).message}`, { message: copy.id });
      await pause(consuming.clock, MOVE_PAUSE, lost);
      return release();
    }
    return acknowledge();
  };
  const earlier = earlierDeliveries(properties.headers);
  return {
    message: toMessage(properties, content),
    redelivered: fields.redelivered,
    ...(earlier !== undefined && { earlier }),
    lost,
    acknowledge,
    release,
    retry: (copy, delay) => moveTo(rungFor(from.ladder, delay), copy),
    bury: (copy) => (parks ? moveTo(from.dead, copy) : settle(() => channel.nack(message, false, false))),
  };
}

/** The rung that waits as long as is wanted, or the longest there is. */
function rungFor(ladder: RabbitmqSource['from']['ladder'], delay: number): string {
  const sorted = [...ladder].sort((one, other) => one.delay - other.delay);
  const rung = sorted.find((candidate) => candidate.delay >= delay) ?? sorted.at(-1);
  // Where there is no ladder the runtime holds messages itself, and never comes here.
  if (!rung) throw new Error('The descriptor has no ladder for messages that are to be tried again.');
  return rung.name;
}
