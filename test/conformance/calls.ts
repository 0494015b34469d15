/** Calls: answers, errors, deadlines and limits. */
import { expect, test } from 'vitest';
import { createBus, isTransportError } from '../../src/runtime/index.ts';
import { desk, ImpossibleError, OutOfStockError, UnpackedError } from './generated/desk.ts';
import { shop } from './generated/shop.ts';
import { deskHandlers } from './handlers.ts';
import { until } from './stage.ts';
import type { Scene } from './suite.ts';

/** The shop as it would be if the desk had something that nobody knows the way to. */
const lost = {
  ...shop,
  uses: {
    desk: {
      ...shop.uses.desk,
      quote: { ...shop.uses.desk.quote, id: 'desk.nowhere', send: { kind: 'rabbitmq', exchange: 'desk.inbox', routingKey: 'nowhere' } },
    },
  },
} as const;

export function testCalls(scene: Scene): void {
  test('are answered', async () => {
    await scene.bus({ service: 'desk' }).serve(desk, deskHandlers(scene.journal));
    const { desk: client } = scene.bus({ service: 'shop' }).client(shop);
    expect(await client.quote({ article: 'apple' })).toEqual({ price: 5, by: 'desk' });
    expect(await client.quote({ article: 'fig' }, { headers: { tenant: 'north' } })).toEqual({ price: 3, by: 'north' });
    expect(await client.quote.safe({ article: 'pear' })).toEqual({ ok: true, value: { price: 4, by: 'desk' } });
    expect(await client.packed({ article: 'plum' })).toEqual({ price: 4 });
    const many = await Promise.all(Array.from({ length: 200 }, (_, index) => client.quote({ article: 'x'.repeat(index + 1) })));
    expect(many.map(({ price }) => price)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
  });

  test('end with the errors that the contract declares', async () => {
    await scene.bus({ service: 'desk' }).serve(desk, deskHandlers(scene.journal));
    const { desk: client } = scene.bus({ service: 'shop' }).client(shop);
    for (const behave of ['out-of-stock', 'out-of-stock-too']) {
      const result = await client.quote.safe({ article: 'apple', behave });
      if (result.ok || !(result.error instanceof OutOfStockError)) throw new Error('another error');
      expect(result.error.data.left).toBe(2);
      expect(result.error).toMatchObject({ name: 'OutOfStockError', code: 'out-of-stock', interaction: 'desk.quote' });
      expect(isTransportError(result.error)).toBe(false);
    }
    await expect(client.quote({ article: 'apple', behave: 'out-of-stock' })).rejects.toBeInstanceOf(OutOfStockError);
    const packed = await client.packed.safe({ article: 'air' });
    if (packed.ok || !(packed.error instanceof UnpackedError)) throw new Error('another error');
    expect(packed.error.data, 'as Protobuf').toEqual({ reason: 'nothing to wrap' });
  });

  test('end as `remote` where the handler fails, without what it says', async () => {
    await scene.bus({ service: 'desk' }).serve(desk, deskHandlers(scene.journal));
    const { desk: client } = scene.bus({ service: 'shop' }).client(shop);
    for (const behave of ['throw', 'lie', 'bad-error', 'other-error', 'let-through']) {
      const result = await client.quote.safe({ article: 'apple', behave });
      if (result.ok) throw new Error(`${behave} was answered`);
      expect(result.error.code, behave).toBe('remote');
      expect(result.error.data, behave).toMatchObject({ indeterminate: true });
      expect(isTransportError(result.error), behave).toBe(true);
      expect(result.error.message, behave).not.toContain('feet');
    }
    expect(scene.journal.length, 'none is tried again').toBe(5);
  });

  test('are refused before they are sent where they do not fit the contract', async () => {
    const { desk: client } = scene.bus({ service: 'shop' }).client(shop);
    await expect(client.quote({ article: '' })).rejects.toMatchObject({ code: 'invalid', data: { indeterminate: false } });
    await expect(client.quote({ article: 'a' }, { headers: { tenant: 7 as unknown as string } })).rejects.toMatchObject({
      code: 'invalid',
    });
  });

  test('end in time, and the handler is told', async () => {
    const server = scene.bus({ service: 'desk' });
    const aborted: unknown[] = [];
    const handlers = deskHandlers(scene.journal);
    await server.serve(desk, {
      ...handlers,
      quote: async (request, context) => {
        context.signal.addEventListener('abort', () => aborted.push(request.article));
        return handlers.quote(request, context);
      },
    });
    const { desk: client } = scene.bus({ service: 'shop' }).client(shop);
    await client.quote({ article: 'warm' });
    const begun = Date.now();
    await expect(client.quote({ article: 'apple', behave: 'wait 3000' }, { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'timeout',
      data: { indeterminate: true },
    });
    expect(Date.now() - begun).toBeGreaterThanOrEqual(200);
    expect(Date.now() - begun).toBeLessThan(600);
    await until('the handler is told', () => aborted.includes('apple'));
  });

  test('tell the handler how much time there is', async () => {
    await scene.bus({ service: 'desk' }).serve(desk, deskHandlers(scene.journal));
    const { desk: client } = scene.bus({ service: 'shop' }).client(shop);
    const { price } = await client.quote({ article: 'apple', behave: 'left' }, { timeoutMs: 1500 });
    expect(price).toBeGreaterThan(500);
    expect(price).toBeLessThanOrEqual(1500);
  });

  test('can be given up', async () => {
    await scene.bus({ service: 'desk' }).serve(desk, deskHandlers(scene.journal));
    const { desk: client } = scene.bus({ service: 'shop' }).client(shop);
    const giving = new AbortController();
    const call = client.quote({ article: 'apple', behave: 'wait 2000' }, { signal: giving.signal });
    const ended = expect(call).rejects.toMatchObject({ code: 'aborted', data: { indeterminate: true } });
    await until('it is being handled', () => scene.journal.length === 1);
    giving.abort();
    await ended;
    await expect(client.quote({ article: 'apple' }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'aborted',
      data: { indeterminate: false },
    });
  });

  test('that nobody receives end at once', async () => {
    await scene.bus({ service: 'desk' }).serve(desk, deskHandlers(scene.journal));
    const { desk: client } = scene.bus({ service: 'shop' }).client(lost);
    await client.packed({ article: 'warm' });
    const begun = Date.now();
    await expect(client.quote({ article: 'apple' })).rejects.toMatchObject({ code: 'unroutable', data: { indeterminate: false } });
    expect(Date.now() - begun).toBeLessThan(1000);
  });

  test('beyond the limit of the caller end as `overloaded`', async () => {
    await scene.bus({ service: 'desk' }).serve(desk, deskHandlers(scene.journal));
    const { desk: client } = scene.bus({ service: 'shop' }).client(shop);
    await client.quote({ article: 'warm' });
    const results = await Promise.all(Array.from({ length: 20 }, () => client.hurried.safe({ article: 'a', behave: 'wait 20' })));
    const codes = results.map((result) => (result.ok ? 'ok' : result.error.code));
    expect(codes.filter((code) => code === 'overloaded').length).toBe(12);
    // The others are sent; a machine that is busy may make one of them late.
    expect(codes.filter((code) => code === 'ok' || code === 'timeout').length).toBe(8);
  });

  test('are handled a few at a time, and those that are too late are dropped', async () => {
    const server = scene.bus({ service: 'desk' });
    let atWork = 0;
    let most = 0;
    const handlers = deskHandlers(scene.journal);
    await server.serve(desk, {
      ...handlers,
      hurried: async (request, context) => {
        atWork += 1;
        most = Math.max(most, atWork);
        try {
          return await handlers.hurried(request, context);
        } finally {
          atWork -= 1;
        }
      },
    });
    const { desk: client } = scene.bus({ service: 'shop' }).client(shop);
    await client.quote({ article: 'warm' });
    const callEight = () => Promise.all(Array.from({ length: 8 }, () => client.hurried.safe({ article: 'a', behave: 'wait 140' })));
    let rounds = 1;
    let results = await callEight();
    // On a machine that is busy enough all of them may be too late.
    for (; most === 0 && rounds < 20; rounds += 1) results = await callEight();
    expect(most).toBe(2);
    const codes = results.map((result) => (result.ok ? 'ok' : result.error.code));
    expect(codes).toContain('timeout');
    for (const code of codes) expect(['ok', 'timeout']).toContain(code);
    await new Promise((done) => setTimeout(done, 400));
    expect(scene.journal.filter(({ what }) => what === 'hurried').length, 'what is too late is not begun').toBeLessThan(8 * rounds);
  });

  test('within a handler inherit what is left of its time', async () => {
    const relay = scene.bus({ service: 'shop' });
    const { desk: client } = relay.client(shop);
    const handlers = deskHandlers(scene.journal);
    await scene.bus({ service: 'desk' }).serve(desk, {
      ...handlers,
      place: async () => {
        // Its own time is five seconds, that of whoever waits is less.
        const inner = await client.quote.safe({ article: 'apple', behave: 'wait 3000' });
        return { number: inner.ok ? 0 : inner.error.code === 'timeout' ? 1 : 2 };
      },
    });
    await client.quote({ article: 'warm' });
    const begun = Date.now();
    await expect(client.place({ orderId: 'o', article: 'a' }, { timeoutMs: 300 })).rejects.toMatchObject({ code: 'timeout' });
    expect(Date.now() - begun).toBeLessThan(900);
    await until('the inner call has ended, too', () => relay.pending === 0, 1000);
  });

  test('share the work among instances', async () => {
    await Promise.all(['one', 'two', 'three'].map((name) => scene.bus({ service: 'desk' }).serve(desk, deskHandlers(scene.journal, name))));
    const { desk: client } = scene.bus({ service: 'shop' }).client(shop);
    await Promise.all(Array.from({ length: 60 }, () => client.quote({ article: 'a', behave: 'wait 5' })));
    expect(scene.journal.length).toBe(60);
    expect(new Set(scene.journal.map(({ by }) => by))).toEqual(new Set(['one', 'two', 'three']));
  });

  test('with the same key are done once, and answered alike', async () => {
    await scene.bus({ service: 'desk' }).serve(desk, deskHandlers(scene.journal));
    const { desk: client } = scene.bus({ service: 'shop' }).client(shop);
    const first = await client.place({ orderId: 'o-1', article: 'apple' });
    expect(await client.place({ orderId: 'o-1', article: 'apple' })).toEqual(first);
    expect(await client.place({ orderId: 'o-2', article: 'apple' })).not.toEqual(first);
    await expect(client.place({ orderId: 'o-1', article: 'pear' })).rejects.toMatchObject({
      code: 'conflict',
      data: { indeterminate: false },
    });
    expect(scene.journal.length).toBe(2);
  });

  test('with `reply: durable` are answered to a handler, also in an instance that came later', async () => {
    await scene.bus({ service: 'desk' }).serve(desk, deskHandlers(scene.journal));
    const asker = createBus({ transport: scene.stage.transport(), service: 'shop' });
    const ids = [
      await asker.client(shop).desk.craft({ orderId: 'o-1', article: 'chair' }),
      await asker.client(shop).desk.craft({ orderId: 'o-2', article: 'perpetuum mobile' }),
    ];
    await asker.close();
    const answers: unknown[] = [];
    await scene.bus({ service: 'shop' }).serve(shop, {
      desk: {
        craft: (answer, { request }) => {
          const impossible = !answer.ok && answer.error instanceof ImpossibleError && answer.error.data.left;
          answers.push({ request, ...(answer.ok ? answer : { ok: false, impossible }) });
        },
      },
    });
    await until('both answers have come', () => answers.length === 2);
    expect(answers).toContainEqual({ request: ids[0], ok: true, value: { number: 7 } });
    expect(answers).toContainEqual({ request: ids[1], ok: false, impossible: 0 });
  });
}
