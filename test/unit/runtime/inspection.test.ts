import { expect, test } from 'vitest';
import { createBus } from '../../../src/runtime/index.ts';
import { manualClock, memory } from '../../../src/runtime/memory.ts';
import { desk } from '../../conformance/generated/desk.ts';
import { shop } from '../../conformance/generated/shop.ts';
import { deskHandlers, type Journal } from '../../conformance/handlers.ts';

test('a test lets retries pass at once, and looks at what became of messages', async () => {
  const clock = manualClock();
  const transport = memory({ clock });
  transport.provision(desk);
  const [asker, server] = [createBus({ transport, service: 'shop' }), createBus({ transport, service: 'desk' })];
  const { desk: client } = asker.client(shop);
  const of = () => transport.inspect(desk.provides.note);
  await client.note({ text: 'good' });
  await client.note({ text: 'bad', behave: 'throw' });
  expect(of()).toMatchObject({ sent: [{ payload: { text: 'good' } }, { payload: { text: 'bad' } }], waiting: 2, unsettled: 0, delayed: 0 });

  const journal: Journal = [];
  await server.serve(desk, deskHandlers(journal));
  await clock.advance(0);
  expect(of()).toMatchObject({ acknowledged: [{ payload: { text: 'good' } }], dead: [], waiting: 0, delayed: 1 });
  await clock.advance(249);
  expect(journal.length, 'its first pause is not over').toBe(2);
  await clock.advance(1);
  expect(journal.length).toBe(3);
  await clock.advance(3_600_000);
  expect(journal.map(({ attempt }) => attempt)).toEqual([1, 1, 2, 3]);
  expect(of()).toMatchObject({
    dead: [{ payload: { text: 'bad' }, attempt: 3, reason: 'No room for notes. (attempt 3)' }],
    waiting: 0,
    unsettled: 0,
    delayed: 0,
  });
  const closing = Promise.all([asker.close({ drain: 0 }), server.close({ drain: 0 })]);
  await clock.advance(60_000);
  await closing;
});
