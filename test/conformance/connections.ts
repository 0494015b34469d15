/** Connections that are lost, and services that stop. */
import { expect, test } from 'vitest';
import { desk } from './generated/desk.ts';
import { shop } from './generated/shop.ts';
import { deskHandlers, work } from './handlers.ts';
import { until } from './stage.ts';
import type { Scene } from './suite.ts';

export function testConnections(scene: Scene): void {
  test('calls in flight end at once when the connection is lost, and later ones work again', async () => {
    await scene.bus({ service: 'desk' }).serve(desk, deskHandlers(scene.journal));
    const bus = scene.bus({ service: 'shop' });
    const { desk: client } = bus.client(shop);
    await client.quote({ article: 'warm' });
    const calls = Array.from({ length: 10 }, () => client.quote.safe({ article: 'apple', behave: 'wait 4000' }));
    await until('they are being handled', () => scene.journal.length === 11);
    const begun = Date.now();
    await scene.stage.interrupt(100);
    const results = await Promise.all(calls);
    const took = Date.now() - begun;
    for (const result of results) {
      if (result.ok) throw new Error('it was answered');
      expect(result.error.code).toBe('disconnected');
      expect(result.error.data).toMatchObject({ indeterminate: true });
    }
    expect(took).toBeLessThan(1000);
    expect(bus.pending).toBe(0);
    expect(await client.quote({ article: 'apple' })).toMatchObject({ price: 5 });
  });

  test('what was not settled when the connection was lost is handled again', async () => {
    let times = 0;
    await scene.bus({ service: 'desk' }).serve(desk, {
      ...deskHandlers(scene.journal),
      note: async (_message, { signal }) => {
        times += 1;
        if (times === 1) await work(3000, signal);
      },
    });
    const { desk: client } = scene.bus({ service: 'shop' }).client(shop);
    await client.note({ text: 'twice' });
    await until('it is being handled', () => times === 1);
    await scene.stage.interrupt(50);
    await until('it is handled again', () => times === 2);
  });

  test('what is sent while there is no connection is sent when there is one, or ends in time', async () => {
    await scene.bus({ service: 'desk' }).serve(desk, deskHandlers(scene.journal));
    const { desk: client } = scene.bus({ service: 'shop' }).client(shop);
    await client.quote({ article: 'warm' });
    await scene.stage.interrupt(800);
    // Until it is noticed, which takes a moment, things are sent into the void.
    await new Promise((done) => setTimeout(done, 150));
    const impatient = client.quote.safe({ article: 'apple' }, { timeoutMs: 100 });
    const patient = client.quote.safe({ article: 'pear' });
    const note = client.note({ text: 'kept' });
    expect(await impatient).toMatchObject({ ok: false, error: { code: 'timeout', data: { indeterminate: false } } });
    expect(await patient).toMatchObject({ ok: true, value: { price: 4 } });
    await note;
    await until('the note was handled', () => scene.journal.some(({ what }) => what === 'note'));
  });

  test('the first call of all ends in time as well where there is no connection yet', async () => {
    await scene.bus({ service: 'desk' }).serve(desk, deskHandlers(scene.journal));
    const bus = scene.bus({ service: 'shop' });
    const { desk: client } = bus.client(shop);
    await scene.stage.interrupt(800);
    const results = await Promise.all(Array.from({ length: 3 }, () => client.quote.safe({ article: 'apple' }, { timeoutMs: 150 })));
    for (const result of results) expect(result).toMatchObject({ ok: false, error: { code: 'timeout', data: { indeterminate: false } } });
    expect(bus.pending).toBe(0);
    expect(await client.quote({ article: 'pear' })).toMatchObject({ price: 4 });
  });

  test('a service that stops answers what it has begun, and leaves the rest to others', async () => {
    const stopping = scene.bus({ service: 'desk' });
    const handlers = deskHandlers(scene.journal, 'first');
    const serving = await stopping.serve(desk, handlers);
    const { desk: client } = scene.bus({ service: 'shop' }).client(shop);
    await client.quote({ article: 'warm' });
    const calls = Array.from({ length: 80 }, () => client.quote.safe({ article: 'apple', behave: 'wait 300' }));
    await until('as many as may are being handled', () => scene.journal.length === 51);
    const closing = serving.close({ drain: 5000 });
    await scene.bus({ service: 'desk' }).serve(desk, deskHandlers(scene.journal, 'second'));
    await closing;
    const results = await Promise.all(calls);
    expect(
      results.every(({ ok }) => ok),
      JSON.stringify(results.find(({ ok }) => !ok)),
    ).toBe(true);
    expect(scene.journal.length, 'each is handled once').toBe(81);
    expect(scene.journal.filter(({ by }) => by === 'first').length).toBe(51);
  });

  test('what a service has handled when it stops is not handled again', async () => {
    const { desk: client } = scene.bus({ service: 'shop' }).client(shop);
    const stopping = scene.bus({ service: 'desk' });
    await stopping.serve(desk, deskHandlers(scene.journal, 'first'));
    await client.quote({ article: 'warm' });
    // All end at once: the last that its broker hears is how they ended.
    const calls = Array.from({ length: 50 }, () => client.quote({ article: 'apple', behave: 'wait 300' }));
    await until('all are being handled', () => scene.journal.length === 51);
    await stopping.close({ drain: 5000 });
    await Promise.all(calls);
    await scene.bus({ service: 'desk' }).serve(desk, deskHandlers(scene.journal, 'second'));
    await client.quote({ article: 'last' });
    expect(scene.journal.filter(({ by }) => by === 'second').length).toBe(1);
  });

  test('a service that has waited long enough tells its handlers to end', async () => {
    const bus = scene.bus({ service: 'desk' });
    await bus.serve(desk, deskHandlers(scene.journal));
    const { desk: client } = scene.bus({ service: 'shop' }).client(shop);
    const call = client.quote.safe({ article: 'apple', behave: 'wait 4000' }, { timeoutMs: 1500 });
    await until('it is being handled', () => scene.journal.length === 1);
    const begun = Date.now();
    await bus.close({ drain: 100 });
    expect(Date.now() - begun).toBeLessThan(1400);
    expect((await call).ok).toBe(false);
  });
}
