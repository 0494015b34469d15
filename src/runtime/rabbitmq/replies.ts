/** The queue by which answers come to this process: made anew with each connection, and gone with it. */
import { randomBytes } from 'node:crypto';
import { whenAborted } from '../aborted.ts';
import type { Clock } from '../clock.ts';
import { isTransportError, transportError } from '../failure.ts';
import type { WireMessage } from '../message.ts';
import { withinTime } from '../patience.ts';
import type { SafeTelemetry } from '../telemetry.ts';
import type { ReplyBox } from '../transport.ts';
import { toMessage } from './properties.ts';
import { formatReplyAddress } from './reply-address.ts';
import { Standing } from './standing.ts';
import type { Supervisor } from './supervisor.ts';

/** What it works with. */
export type Listening = {
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  readonly telemetry: SafeTelemetry;
  readonly instance: string;
  /** Answers to what was sent before will not come. */
  lost(reason: Error): void;
};

type Waiting = { done(address: string): void; failed(error: Error): void };

/** Opens it. Done when answers can come; fails where it cannot be made. */
export async function listen(listening: Listening, exchange: string, receive: (answer: WireMessage) => void): Promise<ReplyBox> {
  const { supervisor, clock, telemetry, instance } = listening;
  let address: string | undefined;
  let opened = 0;
  // The broker may still hold a queue of this instance's for a connection, or a process, that it has not yet noticed to be gone.
  const own = randomBytes(4).toString('hex');
  const waiting = new Set<Waiting>();
  const closed = () => transportError('disconnected', 'No answers can come: the bus was closed.');
  whenAborted(supervisor.closing, () => {
    for (const { failed } of waiting) failed(closed());
  });
  const standing = new Standing(supervisor, {
    what: `Receiving answers through ${exchange}`,
    clock,
    telemetry,
    async open(channel, { lost, cancelled }) {
      opened += 1;
      const name = `${exchange}.${instance}.${own}.${opened}`;
      const { queue } = await channel.assertQueue(name, { exclusive: true, durable: false, arguments: { 'x-queue-type': 'classic' } });
      await channel.bindQueue(queue, exchange, queue);
      const { consumerTag } = await channel.consume(
        queue,
        (message) => {
          if (message === null) cancelled();
          else receive(toMessage(message.properties, message.content));
        },
        { noAck: true },
      );
      // An address whose queue is gone already would be waited at in vain.
      if (!lost.aborted) {
        const made = formatReplyAddress(exchange, queue);
        address = made;
        for (const { done } of waiting) done(made);
        waiting.clear();
        lost.addEventListener('abort', () => {
          address = undefined;
          // With the connection all is lost, and that is told where it is noticed; a channel may go alone.
          listening.lost(lost.reason as Error);
        });
      }
      return { cancel: () => channel.cancel(consumerTag), finish: async () => undefined };
    },
  });
  try {
    await standing.first;
  } catch (cause) {
    if (isTransportError(cause)) throw cause;
    const { message } = cause as Error;
    const why = /NOT_FOUND/.test(message) ? `there is no exchange ${exchange}. \`msgctl provision\` makes it.` : message;
    throw transportError('unroutable', `No answers can be received, so nothing was sent: ${why}`, { cause });
  }
  return {
    address: () => address,
    async opened(within) {
      if (address !== undefined) return address;
      if (supervisor.closing.aborted) throw closed();
      let waiter: Waiting | undefined;
      const opening = new Promise<string>((done, failed) => {
        waiter = { done, failed };
        waiting.add(waiter);
      });
      try {
        return await withinTime(clock, opening, within, `Waiting for a connection by which answers through ${exchange} come`);
      } finally {
        if (waiter) waiting.delete(waiter);
      }
    },
  };
}
