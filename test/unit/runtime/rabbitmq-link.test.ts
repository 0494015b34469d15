/** What RabbitMQ does in orders that a real one rarely shows: confirms, refusals, channels and connections that are closed, and a bus that ends meanwhile. */
import { afterEach, expect, test } from 'vitest';
import { type Bus, createBus, type TransportError } from '../../../src/runtime/index.ts';
import { formatReplyAddress, parseReplyAddress } from '../../../src/runtime/rabbitmq/reply-address.ts';
import { rabbitmq } from '../../../src/runtime/rabbitmq.ts';
import { desk } from '../../conformance/generated/desk.ts';
import { shop } from '../../conformance/generated/shop.ts';
import { deskHandlers } from '../../conformance/handlers.ts';
import { until } from '../../conformance/stage.ts';
import { type Peer, type Published, type Script, startFakeAmqp } from '../../support/fake-amqp.ts';
import { createFakeBuses } from './fake-buses.ts';

const { open, closeAll, adopt } = createFakeBuses();
afterEach(closeAll);

/** How a send ended. */
const endOf = (sending: Promise<unknown>): Promise<string> =>
  sending.then(
    () => 'ok',
    ({ code, data }: TransportError) => `${code}${data?.indeterminate ? '?' : ''}`,
  );

/** A broker that keeps what it gets until a test says what becomes of it. */
async function openSlow(script: Script = {}) {
  const got: { readonly message: Published; readonly peer: Peer }[] = [];
  const opened = await open({ ...script, published: (message, peer) => got.push({ message, peer }) });
  return { ...opened, got, come: (count: number) => until(`${count} have come`, () => got.length >= count) };
}

test('a confirm is of the message that it numbers, or of all up to it', async () => {
  const { client, got, come } = await openSlow();
  const ends: (string | undefined)[] = Array.from({ length: 6 }, () => undefined);
  const sent = ends.map(async (_, index) => {
    ends[index] = await endOf(client.note({ text: String(index) }));
  });
  await come(6);
  const { peer, message } = got[0] as (typeof got)[0];
  const say = (method: string, deliveryTag: number, multiple: boolean) =>
    peer.say(message.channel, method, { deliveryTag, multiple, requeue: false });
  say('BasicAck', 5, false);
  await until('the fifth is confirmed', () => ends[4] !== undefined);
  expect(ends).toEqual([undefined, undefined, undefined, undefined, 'ok', undefined]);
  say('BasicNack', 2, true);
  await until('the first two are refused', () => ends[1] !== undefined);
  expect(ends, 'a queue that refuses it says nothing of others').toEqual([
    'overloaded?',
    'overloaded?',
    undefined,
    undefined,
    'ok',
    undefined,
  ]);
  say('BasicAck', 6, true);
  await Promise.all(sent);
  expect(ends.slice(2)).toEqual(['ok', 'ok', 'ok', 'ok']);
});

test('what comes back has failed, though it is confirmed afterwards, and so has nothing else', async () => {
  const { client, got, come } = await openSlow();
  const sent = [1, 2, 3].map((number) => endOf(client.note({ text: String(number) })));
  await come(3);
  const { peer, message } = got[1] as (typeof got)[0];
  peer.bounce(message.channel, message);
  peer.say(message.channel, 'BasicAck', { deliveryTag: 3, multiple: true });
  expect(await Promise.all(sent)).toEqual(['ok', 'unroutable', 'ok']);
});

test('so many are unconfirmed and so many wait at most, and what is more is refused at once', async () => {
  const { bus, got, come } = await openSlow();
  const note = { ...shop.uses.desk.note, limit: { concurrent: 20_000 } };
  const { desk: client } = bus.client({ ...shop, uses: { desk: { note } } } as unknown as typeof shop);
  const first = endOf(client.note({ text: '' }));
  await come(1);
  const sent = Array.from({ length: 12_000 }, () => endOf(client.note({ text: '' })));
  expect(await sent.at(-1)).toBe('overloaded');
  await come(2000);
  const { peer, message } = got[0] as (typeof got)[0];
  await new Promise((done) => setTimeout(done, 50));
  expect(got.length).toBe(2000);
  for (let confirmed = 2000; confirmed <= 12_000; confirmed += 2000) {
    await come(confirmed);
    peer.say(message.channel, 'BasicAck', { deliveryTag: confirmed, multiple: true });
  }
  const ends = await Promise.all([first, ...sent]);
  expect(ends.filter((end) => end === 'ok').length).toBe(12_000);
});

