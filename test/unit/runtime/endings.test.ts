/** What outlives what it belongs to, or must not: transports beside each other, claims and their leases, handlers and what they left behind. */
import { afterEach, describe, expect, test } from 'vitest';
import { type Bus, type Claim, type Claimed, createBus, type DeduplicationStore, memoryDeduplication } from '../../../src/runtime/index.ts';
import { manualClock, memory } from '../../../src/runtime/memory.ts';
import { createPendingAnswers } from '../../../src/runtime/sending/pending-answers.ts';
import { audit } from '../../conformance/generated/audit.ts';
import { desk } from '../../conformance/generated/desk.ts';
import { shop } from '../../conformance/generated/shop.ts';
import { auditHandlers, deskHandlers, type Journal } from '../../conformance/handlers.ts';
import { until } from '../../conformance/stage.ts';

const buses: Bus[] = [];
const open = (options: Parameters<typeof createBus>[0]): Bus => {
  const bus = createBus(options);
  buses.push(bus);
  return bus;
};
afterEach(async () => {
  await Promise.all(buses.splice(0).map((bus) => bus.close({ drain: 100 })));
});

test('a transport that loses its connection ends nothing that waits for an answer over another', async () => {
  const line = memory();
  const other = memory();
  await open({ transport: line, service: 'desk' }).serve(desk, deskHandlers([]));
  const bus = open({ transport: { line, other }, service: 'shop' });
  const call = bus.client(shop).desk.quote({ article: 'apple', behave: 'wait 100' });
  await until('it is under way', () => bus.pending === 1);
  other.interrupt(10);
  expect(await call).toMatchObject({ price: 5 });
  const lost = bus.client(shop).desk.quote.safe({ article: 'apple', behave: 'wait 1000' });
  await until('it is under way', () => bus.pending === 1);
  line.interrupt(10);
  expect(await lost).toMatchObject({ ok: false, error: { code: 'disconnected', data: { indeterminate: true } } });
});

test('a call that ends while there is no connection is never sent, and says so', async () => {
  const transport = memory();
  await open({ transport, service: 'desk' }).serve(desk, deskHandlers([]));
  const { desk: client } = open({ transport, service: 'shop' }).client(shop);
  await client.quote({ article: 'warm' });
  transport.interrupt(150);
  const giving = new AbortController();
  const aborted = client.quote.safe({ article: 'a' }, { signal: giving.signal });
  const late = client.quote.safe({ article: 'b' }, { timeoutMs: 30 });
  giving.abort();
  expect(await aborted).toMatchObject({ ok: false, error: { code: 'aborted', data: { indeterminate: false } } });
  expect(await late).toMatchObject({ ok: false, error: { code: 'timeout', data: { indeterminate: false } } });
  expect(await client.quote({ article: 'fig' })).toMatchObject({ price: 3 });
  expect(transport.inspect(desk.provides.quote).sent.map(({ payload }) => payload)).toEqual([{ article: 'warm' }, { article: 'fig' }]);
});

