/** What is said to RabbitMQ of a message that it handed out, when, and by which connection. */
import { afterEach, expect, test } from 'vitest';
import { Reject } from '../../../src/runtime/index.ts';
import { desk } from '../../conformance/generated/desk.ts';
import { until } from '../../conformance/stage.ts';
import type { Peer, Published } from '../../support/fake-amqp.ts';
import { createFakeBuses } from './fake-buses.ts';

const { open, closeAll } = createFakeBuses();
afterEach(closeAll);

/** The desk with one of its interactions. */
const only = (name: keyof typeof desk.provides) => ({ ...desk, provides: { [name]: desk.provides[name] } }) as unknown as typeof desk;

/** Serves one interaction, hands a message to it, and notes what is published and settled, in its order. */
async function handOut(name: 'note' | 'craft', about: object, handler: () => unknown) {
  const heard: string[] = [];
  const published: { readonly message: Published; readonly peer: Peer }[] = [];
  const { bus } = await open(
    {
      published(message, peer) {
        heard.push(`${message.exchange}/${message.key}`);
        published.push({ message, peer });
      },
      asked(method, channel, peer) {
        if (method === 'BasicAck' || method === 'BasicNack') heard.push(method);
        if (method !== 'BasicConsume') return true;
        peer.say(channel, 'BasicConsumeOk', { consumerTag: 'fake' });
        const common = { messageId: 'm', type: `desk.${name}`, contentType: 'application/json' };
        const body = Buffer.from('{"text":"x","orderId":"o","article":"a"}');
        peer.deliver(channel, { deliveryTag: 1, about: { ...common, ...about }, body });
        return false;
      },
    },
    'desk',
  );
  await bus.serve(only(name), { [name]: handler } as never);
  await until('something is published', () => published.length === 1);
  const settle = (index: number, method: 'BasicAck' | 'BasicNack') => {
    const { message, peer } = published[index] as (typeof published)[0];
    peer.say(message.channel, method, { deliveryTag: message.number, multiple: false, requeue: false });
  };
  return { heard, published, settle, quiet: () => new Promise((done) => setTimeout(done, 60)) };
}

const reject = () => {
  throw new Reject('not for us');
};

test('a dead letter is there for good before its message is acknowledged, comes back where nobody keeps it, and does not expire', async () => {
  const { heard, published, settle, quiet } = await handOut('note', { expiration: '1000', headers: {} }, reject);
  await quiet();
  expect(heard).toEqual(['desk.dead/desk.note']);
  expect(published[0]?.message).toMatchObject({ mandatory: true, expiration: undefined, id: 'm' });
  settle(0, 'BasicAck');
  await until('it is settled', () => heard.length === 2);
  expect(heard).toEqual(['desk.dead/desk.note', 'BasicAck']);
});

test('a message whose dead letter is not taken is given back, after a pause', async () => {
  const { heard, published, settle, quiet } = await handOut('note', { headers: {} }, reject);
  const { message, peer } = published[0] as (typeof published)[0];
  peer.bounce(message.channel, message);
  settle(0, 'BasicAck');
  await quiet();
  expect(heard).toEqual(['desk.dead/desk.note']);
  await until('it is given back', () => heard.length === 2);
  expect(heard).toEqual(['desk.dead/desk.note', 'BasicNack']);
});

test('a durable answer is there for good before its request is acknowledged, and is sent again until it is', async () => {
  const about = { replyTo: 'shop.replies/shop.craft', headers: { 'x-msgctl': 't=60000' } };
  const { heard, published, settle, quiet } = await handOut('craft', about, () => ({ number: 7 }));
  await quiet();
  settle(0, 'BasicNack');
  await until('it is sent again', () => published.length === 2);
  await quiet();
  const answer = 'shop.replies/shop.craft';
  expect(heard).toEqual([answer, answer]);
  expect(published[1]?.message.body).toEqual(published[0]?.message.body);
  settle(1, 'BasicAck');
  await until('it is settled', () => heard.length === 3);
  expect(heard).toEqual([answer, answer, 'BasicAck']);
});

