/** What brokers and networks do to services: each row of the table in docs/runtime.md, with what was measured. Times are told, and decide nothing. */

import { expect, test } from 'vitest';
import { type Bus, createBus } from '../../src/runtime/index.ts';
import { isFullSize } from '../support/size.ts';
import { desk } from './generated/desk.ts';
import { shop } from './generated/shop.ts';
import { deskHandlers, type Journal } from './handlers.ts';
import type { RabbitmqStage } from './rabbitmq-stage.ts';
import { until } from './stage.ts';

/** What the rows work with. */
export type FaultScene = {
  readonly stage: RabbitmqStage;
  bus(options: { readonly service: string; readonly direct?: boolean }): Bus;
  /** A `rabbitmqctl` command. */
  control(...args: readonly string[]): Promise<string>;
  /** Told what a row measured. */
  tell(row: string, figures: string): void;
};

/** Plays the table. `direct` buses do not go through the gate. */
export function testFaults(scene: FaultScene): void {
  const served = async (journal: Journal = [], direct = true) => {
    const bus = scene.bus({ service: 'desk', direct });
    const serving = await bus.serve(desk, deskHandlers(journal));
    return { bus, serving };
  };
  const asking = async (direct = false) => {
    const bus = scene.bus({ service: 'shop', direct });
    const client = bus.client(shop).desk;
    await client.quote({ article: 'warm' });
    return { bus, client };
  };

  for (const [name, fault] of [
    ['is closed', (gate) => gate.shut('end')],
    ['is reset', (gate) => gate.shut('reset')],
    ['is cut in the middle of a frame', (gate) => gate.shutAfter(10)],
  ] as readonly (readonly [string, (gate: RabbitmqStage['gate']) => void])[]) {
    test(`the connection ${name} with ten calls in flight`, async () => {
      const journal: Journal = [];
      await served(journal);
      const { bus, client } = await asking();
      const calls = Array.from({ length: 10 }, () => client.quote.safe({ article: 'a', behave: 'wait 3000' }));
      await until('they are being handled', () => journal.length === 11);
      const begun = performance.now();
      fault(scene.stage.gate);
      // What cuts in the middle of a frame needs one.
      const more = client.quote.safe({ article: 'x'.repeat(500) });
      const results = await Promise.all([...calls, more]);
      scene.tell(`connection ${name}, 10 in flight`, `all ended after ${Math.round(performance.now() - begun)} ms`);
      for (const result of results)
        expect(result).toMatchObject({ ok: false, error: { code: 'disconnected', data: { indeterminate: true } } });
      expect(bus.pending).toBe(0);
      scene.stage.gate.open();
      expect(await client.quote({ article: 'apple' })).toMatchObject({ price: 5 });
    });
  }

  test('RabbitMQ closes the connection itself', async () => {
    const journal: Journal = [];
    await served(journal);
    const { client } = await asking();
    const calls = Array.from({ length: 10 }, () => client.quote.safe({ article: 'a', behave: 'wait 3000' }));
    await until('they are being handled', () => journal.length === 11);
    const name = await connectionOf(scene, 'shop');
    const begun = performance.now();
    await scene.stage.vhost.call('DELETE', `/api/connections/${encodeURIComponent(name)}`);
    const results = await Promise.all(calls);
    scene.tell('closed by RabbitMQ, 10 in flight', `all ended after ${Math.round(performance.now() - begun)} ms`);
    for (const result of results) expect(result).toMatchObject({ ok: false, error: { code: 'disconnected' } });
    expect(await client.quote({ article: 'apple' })).toMatchObject({ price: 5 });
  });

  test('the way goes dead without a word', async () => {
    await served();
    const { client } = await asking();
    scene.stage.gate.freeze();
    const begun = performance.now();
    const result = await client.quote.safe({ article: 'a' }, { timeoutMs: 700 });
    scene.tell('black hole, a call with 700 ms', `ended after ${Math.round(performance.now() - begun)} ms`);
    expect(result).toMatchObject({ ok: false, error: { code: 'timeout', data: { indeterminate: true } } });
    scene.stage.gate.thaw();
    expect(await client.quote({ article: 'apple' })).toMatchObject({ price: 5 });
  });

  test('the connection of the server dies while ten handlers run', async () => {
    const journal: Journal = [];
    await served(journal, false);
    const { client } = await asking(true);
    journal.length = 0;
    const calls = Array.from({ length: 10 }, () => client.quote.safe({ article: 'apple', behave: 'wait 400' }));
    await until('they are being handled', () => journal.length === 10);
    const begun = performance.now();
    scene.stage.gate.shut();
    scene.stage.gate.open();
    const results = await Promise.all(calls);
    scene.tell(
      'server connection dies, 10 handlers',
      `${results.filter(({ ok }) => ok).length} answered after ${Math.round(performance.now() - begun)} ms, ${journal.length} runs`,
    );
    expect(
      results.every(({ ok }) => ok),
      JSON.stringify(results.find(({ ok }) => !ok)),
    ).toBe(true);
    expect(journal.length).toBeLessThanOrEqual(20);
  });

  test('nobody would receive it', async () => {
    await served();
    const { client } = await asking();
    const quote = {
      ...shop.uses.desk.quote,
      id: 'desk.nowhere',
      send: { kind: 'rabbitmq', exchange: 'desk.inbox', routingKey: 'nowhere' },
    } as const;
    const lost = scene.bus({ service: 'shop' }).client({ ...shop, uses: { desk: { quote } } }).desk;
    await lost.quote.safe({ article: 'warm' });
    const times: number[] = [];
    for (let call = 0; call < 100; call += 1) {
      const begun = performance.now();
      expect(await lost.quote.safe({ article: 'a' })).toMatchObject({ ok: false, error: { code: 'unroutable' } });
      times.push(performance.now() - begun);
    }
    times.sort((a, b) => a - b);
    scene.tell('unroutable', `p50 ${times[49]?.toFixed(2)} ms, p99 ${times[98]?.toFixed(2)} ms`);
    const nowhere = { ...quote, id: 'desk.void', send: { kind: 'rabbitmq', exchange: 'no.such.exchange', routingKey: 'x' } } as const;
    const gone = scene.bus({ service: 'shop' }).client({ ...shop, uses: { desk: { quote: nowhere } } }).desk;
    const result = await gone.quote.safe({ article: 'a' });
    if (result.ok) throw new Error('it was answered');
    expect(result.error.code).toBe('unroutable');
    expect(result.error.message).toContain('msgctl provision');
    expect(await client.quote({ article: 'apple' })).toMatchObject({ price: 5 });
  });

  test('a missing exchange takes nothing else with it', async () => {
    await served();
    const nowhere = {
      ...shop.uses.desk.note,
      id: 'desk.void',
      send: { kind: 'rabbitmq', exchange: 'no.such.exchange', routingKey: 'x' },
    } as const;
    const bus = scene.bus({ service: 'shop' });
    const gone = bus.client({ ...shop, uses: { desk: { note: nowhere } } }).desk;
    const { quote } = bus.client(shop).desk;
    await quote({ article: 'warm' });
    const [lost, ...others] = await Promise.allSettled([
      gone.note({ text: 'x' }),
      ...Array.from({ length: 20 }, () => quote({ article: 'apple' })),
    ]);
    expect(lost.status).toBe('rejected');
    expect(others.filter(({ status }) => status === 'fulfilled').length).toBe(20);
  });

  test('a service stops while twenty handlers run', async () => {
    const journal: Journal = [];
    const { serving } = await served(journal);
    const { client } = await asking();
    const calls = Array.from({ length: 20 }, () => client.quote.safe({ article: 'apple', behave: 'wait 500' }));
    await until('they are being handled', () => journal.length === 21);
    const begun = performance.now();
    await serving.close({ drain: 5000 });
    const took = Math.round(performance.now() - begun);
    const results = await Promise.all(calls);
    scene.tell('close() with 20 running handlers', `${took} ms, ${results.filter(({ ok }) => ok).length} answered`);
    expect(results.every(({ ok }) => ok)).toBe(true);
  });

  test('messages are sent while there is no connection', async () => {
    const journal: Journal = [];
    await served(journal);
    const { client } = await asking();
    scene.stage.gate.shut();
    await new Promise((done) => setTimeout(done, 100));
    const begun = performance.now();
    const notes = Array.from({ length: 50 }, (_, index) => client.note({ text: String(index) }));
    setTimeout(() => scene.stage.gate.open(), 1000);
    await Promise.all(notes);
    scene.tell('50 sent during an outage of 1 s', `all confirmed after ${Math.round(performance.now() - begun)} ms`);
    await until('all are handled', () => journal.filter(({ what }) => what === 'note').length === 50);
  });

  test('a queue is deleted while it is consumed from', async () => {
    const journal: Journal = [];
    await served(journal);
    const { client } = await asking();
    await scene.stage.vhost.call('DELETE', `/api/queues/${scene.stage.vhost.name}/desk.quote`);
    const begun = performance.now();
    expect(await client.quote.safe({ article: 'a' })).toMatchObject({ ok: false, error: { code: 'unroutable' } });
    await scene.stage.provision();
    await until('it is consumed from again', async () => (await client.quote.safe({ article: 'apple' }, { timeoutMs: 500 })).ok, 15_000);
    scene.tell('queue deleted and made again', `answered again after ${Math.round(performance.now() - begun)} ms`);
  });

  test.skipIf(!isFullSize)('RabbitMQ runs out of memory', async () => {
    const journal: Journal = [];
    await served(journal);
    const { client } = await asking();
    await scene.control('set_vm_memory_high_watermark', '0.0001');
    try {
      await client.note({ text: 'it takes a message to notice' }).catch(() => undefined);
      await new Promise((done) => setTimeout(done, 1000));
      const begun = performance.now();
      const result = await client.quote.safe({ article: 'a' }, { timeoutMs: 500 });
      scene.tell('memory alarm, a call with 500 ms', `ended after ${Math.round(performance.now() - begun)} ms`);
      expect(result).toMatchObject({ ok: false, error: { code: 'timeout' } });
    } finally {
      await scene.control('set_vm_memory_high_watermark', '0.6');
    }
    await until('it takes messages again', async () => (await client.quote.safe({ article: 'apple' }, { timeoutMs: 1000 })).ok, 15_000);
  });

  test('calls that were not answered leave nothing behind', async () => {
    const silent = { ...shop.uses.desk.quote, limit: { concurrent: 100_000 } };
    await (await served()).serving.close();
    const bus = scene.bus({ service: 'shop' });
    const client = bus.client({ ...shop, uses: { desk: { quote: silent } } }).desk;
    const results = await Promise.all(Array.from({ length: 2000 }, () => client.quote.safe({ article: 'a' }, { timeoutMs: 1000 })));
    expect(results.every((result) => !result.ok && result.error.code === 'timeout')).toBe(true);
    expect(bus.pending).toBe(0);
    scene.tell('2,000 calls that timed out', `${bus.pending} entries left`);
  });
}

/** The connection of a service, by the name that it gives itself. */
async function connectionOf({ stage: { vhost } }: FaultScene, service: string): Promise<string> {
  let found: string | undefined;
  await until(
    `the management knows the connection of ${service}`,
    async () => {
      const connections = (await vhost.call('GET', `/api/vhosts/${vhost.name}/connections`)) as readonly {
        readonly name: string;
        readonly client_properties?: { readonly connection_name?: string };
      }[];
      found = connections.find(({ client_properties: given }) => given?.connection_name?.startsWith(`${service} `))?.name;
      return found !== undefined;
    },
    15_000,
  );
  return found ?? '';
}

/** Opens buses, and closes them. */
export function createBuses(stage: () => RabbitmqStage): { bus: FaultScene['bus']; closeAll(): Promise<void> } {
  const buses = new Set<Bus>();
  return {
    bus({ service, direct = false }) {
      const bus = createBus({ transport: direct ? stage().directTransport() : stage().transport(), service });
      buses.add(bus);
      return bus;
    },
    async closeAll() {
      await Promise.all([...buses].map((bus) => bus.close({ drain: 200 })));
      buses.clear();
    },
  };
}
