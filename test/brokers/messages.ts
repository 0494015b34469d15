/** Messages sent and taken by hand, as a service would, on a RabbitMQ. */
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'amqplib';

/** What a test does with messages. */
export type Messages = {
  /** Publishes with a confirm; throws when no queue takes it. */
  publish(exchange: string, routingKey: string, text: string): Promise<void>;
  /** Waits for the next message of a queue, answers it, and gives its text; undefined when none comes for ten seconds. */
  take(queue: string, answer: 'ack' | 'reject'): Promise<string | undefined>;
  /** Whether a queue holds a message that is ready. */
  has(queue: string): Promise<boolean>;
};

/** Lets `work` send and take messages over a connection of its own. */
export async function withMessages(url: string, work: (messages: Messages) => Promise<void>): Promise<void> {
  const connection = await connect(url);
  const channel = await connection.createConfirmChannel();
  const returned: string[] = [];
  channel.on('return', (message) => returned.push(message.content.toString()));
  try {
    await work({
      async publish(exchange, routingKey, text) {
        channel.publish(exchange, routingKey, Buffer.from(text), { persistent: true, mandatory: true });
        await channel.waitForConfirms();
        if (returned.includes(text)) throw new Error(`no queue takes ${routingKey} from ${exchange}`);
      },
      async take(queue, answer) {
        for (const end = Date.now() + 10_000; Date.now() < end; await sleep(50)) {
          const message = await channel.get(queue);
          if (!message) continue;
          if (answer === 'ack') channel.ack(message);
          else channel.reject(message, false);
          return message.content.toString();
        }
        return undefined;
      },
      has: async (queue) => (await channel.checkQueue(queue)).messageCount > 0,
    });
  } finally {
    // Otherwise the connection may end before the last answer was sent, and the message comes back.
    await Promise.resolve()
      .then(() => channel.close())
      .catch(() => undefined);
    await connection.close();
  }
}