test('of what was under way on a channel that is closed over one exchange only that failed for sure', async () => {
  const missing = { kind: 'rabbitmq', exchange: 'no.such', routingKey: 'x' } as const;
  const { bus, client, got, come } = await openSlow();
  const lost = bus.client({ ...shop, uses: { desk: { note: { ...shop.uses.desk.note, send: missing } } } } as unknown as typeof shop).desk;
  const sent = [
    client.note({ text: 'before' }),
    lost.note({ text: 'lost' }),
    client.note({ text: 'after' }),
    lost.note({ text: 'lost' }),
  ].map(endOf);
  await come(4);
  const { peer, message } = got[0] as (typeof got)[0];
  got.length = 0;
  peer.closeChannel(message.channel, 404, "NOT_FOUND - no exchange 'no.such' in vhost '/'");
  await come(1);
  const again = got[0] as (typeof got)[0];
  expect(String(again.message.body), 'what the broker never looked at is published again').toContain('after');
  again.peer.say(again.message.channel, 'BasicAck', { deliveryTag: 1, multiple: false });
  expect(await Promise.all(sent)).toEqual(['disconnected?', 'unroutable', 'ok', 'unroutable']);
  expect(got.length, 'and nothing else').toBe(1);
});

test('a call waits for its answer though the channel is gone by which it was sent', async () => {
  const { bus, client, got, come } = await openSlow();
  const call = endOf(client.quote({ article: 'a' }));
  await come(1);
  const { peer, message } = got[0] as (typeof got)[0];
  const note = endOf(client.note({ text: 'x' }));
  await come(2);
  peer.closeChannel(message.channel, 406, 'PRECONDITION_FAILED - for no reason');
  expect(await note).toBe('disconnected?');
  expect(bus.pending).toBe(1);
  peer.cut();
  expect(await call).toBe('disconnected?');
});

test('what went to an exchange before it was gone may have arrived', async () => {
  const { client, got, come } = await openSlow();
  const first = endOf(client.note({ text: 'confirmed' }));
  await come(1);
  const { peer, message } = got[0] as (typeof got)[0];
  peer.say(message.channel, 'BasicAck', { deliveryTag: 1, multiple: false });
  expect(await first).toBe('ok');
  const sent = ['one', 'two', 'three'].map((text) => endOf(client.note({ text })));
  await come(4);
  peer.closeChannel(message.channel, 404, "NOT_FOUND - no exchange 'desk.inbox' in vhost '/'");
  expect(await Promise.all(sent)).toEqual(['disconnected?', 'disconnected?', 'unroutable']);
});

test('a message that is too large takes nothing along that comes after it', async () => {
  const { client, got, come } = await openSlow();
  const sent = ['x', 'x'.repeat(100), 'y'].map((text) => endOf(client.note({ text })));
  await come(3);
  const { peer, message } = got[0] as (typeof got)[0];
  const size = got[1]?.message.body.byteLength;
  got.length = 0;
  peer.closeChannel(message.channel, 406, `PRECONDITION_FAILED - message size ${size} is larger than configured max size 64`);
  await come(1);
  const again = got[0] as (typeof got)[0];
  again.peer.say(again.message.channel, 'BasicAck', { deliveryTag: 1, multiple: false });
  expect(await Promise.all(sent)).toEqual(['disconnected?', 'invalid', 'ok']);
});

test('a queue for answers that is gone ends the calls whose answers would come by it, and is made again', async () => {
  const bound: number[] = [];
  const { broker, bus, client, got, come } = await openSlow({
    asked(method, channel) {
      if (method === 'QueueBind') bound.push(channel);
      return true;
    },
  });
  const call = endOf(client.quote({ article: 'a' }));
  await come(1);
  broker.peers[0]?.say(bound[0] ?? 0, 'BasicCancel', { consumerTag: 'fake', nowait: true });
  expect(await call).toBe('disconnected?');
  const next = endOf(client.quote({ article: 'a' }, { timeoutMs: 2000 }));
  await come(2);
  expect(bound.length).toBe(2);
  got[1]?.peer.cut();
  expect(await next).toBe('disconnected?');
  expect(bus.pending).toBe(0);
});

test('an address for answers names an exchange', () => {
  expect(parseReplyAddress(formatReplyAddress('shop/replies', 'ключ 1'))).toEqual({ exchange: 'shop/replies', key: 'ключ 1' });
  expect(parseReplyAddress('shop.replies/one')).toEqual({ exchange: 'shop.replies', key: 'one' });
  for (const none of ['', 'queue', '/queue', '%/x', 'x/%E0%A4%A']) expect(parseReplyAddress(none), none).toBeUndefined();
});

test('a channel that is refused is asked for again', async () => {
  let refused = 0;
  const { client } = await open({
    asked(method, channel, peer) {
      if (method !== 'ConfirmSelect' || refused > 0) return true;
      refused += 1;
      peer.closeChannel(channel, 504, 'CHANNEL_ERROR - not now');
      return false;
    },
  });
  expect(await endOf(client.note({ text: 'later' }))).toBe('ok');
  expect(refused).toBe(1);
});

