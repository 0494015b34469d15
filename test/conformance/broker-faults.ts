/** Rows of the table in docs/faults.md that a broker makes, or that handlers make of it. */
import { connect } from 'amqplib';
import { expect, test } from 'vitest';
import type { WireMessage } from '../../src/runtime/index.ts';
import { runs } from '../support/size.ts';
import { FAULT_ROWS, type FaultScene, measureUntil, openClient, serveDesk } from './fault-rows.ts';
import { audit } from './generated/audit.ts';
import { desk } from './generated/desk.ts';
import { shop } from './generated/shop.ts';
import { auditHandlers, type Journal } from './handlers.ts';
import { until } from './stage.ts';

/** What docs/runtime.md promises (milliseconds). */
const AFTER_LOSS = 50;
const UNROUTABLE_MEDIAN = 5;
/** Where a broker takes part in what is measured, a machine that does much else is given so many times as long; `npm run verify` is not. */
const SHARED = runs(20, 1);

/** An interaction whose messages reach nobody. */
const nowhere = {
  ...shop.uses.desk.quote,
  id: 'desk.nowhere',
  send: { kind: 'rabbitmq', exchange: 'desk.inbox', routingKey: 'nowhere' },
} as const;
const missing = { kind: 'rabbitmq', exchange: 'no.such.exchange', routingKey: 'x' } as const;

