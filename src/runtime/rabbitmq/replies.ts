/** The queue by which answers come to this process: made anew with each connection, and gone with it. */
import type { Clock } from '../clock.ts';
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

/** Opens it. Done when answers can come; fails where it cannot be made. */
export async function listen(listening: Listening, exchange: string, receive: (answer: WireMessage) => void): Promise<ReplyBox> {
  const { supervisor, clock, telemetry, instance } = listening;
  let address: string | undefined;
  let opened = 0;
  const waiting = new Set<(address: string) => void>();
  const standing = new Standing(supervisor, {
    what: `Receiving answers through ${exchange}`,
    clock,
    telemetry,
    async open(channel, { lost, cancelled }) {
      opened += 1;
      // Another name each time: the broker may still hold the last one for a connection that it has not yet noticed to be gone.
      const name = `${exchange}.${instance}.${opened}`;
      const { queue } = await channel.assertQueue(name, { exclusive: true, durable: false, arguments: { 'x-queue-type': 'classic' } });
      await channel.bindQueue(queue, exchange, queue);
      await channel.consume(
        queue,
        (message) => {
          if (message === null) cancelled();
          else receive(toMessage(message.properties, message.content));
        },
        { noAck: true },
      );
      const made = formatReplyAddress(exchange, queue);
      address = made;
      for (const done of waiting) done(made);
      waiting.clear();
      lost.addEventListener('abort', () => {
        address = undefined;
        // With the connection all is lost, and that is told where it is noticed; a channel may go alone.
        listening.lost(lost.reason as Error);
      });
    },
  });
  try {
    await standing.first;
  } catch (cause) {
    const { message } = cause as Error;
    const why = /NOT_FOUND/.test(message) ? `there is no exchange ${exchange}. \`msgctl provision\` makes it.` : message;
    throw new Error(`No answers can be received: ${why}`, { cause });
  }
  return {
    address: () => address,
    async opened(within) {
      if (address !== undefined) return address;
      let done: (address: string) => void = () => undefined;
      const opening = new Promise<string>((give) => {
        done = give;
      });
      waiting.add(done);
      try {
        return await withinTime(clock, opening, within, `Waiting for a connection by which answers through ${exchange} come`);
      } finally {
        waiting.delete(done);
      }
    },
  };
}