test('what waits while the broker is blocked goes out in order, before what comes later, and not at all once it is given up', async () => {
  const seen: string[] = [];
  const { broker, bus, client, block } = await open({
    published({ channel, number, body }, peer) {
      seen.push(JSON.parse(String(body)).text);
      peer.say(channel, 'BasicAck', { deliveryTag: number, multiple: false });
    },
  });
  await client.note({ text: 'first' });
  await block();
  const giving = new AbortController();
  const waiting = ['a', 'b', 'c', 'd'].map((text) => endOf(client.note({ text }, text === 'b' ? { signal: giving.signal } : {})));
  const call = await client.quote.safe({ article: 'late' }, { timeoutMs: 60 });
  expect(call, 'it says why').toMatchObject({
    ok: false,
    error: { code: 'timeout', data: { indeterminate: false }, message: expect.stringContaining('low on memory') },
  });
  giving.abort();
  const told = client.note({ text: 'told' }).catch((error: Error) => error.message);
  broker.peers[0]?.say(0, 'ConnectionUnblocked', {});
  waiting.push(endOf(client.note({ text: 'e' })));
  expect(await Promise.all(waiting)).toEqual(['ok', 'aborted', 'ok', 'ok', 'ok']);
  await told;
  expect(seen).toEqual(['first', 'a', 'c', 'd', 'told', 'e']);
  expect(bus.pending).toBe(0);
});

test('what waits ends at once when the bus is closed, and so does what comes afterwards', async () => {
  const { bus, client, block } = await open();
  await client.note({ text: 'first' });
  await block();
  const waiting = endOf(client.note({ text: 'waits' }));
  await Promise.all([bus.close({ drain: 100 }), bus.close({ drain: 100 })]);
  expect(await waiting).toBe('disconnected');
  expect(await endOf(client.note({ text: 'later' }))).toBe('disconnected');
  expect(await endOf(client.quote({ article: 'later' }))).toBe('disconnected');
  expect(await endOf(client.quote({ article: 'later' }))).toBe('disconnected');
  expect(bus.pending).toBe(0);
  await expect(bus.serve(shop, { desk: { craft: () => undefined } })).rejects.toThrow('The bus was closed.');
});

test('who waits for the first connection of all ends when the bus is closed', async () => {
  const bus = createBus({ transport: rabbitmq({ url: 'amqp://127.0.0.1:1' }), service: 'desk' });
  const serving = expect(bus.serve(desk, deskHandlers([]))).rejects.toThrow('The bus was closed.');
  const calling = endOf(createClient(bus));
  const ready = endOf(bus.ready(10_000));
  await new Promise((done) => setTimeout(done, 50));
  await bus.close({ drain: 0 });
  await serving;
  expect(await calling).toBe('disconnected');
  expect(await ready).toBe('disconnected');
});

const createClient = (bus: Bus) => bus.client({ ...shop, service: 'shop' }).desk.quote({ article: 'a' });

test('an address where nobody answers keeps no process alive once the bus is closed', async () => {
  const broker = await startFakeAmqp({ asked: (method) => method !== 'ConnectionStartOk' });
  adopt(broker);
  const bus = createBus({ transport: rabbitmq({ url: broker.url }), service: 'shop' });
  await until('it has been called', () => broker.peers.length === 1);
  const sockets = () => process.getActiveResourcesInfo().filter((resource) => resource === 'TCPSocketWrap').length;
  await bus.close({ drain: 0 });
  await until('its socket is gone', () => sockets() === 0, 3000);
});

test('a connection that is closed in the same breath as it is opened is opened again', async () => {
  const { broker, bus, client } = await open({
    asked(method, _channel, peer, connection) {
      if (method !== 'ConnectionOpen' || connection > 1) return true;
      peer.together(0, [
        ['ConnectionOpenOk', {}],
        ['ConnectionClose', { replyCode: 320, replyText: 'CONNECTION_FORCED - shutting down', classId: 0, methodId: 0 }],
      ]);
      return false;
    },
  });
  expect(await endOf(client.note({ text: 'x' }))).toBe('ok');
  expect(broker.peers.length).toBe(2);
  expect(bus.pending).toBe(0);
});

test('a connection that is lost each time at once is opened again with pauses', async () => {
  const { broker, bus, client } = await open({
    asked(method, _channel, peer) {
      if (method === 'ChannelOpen') peer.cut();
      return method !== 'ChannelOpen';
    },
  });
  const sending = endOf(client.note({ text: 'x' }));
  await new Promise((done) => setTimeout(done, 1500));
  expect(broker.peers.length).toBeGreaterThan(1);
  expect(broker.peers.length).toBeLessThan(10);
  await bus.close({ drain: 0 });
  expect(await sending).toMatch(/^disconnected/);
});