/** Plays these rows; those that disturb a whole node where `all` of them are wanted. */
export function testBrokerFaults(scene: FaultScene, all: boolean): void {
  test(FAULT_ROWS.closedByBroker, async () => {
    const journal: Journal = [];
    await serveDesk(scene, { journal });
    const { client } = await openClient(scene);
    const closed = new Set<string>();
    const took = await measureUntil(SHARED * AFTER_LOSS, async () => {
      const name = await connectionOf(scene, 'shop', closed);
      closed.add(name);
      journal.length = 0;
      const calls = Array.from({ length: 10 }, () => client.quote.safe({ article: 'a', behave: 'wait 4000' }));
      await until('they are being handled', () => journal.length === 10);
      // The broker tells the connection before it answers.
      await scene.stage.vhost.call('DELETE', `/api/connections/${encodeURIComponent(name)}`);
      const begun = performance.now();
      const results = await Promise.all(calls);
      for (const result of results) expect(result).toMatchObject({ ok: false, error: { code: 'disconnected' } });
      const ended = performance.now() - begun;
      expect(await client.quote({ article: 'apple' })).toMatchObject({ price: 5 });
      return ended;
    });
    scene.tell(FAULT_ROWS.closedByBroker, `all ended ${took.toFixed(1)} ms after it had said so`);
  });

  test(FAULT_ROWS.unroutable, async () => {
    await serveDesk(scene);
    const { client } = await openClient(scene);
    const lost = scene.bus({ service: 'shop' }).client({ ...shop, uses: { desk: { quote: nowhere } } }).desk;
    await lost.quote.safe({ article: 'warm' });
    const told = { p50: 0, p99: 0 };
    await measureUntil(SHARED * UNROUTABLE_MEDIAN, async () => {
      const times: number[] = [];
      for (let call = 0; call < 100; call += 1) {
        const begun = performance.now();
        expect(await lost.quote.safe({ article: 'a' })).toMatchObject({
          ok: false,
          error: { code: 'unroutable', data: { indeterminate: false } },
        });
        times.push(performance.now() - begun);
      }
      times.sort((a, b) => a - b);
      Object.assign(told, { p50: times[49], p99: times[98] });
      return told.p50;
    });
    scene.tell(FAULT_ROWS.unroutable, `p50 ${told.p50.toFixed(2)} ms, p99 ${told.p99.toFixed(2)} ms`);
    expect(await client.quote({ article: 'apple' })).toMatchObject({ price: 5 });
  });

  test(FAULT_ROWS.noExchange, async () => {
    await serveDesk(scene);
    const bus = scene.bus({ service: 'shop' });
    const quote = { ...shop.uses.desk.quote, id: 'desk.void', send: missing };
    const note = { ...shop.uses.desk.note, id: 'desk.void', send: missing };
    const gone = bus.client({ ...shop, uses: { desk: { quote, note } } }).desk;
    const { desk: client } = bus.client(shop);
    await client.quote({ article: 'warm' });
    const begun = performance.now();
    const result = await gone.quote.safe({ article: 'a' });
    const took = performance.now() - begun;
    if (result.ok) throw new Error('it was answered');
    expect(result.error.code).toBe('unroutable');
    expect(result.error.message).toContain('msgctl provision');
    const [lost, ...others] = await Promise.allSettled([
      gone.note({ text: 'x' }),
      ...Array.from({ length: 20 }, () => client.quote({ article: 'apple' })),
    ]);
    const answered = others.filter(({ status }) => status === 'fulfilled').length;
    scene.tell(FAULT_ROWS.noExchange, `told after ${took.toFixed(1)} ms; of 20 other calls ${answered} were answered`);
    expect(lost.status).toBe('rejected');
    expect(answered, 'it takes nothing else with it').toBe(20);
  });

  test('an answer to an exchange that is not there takes no other answer with it', async () => {
    const journal: Journal = [];
    await serveDesk(scene, { journal });
    const { client } = await openClient(scene, true);
    journal.length = 0;
    const hands = await connect(scene.stage.vhost.url);
    try {
      const channel = await hands.createConfirmChannel();
      const stray = { type: 'desk.quote', contentType: 'application/json', replyTo: 'nowhere/at-all', headers: { 'x-msgctl': 't=60000' } };
      const calls: Promise<unknown>[] = [];
      for (let number = 0; number < 20; number += 1) {
        channel.publish('desk.inbox', 'quote', Buffer.from('{"article":"stray"}'), { ...stray, messageId: `stray-${number}` });
        calls.push(client.quote({ article: 'apple' }));
      }
      await channel.waitForConfirms();
      for (const answer of await Promise.all(calls)) expect(answer).toMatchObject({ price: 5 });
      await until('those whose answers nobody gets are handled, too', () => journal.length === 40);
      expect(await client.quote({ article: 'pear' })).toMatchObject({ price: 4 });
    } finally {
      await hands.close();
    }
  });

  test(FAULT_ROWS.poison, async () => {
    const journal: Journal = [];
    await serveDesk(scene, { journal });
    const { client } = await openClient(scene);
    journal.length = 0;
    await client.note({ text: 'poison', behave: 'throw' });
    const dead: WireMessage[] = [];
    await until(
      'it is a dead letter',
      async () => {
        dead.push(...(await scene.stage.takeDead('desk.note')));
        return dead.length > 0;
      },
      15_000,
    );
    await new Promise((done) => setTimeout(done, 200));
    const pauses = journal.slice(1).map(({ at }, index) => at - (journal[index]?.at ?? 0));
    scene.tell(FAULT_ROWS.poison, `${journal.length} starts, ${pauses.join(' and ')} ms apart; dead letter: ${dead[0]?.meta.reason}`);
    expect(journal.length).toBe(3);
    expect(dead.map(({ meta }) => meta.attempt)).toEqual([3]);
  });

  test(FAULT_ROWS.queueDeleted, async () => {
    await serveDesk(scene);
    const { client } = await openClient(scene);
    await scene.stage.vhost.call('DELETE', `/api/queues/${scene.stage.vhost.name}/desk.quote`);
    expect(await client.quote.safe({ article: 'a' })).toMatchObject({ ok: false, error: { code: 'unroutable' } });
    await scene.stage.provision();
    const begun = performance.now();
    await until('it is consumed from again', async () => (await client.quote.safe({ article: 'apple' }, { timeoutMs: 500 })).ok, 30_000);
    scene.tell(FAULT_ROWS.queueDeleted, `unroutable; answered again ${Math.round(performance.now() - begun)} ms after it was there again`);
  });

  test.skipIf(!all)(FAULT_ROWS.memoryAlarm, async () => {
    await serveDesk(scene);
    const { client } = await openClient(scene);
    await scene.broker.control('set_vm_memory_high_watermark', '0.0001');
    try {
      await until('it takes nothing any more', async () => !(await client.quote.safe({ article: 'a' }, { timeoutMs: 300 })).ok, 30_000);
      const begun = performance.now();
      const result = await client.quote.safe({ article: 'a' }, { timeoutMs: 500 });
      scene.tell(FAULT_ROWS.memoryAlarm, `a call with 500 ms ended after ${Math.round(performance.now() - begun)} ms`);
      expect(result).toMatchObject({ ok: false, error: { code: 'timeout' } });
    } finally {
      await scene.broker.control('set_vm_memory_high_watermark', '0.6');
    }
    await until('it takes messages again', async () => (await client.quote.safe({ article: 'apple' }, { timeoutMs: 1000 })).ok, 30_000);
  });

  // Last, as it is the longest.
  test.skipIf(!all)(FAULT_ROWS.restart, async () => {
    const journal: Journal = [];
    const { bus: server } = await serveDesk(scene, { journal });
    const { bus, client } = await openClient(scene);
    // Nobody handles them yet: they wait on the broker, which has confirmed them.
    await Promise.all(Array.from({ length: 20 }, (_, index) => server.client(desk).posted({ text: `before ${index}` })));
    journal.length = 0;
    const calls = Array.from({ length: 10 }, () => client.quote.safe({ article: 'a', behave: 'wait 60000' }, { timeoutMs: 5000 }));
    await until('they are being handled', () => journal.length === 10, 15_000);
    const restarted = scene.broker.restart();
    const results = await Promise.all(calls);
    for (const result of results)
      expect(result).toMatchObject({ ok: false, error: { code: 'disconnected', data: { indeterminate: true } } });
    expect(bus.pending).toBe(0);
    await restarted;
    const begun = performance.now();
    await until('it answers again', async () => (await client.quote.safe({ article: 'apple' }, { timeoutMs: 1000 })).ok, 60_000);
    const took = Math.round(performance.now() - begun);
    const heard: Journal = [];
    await scene.bus({ service: 'audit', direct: true }).serve(audit, auditHandlers(heard));
    await until('what was confirmed before is handled', () => heard.length === 20, 30_000);
    scene.tell(
      FAULT_ROWS.restart,
      `10 calls disconnected, 20 of 20 confirmed messages handled, answered again ${took} ms after it was there`,
    );
  });
}

/** The connection of a service, by the name that it gives itself. The management knows of old ones for a while. */
async function connectionOf({ stage: { vhost } }: FaultScene, service: string, old: ReadonlySet<string>): Promise<string> {
  let found: string | undefined;
  await until(
    `the management knows the connection of ${service}`,
    async () => {
      const connections = (await vhost.call('GET', `/api/vhosts/${vhost.name}/connections`)) as readonly {
        readonly name: string;
        readonly client_properties?: { readonly connection_name?: string };
      }[];
      const own = connections.filter(({ client_properties: given }) => given?.connection_name?.startsWith(`${service} `));
      found = own.find(({ name }) => !old.has(name))?.name;
      return found !== undefined;
    },
    30_000,
  );
  return found ?? '';
}