test('a consumer that is stopped while it stands up again is taken back as soon as it stands, and does not stand up any more', async () => {
  const asked: string[] = [];
  const { broker, bus } = await open(
    {
      asked(method, channel, peer, connection) {
        if (connection > 1 && channel > 0) asked.push(method);
        if (method !== 'BasicConsume' || connection !== 2) return true;
        // It is being stopped meanwhile.
        setTimeout(() => peer.say(channel, 'BasicConsumeOk', { consumerTag: 'fake' }), 100);
        return false;
      },
    },
    'desk',
  );
  const serving = await bus.serve(only('note'), { note: () => undefined } as never);
  broker.peers[0]?.cut();
  await until('it stands up again', () => asked.includes('BasicConsume'));
  await serving.close({ drain: 2000 });
  // The last two ask the queue for something that it answers once it has done all that it was told.
  const consuming = ['BasicQos', 'BasicConsume'];
  expect(asked).toEqual(['ChannelOpen', ...consuming, 'BasicCancel', ...consuming, 'ChannelClose']);
  broker.peers[1]?.cut();
  await until('it is connected again', () => broker.peers.length === 3);
  await bus.ready();
  await new Promise((done) => setTimeout(done, 150));
  expect(asked.length).toBe(7);
});

test('a message that is answered the first time is acknowledged after its answer, over the same connection, and each once', async () => {
  const heard: string[] = [];
  const { bus } = await open(
    {
      published({ key }) {
        heard.push(`answer to ${key}`);
      },
      asked(method, channel, peer) {
        if (method === 'BasicAck' || method === 'BasicNack') heard.push(method);
        if (method !== 'BasicConsume') return true;
        peer.say(channel, 'BasicConsumeOk', { consumerTag: 'fake' });
        const about = { messageId: 'm', type: 'desk.quote', contentType: 'application/json', replyTo: 'shop.replies/anybody', headers: {} };
        for (const deliveryTag of [1, 2]) peer.deliver(channel, { deliveryTag, about, body: Buffer.from('{"article":"a"}') });
        return false;
      },
    },
    'desk',
  );
  await bus.serve(
    { ...desk, provides: { quote: desk.provides.quote } } as unknown as typeof desk,
    { quote: () => ({ price: 1 }) } as never,
  );
  await until('all is told', () => heard.length >= 3);
  await new Promise((done) => setTimeout(done, 50));
  expect(heard).toEqual(['answer to anybody', 'answer to anybody', 'BasicAck']);
});

test('nothing is said on a channel that is gone, of what came by it', async () => {
  const heard: string[] = [];
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((done) => {
    letGo = done;
  });
  const { broker, bus } = await open(
    {
      asked(method, channel, peer, connection) {
        if (method === 'BasicAck' || method === 'BasicNack') heard.push(`${method} ${connection}`);
        if (method !== 'BasicConsume') return true;
        peer.say(channel, 'BasicConsumeOk', { consumerTag: 'fake' });
        const about = { messageId: 'm', type: 'desk.note', contentType: 'application/json', headers: {} };
        peer.deliver(channel, { deliveryTag: connection, about, body: Buffer.from(`{"text":"${connection}"}`) });
        return false;
      },
    },
    'desk',
  );
  let begun = 0;
  const note = async ({ text }: { readonly text: string }) => {
    begun += 1;
    if (text === '1') await held;
  };
  await bus.serve(only('note'), { note } as never);
  await until('it is being handled', () => begun === 1);
  broker.peers[0]?.cut();
  await until('what came by the next connection is settled', () => heard.length === 1);
  letGo();
  await new Promise((done) => setTimeout(done, 50));
  expect(heard, 'a tag of one channel names another message on the next').toEqual(['BasicAck 2']);
});
