/** Which bindings take which routing keys, asked of real exchanges. */
import { connect } from 'amqplib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasKey, keysBound, onlyKey } from '../../src/compat/routing-keys.ts';
import { anyKey, anyPattern } from '../support/routing.ts';
import { runs } from '../support/size.ts';
import { brokerOrSkip } from './broker-process.ts';
import { type Rabbitmq, startRabbitmq } from './rabbitmq.ts';
import { createVhost, type Vhost } from './vhost.ts';

const remedy = 'Set MSGCTL_TEST_AMQP_URL and MSGCTL_TEST_AMQP_MANAGEMENT_URL (and the AMQP4 ones), or run as root on Debian.';
const versions = [
  { name: 'RabbitMQ 3.10', started: brokerOrSkip(await startRabbitmq(), 'test/brokers/routing-keys on 3.10', remedy) },
  { name: 'RabbitMQ 4', started: brokerOrSkip(await startRabbitmq({ version: '4' }), 'test/brokers/routing-keys on 4', remedy) },
];

for (const { name, started } of versions) {
  describe.skipIf(!started)(`exchanges of ${name}`, () => {
    let vhost: Vhost;
    beforeAll(async () => {
      if (started) vhost = await createVhost(started.broker as Rabbitmq);
    }, 60_000);
    afterAll(async () => {
      await vhost?.remove();
      await started?.stop();
    }, 60_000);

    it.each(['topic', 'direct', 'fanout', 'headers'])(
      'give messages to the queues that the %s type says',
      async (type) => {
        const patterns = [...new Set(['#', '*', '', '.', 'a.#', '#.a', ...fc.sample(anyPattern, { numRuns: runs(40, 200), seed: 36 })])];
        const keys = [...new Set(['', '.', 'a', 'a.', ...fc.sample(anyKey, { numRuns: runs(100, 1_000), seed: 37 })])];
        expect(await routed(vhost.url, { type, patterns, keys })).toEqual(
          patterns.map((pattern) => [pattern, keys.filter((key) => hasKey(keysBound(type, pattern) ?? onlyKey(''), key))]),
        );
      },
      60_000,
    );
  });
}

type Routing = { readonly type: string; readonly patterns: readonly string[]; readonly keys: readonly string[] };

/** Which keys arrive where: one queue bound by each pattern, one message sent with each key. */
async function routed(url: string, { type, patterns, keys }: Routing): Promise<readonly (readonly [string, readonly string[]])[]> {
  const connection = await connect(url);
  const channel = await connection.createConfirmChannel();
  const exchange = `routing-${type}`;
  await channel.assertExchange(exchange, type, { autoDelete: true, durable: true });
  const queues = await Promise.all(
    patterns.map(async (pattern) => {
      const { queue } = await channel.assertQueue('', { exclusive: true });
      await channel.bindQueue(queue, exchange, pattern);
      return queue;
    }),
  );
  for (const key of keys) channel.publish(exchange, key, Buffer.from(key));
  await channel.waitForConfirms();
  const arrived = await Promise.all(queues.map((queue) => takeAll(channel, queue)));
  await connection.close();
  return patterns.map((pattern, index) => [pattern, arrived[index] ?? []]);
}

type Channel = { get(queue: string, options: { noAck: boolean }): Promise<{ readonly content: Buffer } | false> };

async function takeAll(channel: Channel, queue: string): Promise<readonly string[]> {
  const taken: string[] = [];
  for (let next = await channel.get(queue, { noAck: true }); next; next = await channel.get(queue, { noAck: true })) {
    taken.push(next.content.toString());
  }
  return taken;
}