test('what was sent, or could not be, makes room for what comes next', async () => {
  const transport = memory();
  const note = { ...shop.uses.desk.note, limit: { concurrent: 2 } };
  const { desk: client } = open({ transport, service: 'shop' }).client({ ...shop, uses: { desk: { note } } } as unknown as typeof shop);
  for (let sent = 0; sent < 5; sent += 1) await expect(client.note({ text: 'x' })).rejects.toMatchObject({ code: 'unroutable' });
  transport.provision(desk);
  for (let sent = 0; sent < 5; sent += 1) await client.note({ text: 'x' });
  const three = await Promise.allSettled([1, 2, 3].map(() => client.note({ text: 'x' })));
  expect(three.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
});

test('whatever ends the wait for an answer leaves no timer behind', () => {
  const timers = new Set<object>();
  const clock = {
    now: () => 0,
    after() {
      const timer = { cancel: () => void timers.delete(timer) };
      timers.add(timer);
      return timer;
    },
  };
  const pending = createPendingAnswers(clock);
  const lost: string[] = [];
  const waiter = { answer: () => undefined, expire: () => undefined, lose: ({ message }: Error) => void lost.push(message) };
  for (const id of ['one', 'two', 'three']) pending.add(id, 1000, waiter);
  expect([pending.remove('one'), pending.remove('one')]).toEqual([true, false]);
  expect({ timers: timers.size, waiting: pending.size }).toEqual({ timers: 2, waiting: 2 });
  pending.loseAll(new Error('gone'));
  expect({ timers: timers.size, waiting: pending.size, lost }).toEqual({ timers: 0, waiting: 0, lost: ['gone', 'gone'] });
});

test('a handler that takes longer than its service waits is told that it stops, and a bus is closed once', async () => {
  const transport = memory();
  const told: unknown[] = [];
  const bus = open({ transport, service: 'desk' });
  const note = (_message: unknown, { signal }: { readonly signal: AbortSignal }) =>
    new Promise<void>((done) => {
      signal.addEventListener('abort', () => {
        told.push(signal.reason);
        done();
      });
    });
  const serving = await bus.serve(desk, { ...deskHandlers([]), note });
  await open({ transport, service: 'shop' }).client(shop).desk.note({ text: 'x' });
  await until('it is being handled', () => serving.active === 1);
  await serving.close({ drain: 10 });
  expect(told).toMatchObject([{ code: 'aborted', message: 'The service stops.' }]);
  const closing = bus.close();
  expect(bus.close({ drain: 0 })).toBe(closing);
  await closing;
});

test('a bus that is closed waits for its calls, for a while', async () => {
  const transport = memory();
  await open({ transport, service: 'desk' }).serve(desk, deskHandlers([]));
  const bus = open({ transport, service: 'shop' });
  const call = bus.client(shop).desk.quote.safe({ article: 'apple', behave: 'wait 50' });
  await until('it is under way', () => bus.pending === 1);
  await bus.close({ drain: 5000 });
  expect(await call).toMatchObject({ ok: true, value: { price: 5 } });
});

test('nothing is received over a bus that is closed, and what it held is handled elsewhere', async () => {
  const transport = memory();
  const journal: Journal = [];
  const first = open({ transport, service: 'audit' });
  await first.close();
  await expect(first.serve(audit, auditHandlers(journal))).rejects.toMatchObject({ code: 'disconnected' });
  await open({ transport, service: 'audit' }).serve(audit, auditHandlers(journal, 'second'));
  await open({ transport, service: 'desk' }).client(desk).posted({ text: 'x' });
  await until('it is handled', () => journal.length === 1);
  expect(journal[0]?.by).toBe('second');
});

test('what a handler left behind has its own time once the handler has ended', async () => {
  const transport = memory();
  const relay = open({ transport, service: 'shop' });
  const { desk: client } = relay.client(shop);
  let loop: Promise<unknown> | undefined;
  await open({ transport, service: 'desk' }).serve(desk, {
    ...deskHandlers([]),
    place: () => {
      loop ??= new Promise((done) => setTimeout(done, 200)).then(() => client.quote({ article: 'apple' }));
      return { number: 1 };
    },
  });
  await client.place({ orderId: 'o', article: 'a' }, { timeoutMs: 120 });
  expect(await loop).toMatchObject({ price: 5 });
});

describe('a claim', () => {
  const claimed = (): Claimed => ({ scope: 's', key: 'k', fingerprint: 'f', message: 'm' });

  test('whose lease is over does not give back what another has claimed since', async () => {
    const clock = manualClock();
    const store = memoryDeduplication(clock);
    const [first, second] = [claimed(), claimed()];
    await store.claim(first, 100);
    await clock.advance(200);
    expect(await store.claim(second, 1000)).toEqual({ kind: 'new' });
    await store.abandon(first);
    expect(await store.claim(claimed(), 1000)).toEqual({ kind: 'busy' });
    await store.abandon(second);
    expect(await store.claim(claimed(), 1000)).toEqual({ kind: 'new' });
  });

  const serve = async (store: Partial<DeduplicationStore>) => {
    const clock = manualClock();
    const transport = memory({ clock });
    const journal: Journal = [];
    const known = memoryDeduplication(clock);
    const deduplication = { claim: known.claim, complete: known.complete, abandon: known.abandon, ...store };
    const serving = await open({ transport, service: 'desk' }).serve(desk, deskHandlers(journal), { deduplication });
    return { clock, transport, journal, serving, client: open({ transport, service: 'shop' }).client(shop).desk, known };
  };

  test('of what fails is given back, so that it is handled again', async () => {
    const clock = manualClock();
    const transport = memory({ clock });
    const attempts: number[] = [];
    const booked = { ...desk.provides.booked, policy: { ...desk.provides.booked.policy, retryDelays: [1000] } };
    await open({ transport, service: 'desk' }).serve(
      { ...desk, provides: { ...desk.provides, booked } },
      {
        ...deskHandlers([]),
        booked(_move, { attempt }) {
          attempts.push(attempt);
          if (attempt === 1) throw new Error('not yet');
        },
      },
    );
    const booking = open({ transport, service: 'shop' }).client(shop).desk.booked({ thing: 'chair', step: 1 });
    await clock.advance(2000);
    await booking;
    expect(attempts).toEqual([1, 2]);
  });

  test('that takes longer than there is time does not begin anything, and is given back', async () => {
    let answer: (claim: Claim) => void = () => undefined;
    const abandoned: Claimed[] = [];
    const { clock, journal, serving, client } = await serve({
      claim: () => new Promise((give) => (answer = give)),
      abandon: async (given) => void abandoned.push(given),
    });
    const call = client.place.safe({ orderId: 'o', article: 'a' }, { timeoutMs: 1000 });
    await clock.advance(1500);
    expect(await call).toMatchObject({ ok: false, error: { code: 'timeout' } });
    answer({ kind: 'new' });
    await clock.advance(100);
    expect(journal).toEqual([]);
    expect(abandoned.length).toBe(1);
    expect(serving.active).toBe(0);
  });

  test('that is granted when the time is over begins nothing either', async () => {
    const abandoned: Claimed[] = [];
    const clock = manualClock();
    const transport = memory({ clock });
    const journal: Journal = [];
    let later = 0;
    // As where a process was busy for so long that none of its timers has acted yet.
    const busy = { now: () => clock.now() + later, after: clock.after };
    const deduplication: DeduplicationStore = {
      async claim() {
        later = 2000;
        return { kind: 'new' };
      },
      complete: async () => undefined,
      abandon: async (given) => void abandoned.push(given),
    };
    await open({ transport, service: 'desk', clock: busy }).serve(desk, deskHandlers(journal), { deduplication });
    const { desk: client } = open({ transport, service: 'shop' }).client(shop);
    const call = client.place.safe({ orderId: 'o', article: 'a' }, { timeoutMs: 1000 });
    await clock.advance(1500);
    expect(await call).toMatchObject({ ok: false, error: { code: 'timeout' } });
    expect(journal).toEqual([]);
    expect(abandoned.length).toBe(1);
    expect(transport.inspect(desk.provides.place)).toMatchObject({ unsettled: 0, waiting: 0 });
  });

  test('that cannot be completed keeps nobody waiting for the answer', async () => {
    const { clock, client, serving } = await serve({ complete: () => new Promise(() => undefined) });
    const call = client.place.safe({ orderId: 'o', article: 'a' }, { timeoutMs: 5000 });
    await clock.advance(10);
    await clock.advance(5100);
    expect(await call).toMatchObject({ ok: false, error: { code: 'timeout' } });
    expect(serving.active).toBe(0);
  });

  test('lasts longer than its handler may', async () => {
    const leases: number[] = [];
    const { clock, client, known } = await serve({
      claim: (given, lease) => {
        leases.push(lease);
        return known.claim(given, lease);
      },
    });
    const booked = client.booked({ thing: 'chair', step: 1 });
    const placed = client.place.safe({ orderId: 'o', article: 'a' }, { timeoutMs: 1000 });
    await clock.advance(100);
    await Promise.all([booked, placed]);
    expect(leases.map((lease) => Math.round(lease))).toEqual([5 * 60_000 + 5000, 1000 + 5000]);
  });
});
