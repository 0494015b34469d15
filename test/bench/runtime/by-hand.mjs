// amqplib as somebody writes it by hand who knows it: JSON, noDelay, acknowledgements, one exclusive reply queue. No validation, no deadlines, no errors, no
// confirms of requests, and nothing that survives a lost connection.
import { connect } from 'amqplib';
import { makeOrder } from './order.mjs';

const PREFETCH = 300;
const parse = ({ content }) => JSON.parse(content.toString());
const write = (value) => Buffer.from(JSON.stringify(value));

/** Calls through a transient classic queue, through the default exchange: the cheapest there is. */
export async function callFleeting(url) {
  const declare = async (channel) => (await channel.assertQueue('', { exclusive: true })).queue;
  return openCalls(url, 'by hand, transient', declare, (queue) => ({ exchange: '', key: queue, options: {} }));
}

/** Calls through a queue that msgctl made, as it does: on its exchange, kept over a restart. */
export async function callKept(url) {
  const way = { exchange: 'orders.inbox', key: 'create-by-hand', options: { persistent: true } };
  return openCalls(
    url,
    'by hand, quorum',
    async () => 'orders.create-by-hand',
    () => way,
  );
}

async function openCalls(url, name, declare, wayTo) {
  const [asking, answering] = await Promise.all([connect(url, { noDelay: true }), connect(url, { noDelay: true })]);
  const server = await answering.createChannel();
  const queue = await declare(server);
  await server.prefetch(PREFETCH);
  await server.consume(queue, (message) => {
    const { replyTo, correlationId } = message.properties;
    server.sendToQueue(replyTo, write(parse(message)), { correlationId });
    server.ack(message);
  });
  const client = await asking.createChannel();
  const { queue: replyTo } = await client.assertQueue('', { exclusive: true });
  const waiting = new Map();
  await client.consume(
    replyTo,
    (message) => {
      const { correlationId } = message.properties;
      waiting.get(correlationId)(parse(message));
      waiting.delete(correlationId);
    },
    { noAck: true },
  );
  const { exchange, key, options } = wayTo(queue);
  let count = 0;
  return {
    name,
    call: () =>
      new Promise((done) => {
        count += 1;
        const correlationId = String(count);
        waiting.set(correlationId, done);
        client.publish(exchange, key, write(makeOrder()), { ...options, correlationId, replyTo });
      }),
    close: () => Promise.all([asking.close(), answering.close()]),
  };
}

/** Publishing with confirms: done when the broker has it. */
export async function publishConfirmed(url, name, { key, persistent }) {
  const connection = await connect(url, { noDelay: true });
  const channel = await connection.createConfirmChannel();
  return {
    name,
    call: () =>
      new Promise((done, failed) => {
        channel.publish('orders.events', key, write(makeOrder()), { persistent }, (error) => (error ? failed(error) : done()));
      }),
    key,
    purge: (other) => channel.purgeQueue(`bills.orders.${other}`),
    close: () => connection.close(),
  };
}

/** Consuming and acknowledging one by one: `take` gives the seconds that so many messages took. */
export async function consumeAll(url, name, { queue }) {
  const connection = await connect(url, { noDelay: true });
  return {
    name,
    queue,
    async take(count) {
      const channel = await connection.createChannel();
      await channel.prefetch(PREFETCH);
      let left = count;
      let begun;
      await new Promise((done) => {
        void channel.consume(queue, (message) => {
          begun ??= performance.now();
          if (typeof parse(message).orderId !== 'string') throw new Error('It is no order.');
          channel.ack(message);
          left -= 1;
          if (left === 0) done();
        });
      });
      const took = (performance.now() - begun) / 1000;
      await channel.close();
      return took;
    },
    close: () => connection.close(),
  };
}

/** Fills a queue with so many messages as msgctl writes them, which anybody can read; done when the broker has them. */
export async function fill(url, queue, count) {
  const connection = await connect(url, { noDelay: true });
  const channel = await connection.createConfirmChannel();
  const key = queue.replace('bills.orders.', '');
  const body = write(makeOrder());
  for (let sent = 0; sent < count; sent += 1) {
    const properties = {
      messageId: `018f3a5c-7b1e-7c3a-9d2f-${String(sent).padStart(12, '0')}`,
      type: `orders.${key}`,
      contentType: 'application/json',
      timestamp: Math.floor(Date.now() / 1000),
      headers: { 'x-msgctl': `v=1.0.0;s=${Date.now()};f=orders;i=bench` },
      persistent: true,
    };
    channel.publish('orders.events', key, body, properties);
    if (sent % 500 === 499) await channel.waitForConfirms();
  }
  await channel.waitForConfirms();
  await connection.close();
}
