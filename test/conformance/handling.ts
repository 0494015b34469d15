/** What handlers know of a message, and which messages reach them. */
import { expect, test } from 'vitest';
import type { HandlerContext } from '../../src/runtime/index.ts';
import { desk } from './generated/desk.ts';
import { shop } from './generated/shop.ts';
import { deskHandlers, work } from './handlers.ts';
import { until } from './stage.ts';
import { withStranger } from './stranger.ts';
import type { Scene } from './suite.ts';

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

export function testHandling(scene: Scene): void {
  test('know where a message comes from, and what they send follows from it', async () => {
    const seen: Partial<HandlerContext<unknown>>[] = [];
    const see = ({ id, attempt, redelivered, conversationId, causationId, traceparent, tracestate, headers }: HandlerContext<unknown>) =>
      seen.push({ id, attempt, redelivered, conversationId, causationId, traceparent, tracestate, headers });
    const { desk: client } = scene.bus({ service: 'shop' }).client(shop);
    await scene.bus({ service: 'desk' }).serve(desk, {
      ...deskHandlers(scene.journal),
      async note(message, context) {
        see(context);
        await client.hint({ text: message.text });
      },
      hint: (_message, context) => void see(context),
    });
    await withStranger(scene, async (send) => {
      const headers = { traceparent: TRACE, tracestate: 'vendor=1', tenant: 'north' };
      await send({ id: 'first', headers, meta: { conversation: 'talk', causation: 'before' }, body: Buffer.from('{"text":"x"}') });
    });
    await until('both were handled', () => seen.length === 2);
    const trace = { traceparent: TRACE, tracestate: 'vendor=1' };
    const common = { attempt: 1, redelivered: false, conversationId: 'talk', ...trace };
    expect(seen[0]).toEqual({ ...common, id: 'first', causationId: 'before', headers: { ...trace, tenant: 'north' } });
    expect(seen[1]).toMatchObject({ ...common, causationId: 'first' });
    expect(seen[1]?.headers, 'headers of the application are not passed on').toEqual(trace);
  });

  test('are told that a message was perhaps handled before', async () => {
    const redelivered: boolean[] = [];
    await scene.bus({ service: 'desk' }).serve(desk, {
      ...deskHandlers(scene.journal),
      note: async (_message, context) => {
        redelivered.push(context.redelivered);
        if (redelivered.length === 1) await work(3000, context.signal);
      },
    });
    const { desk: client } = scene.bus({ service: 'shop' }).client(shop);
    await client.note({ text: 'twice' });
    await until('it is being handled', () => redelivered.length === 1);
    await scene.stage.interrupt(50);
    await until('it is handled again', () => redelivered.length === 2);
    expect(redelivered).toEqual([false, true]);
  });

  test('get a message once by whatever tells it from others', async () => {
    await scene.bus({ service: 'desk' }).serve(desk, deskHandlers(scene.journal));
    const { desk: client } = scene.bus({ service: 'shop' }).client(shop);
    await client.booked({ thing: 'chair', step: 1 });
    await until('it was handled', () => scene.journal.length === 1);
    await client.booked({ thing: 'chair', step: 1 });
    // With other contents it tells of the same.
    await client.booked({ thing: 'chair', step: 1, behave: 'otherwise' });
    await client.booked({ thing: 'chair', step: 2 });
    await client.booked({ thing: 'table', step: 1 });
    await until('the others were handled', () => scene.journal.length >= 3);
    await new Promise((done) => setTimeout(done, 100));
    expect(scene.journal.map(({ payload }) => payload)).toEqual(
      expect.arrayContaining([
        { thing: 'chair', step: 1 },
        { thing: 'chair', step: 2 },
        { thing: 'table', step: 1 },
      ]),
    );
    expect(scene.journal.length).toBe(3);
  });

  test('do not get what was not handled in time: it is a dead letter', async () => {
    const { desk: client } = scene.bus({ service: 'shop' }).client(shop);
    await client.fleeting({ text: 'too late' });
    await new Promise((done) => setTimeout(done, 400));
    await scene.bus({ service: 'desk' }).serve(desk, deskHandlers(scene.journal));
    await until('it is a dead letter', async () => (await scene.stage.takeDead('desk.fleeting')).length === 1);
    expect(scene.journal).toEqual([]);
    await client.fleeting({ text: 'in time' });
    await until('the next one is handled', () => scene.journal.length === 1);
  });
}
