import { setTimeout as sleep } from 'node:timers/promises';
import { type ChannelModel, type ConfirmChannel, connect, type GetMessage } from 'amqplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessOf } from '../../src/brokers/rabbitmq/access.ts';
import { withMoveLine } from '../../src/brokers/rabbitmq/admin/move-line.ts';
import { openRabbitmq } from '../../src/brokers/rabbitmq/admin.ts';
import { queueResource } from '../../src/brokers/rabbitmq/resources.ts';
import type { Transport } from '../../src/contract/model.ts';
import type { BrokerAdmin, StepOutcome } from '../../src/topology/port.ts';
import type { Step } from '../../src/topology/steps.ts';
import { loadSystem, readProjectFiles, transportOf } from '../support/load-system.ts';
import { isFullSize, runs } from '../support/size.ts';
import { brokerOrSkip } from './broker-process.ts';
import { type RabbitmqVersion, startRabbitmq } from './rabbitmq.ts';
import { createVhost, type Vhost } from './vhost.ts';

const remedy = 'Set MSGCTL_TEST_AMQP_URL and MSGCTL_TEST_AMQP_MANAGEMENT_URL (and the AMQP4 ones), or run as root on Debian.';
// With npm test on one version, with npm run verify on both: most of the time it waits for what the broker counts.
const wanted: readonly RabbitmqVersion[] = runs(1, 2) === 1 ? ['4'] : ['3', '4'];
const versions = await Promise.all(
  wanted.map(async (version) => {
    const name = version === '3' ? 'RabbitMQ 3.10' : 'RabbitMQ 4';
    return { name, started: brokerOrSkip(await startRabbitmq({ version }), `test/brokers/rabbitmq-migration-cases on ${name}`, remedy) };
  }),
);

const PATIENCE = 120_000;
const signal = new AbortController().signal;
const OWNER = { 'x-msgctl-owner': 'moving' };
const QUORUM = { 'x-queue-type': 'quorum' };
const LARGE = 9_007_199_254_740_993n;

