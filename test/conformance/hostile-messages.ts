/** Messages over RabbitMQ whose senders know what hurts, or know nothing: what becomes of them, and of everything else meanwhile. */
import { type Channel, type ChannelModel, connect } from 'amqplib';
import { expect, test } from 'vitest';

import { FrameWriter } from '../../src/runtime/rabbitmq/frame-writer.ts';
import { bodyFrame, propertiesFrame, routeFrame } from '../../src/runtime/rabbitmq/frames.ts';
import { numberOf } from '../../src/runtime/rabbitmq/standing.ts';
import { type FaultScene, openClient, serveDesk } from './fault-rows.ts';
import { desk } from './generated/desk.ts';
import { shop } from './generated/shop.ts';
import type { Journal } from './handlers.ts';
import { until } from './stage.ts';

/** Bytes that are no UTF-8: read and written again they are three times as many, more than AMQP has room for. */
const NO_TEXT = '\xFF'.repeat(255);
const STAND_IN = '~'.repeat(255);

/** Plays them. */
export function testHostileMessages(scene: FaultScene): void {
  test('an id that cannot be written again makes no message come again, and loses none', async () => {
    const journal: Journal = [];
    await serveDesk(scene, { journal });
    await withHands(scene, async (channel, writer) => {
      const send = (key: string, type: string, body: string, replyTo?: string) => {
        const about = {
          id: STAND_IN,
          type,
          contentType: 'application/json',
          timestamp: Date.now(),
          headers: {},
          meta: { timeout: 60_000 },
        };
        const bytes = Buffer.from(body);
        const number = numberOf(channel);
        const [before, after] = bodyFrame(number, bytes.byteLength);
        const head = propertiesFrame(number, { ...about, replyTo, body: bytes }, bytes.byteLength, 4096).replace(STAND_IN, NO_TEXT);
        writer.text(`${routeFrame(number, { exchange: 'desk.inbox', key, mandatory: true })}${head}${before}${body}${after}`);
      };
      send('quote', 'desk.quote', '{"article":"a"}', 'shop.replies/anybody');
      send('quote', 'desk.quote', '{}', 'shop.replies/anybody');
      send('note', 'desk.note', '{"text":"a","behave":"throw"}');
      send('note', 'desk.note', '{"text":"a","behave":"reject"}');
      send('note', 'desk.note', 'no json');
      await until('what fails is among the dead letters, as it came', async () => (await depth(scene, 'desk.note.dead')) === 3, 20_000);
    });
    await new Promise((done) => setTimeout(done, 300));
    expect(journal.map(({ what }) => what).sort(), 'each is handled once').toEqual(['note', 'note', 'quote']);
  });

  test('an address for answers in the default exchange is none', async () => {
    const journal: Journal = [];
    await serveDesk(scene, { journal });
    await withHands(scene, async (channel) => {
      const { queue } = await channel.assertQueue('', { exclusive: true });
      const about = { messageId: 'm', type: 'desk.quote', contentType: 'application/json', headers: { 'x-msgctl': 't=60000' } };
      channel.publish('desk.inbox', 'quote', Buffer.from('{"article":"a"}'), { ...about, replyTo: `/${queue}` });
      await until('it is handled', () => journal.length === 1);
      const { client } = await openClient(scene, true);
      expect(await client.quote({ article: 'apple' })).toMatchObject({ price: 5 });
      expect((await channel.checkQueue(queue)).messageCount).toBe(0);
    });
  });

  test('a place for dead letters that is missing keeps them where they are, and disturbs nobody else', async () => {
    const journal: Journal = [];
    const { bus } = await serveDesk(scene, { journal });
    const { client } = await openClient(scene);
    const events = bus.client(desk);
    await events.posted({ text: 'warm' });
    await withHands(scene, async (channel) => {
      await channel.deleteExchange('desk.dead');
      let tried = false;
      // What the same process sends meanwhile is confirmed, each of it.
      const sending = (async () => {
        while (!tried) await Promise.all(Array.from({ length: 10 }, () => events.posted({ text: 'x' })));
      })();
      await client.note({ text: 'bad', behave: 'reject' });
      // It is tried about once a second.
      await until('it was rejected twice', () => journal.filter(({ what }) => what === 'note').length === 2);
      tried = true;
      await sending;
    });
    await scene.stage.provision();
    await until('it is a dead letter at last', async () => (await depth(scene, 'desk.note.dead')) === 1, 20_000);
  });

  test('a durable answer that its queue does not take is sent again until it does', async () => {
    const journal: Journal = [];
    await serveDesk(scene, { journal });
    const { bus } = await openClient(scene);
    const policy = `/api/policies/${scene.stage.vhost.name}/full`;
    const full = { 'max-length': 0, overflow: 'reject-publish' };
    const { shared } = shop.uses.desk.craft.replies as { readonly shared: { readonly queue: string } };
    const { queue } = shared;
    await scene.stage.vhost.call('PUT', policy, { pattern: `^${queue}$`, definition: full, 'apply-to': 'queues', priority: 1000 });
    journal.length = 0;
    await untilFull(scene, queue);
    const request = await bus.client(shop).desk.craft({ orderId: 'o', article: 'chair' });
    await until('it was handled', () => journal.length === 1);
    await new Promise((done) => setTimeout(done, 300));
    await scene.stage.vhost.call('DELETE', policy);
    const answers: unknown[] = [];
    // What it is full of comes as well.
    const craft = (answer: unknown, context: { readonly request: string }) => void (context.request === request && answers.push(answer));
    await bus.serve(shop, { desk: { craft } });
    await until('the answer has come', () => answers.length > 0, 20_000);
    expect(answers).toEqual([{ ok: true, value: { number: 7 } }]);
    expect(journal.length, 'nobody had to do it again').toBe(1);
  });

  test('a message that is larger than the broker takes is `invalid`, and what is sent with it arrives', async () => {
    await serveDesk(scene);
    const { client } = await openClient(scene);
    const major = await majorOf(scene);
    const sending = client.note({ text: 'x'.repeat(17 * 1024 * 1024) });
    // RabbitMQ 3 takes a hundred more.
    const ended = major < 4 ? sending : expect(sending).rejects.toMatchObject({ code: 'invalid', data: { indeterminate: false } });
    const others = Array.from({ length: 20 }, () => client.quote({ article: 'apple' }));
    for (const answer of await Promise.all(others)) expect(answer).toMatchObject({ price: 5 });
    await ended;
  });
}

