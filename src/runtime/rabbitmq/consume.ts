/** Takes messages from a queue, and settles them on the channel that they came by and on no other. */
import type { ConsumeMessage } from 'amqplib';
import { type Clock, pause } from '../clock.ts';
import type { ReceiveAddress } from '../descriptor.ts';
import type { TransportError } from '../errors.ts';
import type { WireMessage } from '../message.ts';
import type { SafeTelemetry } from '../telemetry.ts';
import type { Delivery, Settled, Source, Subscription } from '../transport.ts';
import { earlierDeliveries, toMessage } from './properties.ts';
import { Settlements } from './settlements.ts';
import { numberOf, Standing } from './standing.ts';
import type { Supervisor } from './supervisor.ts';

/** A place on RabbitMQ that messages come from. */
export type RabbitmqSource = Source & { readonly from: Extract<ReceiveAddress, { readonly kind: 'rabbitmq' }> };

/** What a consumer works with. */
export type Consuming = {
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  readonly telemetry: SafeTelemetry;
  readonly move: Move;
};

/** Puts a copy of a message somewhere else, for good. Fails where it does not get there, also since `lost` was aborted. */
export type Move = (exchange: string, key: string, message: WireMessage, lost: AbortSignal) => Promise<void>;

/** How long a message is held that could not be put away, before it is given back (milliseconds): the same would happen at once again. */
const MOVE_PAUSE = 1000;
/** As AMQP can say it. */
const MOST_HELD = 0xffff;
/** Everybody else comes first. */
const LAST_PRIORITY = -1000;

/** Begins to consume. Done when messages are coming; fails where the queue is not there, or not this user's. */
export async function consume(consuming: Consuming, source: RabbitmqSource, receive: (delivery: Delivery) => void): Promise<Subscription> {
  const { supervisor, clock, telemetry } = consuming;
  const { queue } = source.from;
  const standing = new Standing(supervisor, {
    what: `Consuming from ${queue}`,
    clock,
    telemetry,
    async open(channel, { lost, cancelled, writer }) {
      const settlements = new Settlements(writer, numberOf(channel), lost);
      await channel.prefetch(Math.min(source.prefetch, MOST_HELD));
      const { consumerTag } = await channel.consume(queue, (message) => {
        if (message === null) cancelled();
        else receive(deliver(consuming, source, { message, settlements, lost }));
      });
      return {
        cancel: () => channel.cancel(consumerTag),
        // A quorum queue may still put off what it was told while it was busy, and forgets that with the channel: then all of it would be handled again. This
        // it answers only once it has done all that came before. It gives up to one message, if anybody else has room for it not to us, and has it back at once.
        async finish() {
          await channel.prefetch(1);
          await channel.consume(queue, () => undefined, { priority: LAST_PRIORITY });
        },
      };
    },
  });
  try {
    await standing.first;
  } catch (cause) {
    throw new Error(`Nothing can be received from the queue ${queue}: ${explain(queue, cause as Error)}`, { cause });
  }
  return { stop: () => standing.stop(), end: () => standing.end() };
}

function explain(queue: string, { message }: Error): string {
  if (/NOT_FOUND/.test(message)) return `it is not there. \`msgctl provision\` makes it.`;
  if (/ACCESS_REFUSED/.test(message)) return `this user may not read it (${queue}).`;
  return message;
}

type Arrived = { readonly message: ConsumeMessage; readonly settlements: Settlements; readonly lost: AbortSignal };

function deliver(consuming: Consuming, { from, parks }: RabbitmqSource, { message, settlements, lost }: Arrived): Delivery {
  const { properties, content, fields } = message;
  const { deliveryTag, redelivered } = fields;
  settlements.hold(deliveryTag);
  // What was lost with its channel comes again.
  const acknowledge = (): Settled => {
    if (lost.aborted) return 'lost';
    settlements.acknowledge(deliveryTag);
    return 'settled';
  };
  const refuse = (requeue: boolean): Settled => {
    if (lost.aborted) return 'lost';
    settlements.refuse(deliveryTag, requeue);
    return 'settled';
  };
  const release = () => refuse(true);
  // A copy first and the message afterwards: what is interrupted between them is there twice, and never not at all.
  const moveTo = async (exchange: string, copy: WireMessage): Promise<Settled> => {
    try {
      await consuming.move(exchange, from.queue, copy, lost);
    } catch (error) {
      if (lost.aborted) return 'lost';
      const { code, message: why } = error as TransportError;
      consuming.telemetry.log('error', `A message could not be put into ${exchange}: ${why}`, { message: copy.id });
      // No copy of it can ever be written: what holds more than AMQP can say goes, as it came, where its queue itself sends it.
      if (code === 'invalid') return refuse(false);
      await pause(consuming.clock, MOVE_PAUSE, lost);
      return release();
    }
    return acknowledge();
  };
  const earlier = earlierDeliveries(properties.headers);
  return {
    message: toMessage(properties, content),
    redelivered,
    earlier,
    lost,
    acknowledge,
    release,
    retry: (copy, delay) => moveTo(rungFor(from.ladder, delay), copy),
    bury: (copy) => (parks ? moveTo(from.dead, copy) : refuse(false)),
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