for (const { name, started } of versions) {
  describe.skipIf(!started)(`what becomes of a queue that is made anew on ${name}`, () => {
    let vhost: Vhost;
    let transport: Transport;
    let connection: ChannelModel;
    let channel: ConfirmChannel;

    beforeAll(async () => {
      if (!started) return;
      vhost = await createVhost(started.broker);
      const system = await loadSystem(readProjectFiles('.'));
      transport = { ...transportOf(system, 'rabbit'), options: { url: vhost.url, management: vhost.management } };
      connection = await connect(vhost.url);
      channel = await connection.createConfirmChannel();
      await channel.assertExchange('source', 'topic');
    }, PATIENCE);

    afterAll(async () => {
      await connection?.close();
      await vhost?.remove();
      await started?.stop();
    }, PATIENCE);

    it(
      'keeps what a message says of itself, its routing key and its bindings, and follows no second routing key',
      async () => {
        await makeQueue('letters', OWNER);
        await channel.assertQueue('copies', { durable: true });
        await channel.bindQueue('letters', 'source', 'letters.#');
        await channel.bindQueue('letters', 'amq.headers', '', { 'x-match': 'all', kind: 'letter' });
        const written = {
          persistent: true,
          contentType: 'application/json',
          contentEncoding: 'identity',
          correlationId: 'c',
          replyTo: 'a/b',
          messageId: 'm',
          timestamp: 1_700_000_000,
          type: 't',
          appId: 'app',
          priority: 3,
          headers: {
            text: 'é',
            number: 7,
            half: 0.5,
            flag: true,
            nothing: null,
            list: [1, 'two'],
            // What services in other languages read by its type, and what JavaScript cannot say.
            large: { '!': 'long', value: LARGE },
            long: { '!': 'long', value: 5 },
            nested: { deep: 'yes' },
            CC: ['copies'],
          },
        };
        channel.publish('source', 'letters.first', Buffer.from('{"a":1}'), written);
        channel.publish('source', 'letters.own', Buffer.from('own'), { userId: 'guest' });
        await channel.waitForConfirms();
        expect(await migrate('letters', QUORUM)).toEqual({ ok: true });

        const bytes = await propertiesIn('letters');
        expect(bytes.includes(header('large', LARGE)) && bytes.includes(header('long', 5n))).toBe(true);
        const [first, own] = [await next('letters'), await next('letters')];
        expect(first?.content.toString()).toBe('{"a":1}');
        expect(first?.fields.routingKey).toBe('letters.first');
        const { persistent: _, headers, ...properties } = written;
        expect(first?.properties).toMatchObject({ ...properties, deliveryMode: 2 });
        expect(first?.properties.headers).toMatchObject({ ...headers, large: Number(LARGE), long: 5 });
        expect(own?.properties.userId).toBe('guest');
        expect((await channel.checkQueue('copies')).messageCount).toBe(0);
        channel.publish('source', 'letters.later', Buffer.from('later'), { mandatory: true });
        channel.publish('amq.headers', '', Buffer.from('by header'), { mandatory: true, headers: { kind: 'letter' } });
        await channel.waitForConfirms();
        expect([await next('letters'), await next('letters')].map((message) => message?.content.toString())).toEqual([
          'later',
          'by header',
        ]);
        expect(await standIns()).toEqual([]);
      },
      PATIENCE,
    );

    it(
      'keeps the order where messages are received in order, and waits for a pause',
      async () => {
        const ordered = { ...OWNER, 'x-single-active-consumer': true };
        await makeQueue('ordered', ordered);
        await channel.bindQueue('ordered', 'source', 'ordered');
        for (let index = 0; index < 1_000; index += 1) channel.publish('source', 'ordered', Buffer.from(`${index}`));
        await channel.waitForConfirms();
        const { consumerTag } = await channel.consume('ordered', () => undefined);
        expect(await migrate('ordered', { ...QUORUM, 'x-single-active-consumer': true })).toMatchObject({
          ok: false,
          message: 'It is received in order, and 1 consumer receives from it. Stop them, then provision again. Nothing of it was changed.',
        });
        await channel.cancel(consumerTag);
        await channel.recover();
        await sleep(6_000);
        expect(await migrate('ordered', { ...QUORUM, 'x-single-active-consumer': true })).toEqual({ ok: true });
        const order: number[] = [];
        await channel.consume('ordered', (message) => order.push(Number(message?.content.toString())), { noAck: true });
        for (const end = Date.now() + 20_000; order.length < 1_000 && Date.now() < end; ) await sleep(50);
        expect(order).toEqual(Array.from({ length: 1_000 }, (_, index) => index));
      },
      PATIENCE,
    );

    it.skipIf(!isFullSize)(
      'leads everything back when somebody sends straight to its name, and says so',
      async () => {
        await makeQueue('direct', OWNER);
        await channel.bindQueue('direct', 'source', 'direct');
        let sent = 0;
        const timer = setInterval(() => {
          for (let index = 0; index < 5; index += 1) channel.sendToQueue('direct', Buffer.from(`${sent++}`));
        }, 20);
        try {
          expect(await migrate('direct', QUORUM)).toEqual({
            ok: false,
            message: expect.stringMatching(/^Messages are sent straight to its name.*Everything is as it was before\.$/s),
          });
        } finally {
          clearInterval(timer);
        }
        await channel.waitForConfirms();
        const found = new Set<string>();
        for (let message = await next('direct'); message; message = await next('direct')) found.add(message.content.toString());
        expect(found.size).toBe(sent);
        expect(await standIns()).toEqual([]);
        channel.publish('source', 'direct', Buffer.from('bound'), { mandatory: true });
        await channel.waitForConfirms();
        expect((await next('direct'))?.content.toString()).toBe('bound');
      },
      PATIENCE,
    );

    it.skipIf(!isFullSize)(
      'changes nothing where a policy would drop messages from the holding queue',
      async () => {
        await makeQueue('limited', OWNER);
        channel.sendToQueue('limited', Buffer.from('one'));
        await channel.waitForConfirms();
        await vhost.call('PUT', `/api/policies/${vhost.name}/theirs`, {
          pattern: '^limited\\.',
          definition: { 'max-length': 1 },
          'apply-to': 'queues',
        });
        expect(await migrate('limited', QUORUM)).toEqual({
          ok: false,
          message: expect.stringMatching(
            /^A policy gives the holding queue limited\.msgctl-migrate the setting max-length.*Everything is as it was before\.$/s,
          ),
        });
        await vhost.call('DELETE', `/api/policies/${vhost.name}/theirs`);
        expect((await next('limited'))?.content.toString()).toBe('one');
        expect(await standIns()).toEqual([]);
      },
      PATIENCE,
    );

    it('leaves a queue as it is where the broker does not take the new one, or where it is somebody else’s by now', async () => {
      await makeQueue('strange', OWNER);
      await channel.bindQueue('strange', 'source', 'strange');
      channel.publish('source', 'strange', Buffer.from('kept'));
      await channel.waitForConfirms();
      expect(await migrate('strange', { ...QUORUM, 'x-queue-leader-locator': 'somewhere' })).toMatchObject({
        ok: false,
        message: expect.stringMatching(/^The new queue cannot be made\..*Nothing of it was changed\.$/),
      });
      await makeQueue('theirs', {});
      expect(await migrate('theirs', QUORUM)).toMatchObject({ ok: false, message: expect.stringMatching(/^Somebody else made it/) });
      await makeQueue('meant', OWNER);
      await channel.assertExchange('meant.msgctl-migrate', 'fanout');
      expect(await migrate('meant', QUORUM)).toMatchObject({ ok: false, message: expect.stringMatching(/exchange meant\.msgctl-migrate/) });
      await channel.deleteExchange('meant.msgctl-migrate');
      expect(await standIns()).toEqual([]);
      expect((await next('strange'))?.content.toString()).toBe('kept');
    });

    it('goes on where it is not there at this moment, whatever policies say of what holds its messages', async () => {
      await makeQueue('absent.msgctl-migrate', { ...OWNER, ...QUORUM, 'x-msgctl-migrates': 'absent' });
      channel.sendToQueue('absent.msgctl-migrate', Buffer.from('held'));
      await channel.waitForConfirms();
      await vhost.call('PUT', `/api/policies/${vhost.name}/all`, { pattern: '^absent', definition: { 'max-length': 9 } });
      expect(await migrate('absent', QUORUM)).toEqual({ ok: true });
      await vhost.call('DELETE', `/api/policies/${vhost.name}/all`);
      expect((await next('absent'))?.content.toString()).toBe('held');
      expect(await standIns()).toEqual([]);
    }, 60_000);

    it('refuses beforehand what it could not do without loss, and says what to do', async () => {
      await makeQueue('foreign', {});
      await makeQueue('log', { ...OWNER, 'x-queue-type': 'stream' });
      await makeQueue('taken', OWNER);
      await makeQueue('taken.msgctl-migrate', {});
      await vhost.call('PUT', `/api/queues/${vhost.name}/fleeting`, { durable: true, auto_delete: true, arguments: OWNER });
      const steps = ['foreign', 'log', 'taken', 'fleeting', 'x'.repeat(250)].map((queue) => stepFor(queue, QUORUM));
      const exchange = { ...stepFor('e', {}), resource: { kind: 'exchange', name: 'e', attributes: { type: 'topic' } } };
      await withAdmin(async (admin) => {
        const remarks = (await admin.rehearse?.([...steps, exchange], signal)) ?? [];
        expect(Object.fromEntries(remarks.map(({ step, reason, refuses }) => [step.resource.name.slice(0, 9), refuses ?? reason]))).toEqual(
          {
            foreign: expect.stringMatching(/^msgctl took it over/),
            log: expect.stringMatching(/^A stream's log/),
            taken: expect.stringMatching(/^A queue taken\.msgctl-migrate, .* is there already/),
            fleeting: expect.stringMatching(/^It deletes itself/),
            xxxxxxxxx: expect.stringMatching(/^Its name leaves no room/),
            e: expect.stringMatching(/cannot be made anew under its own name without losing messages/),
          },
        );
      });
    });

    async function makeQueue(queue: string, args: object): Promise<void> {
      await vhost.call('PUT', `/api/queues/${vhost.name}/${queue}`, { durable: true, auto_delete: false, arguments: args });
    }

    function stepFor(queue: string, args: Readonly<Record<string, string | boolean>>): Step {
      const resource = queueResource(queue, args);
      return { action: 'migrate', resource, fields: [], cause: 'not-in-contract', risk: 'duplicates', waitsFor: [], needs: [] };
    }

    async function migrate(queue: string, args: Readonly<Record<string, string | boolean>>): Promise<object | undefined> {
      const outcomes: StepOutcome[] = [];
      await withAdmin(async (admin) => {
        for await (const outcome of admin.execute([stepFor(queue, args)], signal)) outcomes.push(outcome);
      });
      return outcomes.map(({ step: _, ...outcome }) => outcome)[0];
    }

    async function withAdmin(work: (admin: BrokerAdmin) => Promise<void>): Promise<void> {
      const admin = await openRabbitmq(transport, 'moving');
      try {
        await work(admin);
      } finally {
        await admin.close();
      }
    }

    async function next(queue: string): Promise<GetMessage | undefined> {
      return (await channel.get(queue, { noAck: true })) || undefined;
    }

    /** The properties of the first message of a queue, as they are on the wire. */
    async function propertiesIn(queue: string): Promise<Buffer> {
      return withMoveLine(
        accessOf(transport),
        (line) =>
          new Promise((resolve, reject) => {
            void line.consume(queue, (message) => (message ? resolve(message.properties) : reject(new Error(`no ${queue}`)))).catch(reject);
          }),
      );
    }

    /** A header as a whole number of eight bytes. */
    function header(name: string, value: bigint): Buffer {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64BE(value);
      return Buffer.concat([Buffer.from([name.length]), Buffer.from(`${name}l`), bytes]);
    }

    /** What is left of migrations. */
    async function standIns(): Promise<readonly string[]> {
      const exchanges = (await vhost.call('GET', `/api/exchanges/${vhost.name}?columns=name`)) as { readonly name: string }[];
      return [...(await vhost.queues()), ...exchanges.map((exchange) => exchange.name)].filter((one) =>
        /msgctl-(migrate|return)/.test(one),
      );
    }
  });
}