async function withHands(scene: FaultScene, use: (channel: Channel, writer: FrameWriter) => Promise<void>): Promise<void> {
  const connection: ChannelModel = await connect(scene.stage.vhost.url);
  try {
    await use(await connection.createChannel(), new FrameWriter(connection));
  } finally {
    await connection.close();
  }
}

async function majorOf(scene: FaultScene): Promise<number> {
  const { rabbitmq_version: version } = (await scene.stage.vhost.call('GET', '/api/overview')) as { readonly rabbitmq_version: string };
  return Number.parseInt(version, 10);
}

async function depth(scene: FaultScene, queue: string): Promise<number> {
  let count = 0;
  await withHands(scene, async (channel) => {
    count = (await channel.checkQueue(queue)).messageCount;
  });
  return count;
}

/** Policies come into force a moment after they are there. Fills the queue with what nobody has asked for. */
async function untilFull({ stage: { vhost } }: FaultScene, queue: string): Promise<void> {
  const connection = await connect(vhost.url);
  try {
    const channel = await connection.createConfirmChannel();
    await until('the queue is full', async () => {
      channel.sendToQueue(queue, Buffer.from('{}'));
      return channel.waitForConfirms().then(
        () => false,
        () => true,
      );
    });
  } finally {
    await connection.close();
  }
}
