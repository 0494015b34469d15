/** What networks and brokers do to services: each row of the table in docs/faults.md, with what was measured. */
import { expect, test } from 'vitest';
import { isFullSize, runs } from '../support/size.ts';
import { testBrokerFaults } from './broker-faults.ts';
import { FAULT_ROWS, type FaultRow, type FaultScene, measureUntil, openClient, serveDesk, watchLoss } from './fault-rows.ts';
import type { Journal } from './handlers.ts';
import { testHostileMessages } from './hostile-messages.ts';
import { leaveNothing } from './leftovers.ts';
import type { RabbitmqStage } from './rabbitmq-stage.ts';
import { until } from './stage.ts';

/** How long a call may still wait once its connection is lost (milliseconds). */
const AFTER_LOSS = 50;

type Gate = RabbitmqStage['gate'];

/** How a connection breaks off, and how the callers had called. */
const BREAKS: readonly (readonly [row: FaultRow, fault: (gate: Gate) => void, timeoutMs: number | undefined])[] = [
  ['closed', (gate) => gate.shut('end'), 5000],
  ['untimed', (gate) => gate.shut('end'), undefined],
  ['reset', (gate) => gate.shut('reset'), 5000],
  ['cut', (gate) => gate.shutAfter(10), 5000],
];

/** Plays the table. */
export function testFaults(scene: FaultScene): void {
  for (const [row, fault, timeoutMs] of BREAKS) {
    test(FAULT_ROWS[row], async () => {
      const journal: Journal = [];
      await serveDesk(scene, { journal });
      const { bus, client } = await openClient(scene);
      const options = timeoutMs === undefined ? {} : { timeoutMs };
      const totals: number[] = [];
      await measureUntil(AFTER_LOSS, async () => {
        journal.length = 0;
        const seen = watchLoss(scene);
        const calls = Array.from({ length: 10 }, () => client.quote.safe({ article: 'a', behave: 'wait 3000' }, options));
        await until('they are being handled', () => journal.length === 10);
        const lost = await seen;
        const begun = performance.now();
        fault(scene.stage.gate);
        // What cuts in the middle of a frame needs one.
        const results = await Promise.all([...calls, ...(row === 'cut' ? [client.quote.safe({ article: 'x'.repeat(500) }, options)] : [])]);
        const ended = performance.now();
        for (const result of results)
          expect(result).toMatchObject({ ok: false, error: { code: 'disconnected', data: { indeterminate: true } } });
        expect(bus.pending).toBe(0);
        scene.stage.gate.open();
        expect(await client.quote({ article: 'apple' })).toMatchObject({ price: 5 });
        totals.push(ended - begun);
        // From when a bystander could see it: what a busy machine takes until then is its own.
        return ended - (await lost.at);
      });
      scene.tell(FAULT_ROWS[row], `all ended after ${Math.min(...totals).toFixed(1)} ms`);
    });
  }

  test(FAULT_ROWS.blackHole, async () => {
    await serveDesk(scene);
    const { client } = await openClient(scene);
    scene.stage.gate.freeze();
    const begun = performance.now();
    const result = await client.quote.safe({ article: 'a' }, { timeoutMs: 700 });
    scene.tell(FAULT_ROWS.blackHole, `a call with 700 ms ended after ${Math.round(performance.now() - begun)} ms`);
    expect(result).toMatchObject({ ok: false, error: { code: 'timeout', data: { indeterminate: true } } });
    scene.stage.gate.thaw();
    expect(await client.quote({ article: 'apple' })).toMatchObject({ price: 5 });
  });

  test(FAULT_ROWS.halfOpen, async () => {
    const journal: Journal = [];
    await serveDesk(scene, { journal });
    const { client } = await openClient(scene);
    journal.length = 0;
    scene.stage.gate.freeze('answers');
    const begun = performance.now();
    const result = await client.quote.safe({ article: 'a' }, { timeoutMs: 700 });
    const took = Math.round(performance.now() - begun);
    await until('it was handled all the same', () => journal.length === 1);
    scene.tell(FAULT_ROWS.halfOpen, `a call with 700 ms ended after ${took} ms, handled all the same`);
    expect(result, 'nobody knows that it was done').toMatchObject({ ok: false, error: { code: 'timeout', data: { indeterminate: true } } });
    scene.stage.gate.thaw();
    expect(await client.quote({ article: 'apple' })).toMatchObject({ price: 5 });
  });

  test(FAULT_ROWS.serverCut, async () => {
    const journal: Journal = [];
    await serveDesk(scene, { journal, direct: false });
    const { client } = await openClient(scene, true);
    journal.length = 0;
    const calls = Array.from({ length: 10 }, () => client.quote.safe({ article: 'apple', behave: 'wait 400' }));
    await until('they are being handled', () => journal.length === 10);
    const begun = performance.now();
    scene.stage.gate.shut();
    scene.stage.gate.open();
    const results = await Promise.all(calls);
    const answered = results.filter(({ ok }) => ok).length;
    scene.tell(FAULT_ROWS.serverCut, `${answered} answered after ${Math.round(performance.now() - begun)} ms, ${journal.length} runs`);
    expect(answered, JSON.stringify(results.find(({ ok }) => !ok))).toBe(10);
    expect(journal.length).toBeLessThanOrEqual(20);
  });

  test(FAULT_ROWS.closing, async () => {
    const journal: Journal = [];
    const { serving } = await serveDesk(scene, { journal });
    const { client } = await openClient(scene);
    journal.length = 0;
    const calls = Array.from({ length: 20 }, () => client.quote.safe({ article: 'apple', behave: 'wait 500' }));
    await until('they are being handled', () => journal.length === 20);
    const begun = performance.now();
    await serving.close({ drain: 5000 });
    const took = Math.round(performance.now() - begun);
    const results = await Promise.all(calls);
    scene.tell(FAULT_ROWS.closing, `${took} ms, ${results.filter(({ ok }) => ok).length} answered`);
    expect(results.every(({ ok }) => ok)).toBe(true);
  });

  test(FAULT_ROWS.outage, async () => {
    const journal: Journal = [];
    await serveDesk(scene, { journal });
    const { client } = await openClient(scene);
    scene.stage.gate.shut();
    await new Promise((done) => setTimeout(done, 100));
    const begun = performance.now();
    const notes = Array.from({ length: 50 }, (_, index) => client.note({ text: String(index) }));
    setTimeout(() => scene.stage.gate.open(), 1000);
    await Promise.all(notes);
    scene.tell(FAULT_ROWS.outage, `all confirmed after ${Math.round(performance.now() - begun)} ms`);
    await until('all are handled', () => journal.filter(({ what }) => what === 'note').length === 50);
  });

  test(FAULT_ROWS.timedOut, { timeout: 600_000 }, async () => {
    const count = runs(2_000, 100_000);
    const { left, grown } = await leaveNothing(scene.bus({ service: 'shop' }), scene.bus({ service: 'desk' }), count);
    const kilobytes = Math.round(grown / 1024);
    scene.tell(
      FAULT_ROWS.timedOut,
      `${left} entries, timers and listeners of ${count} calls; ${kilobytes} KB of heap after the first tenth`,
    );
  });

  testHostileMessages(scene);
  testBrokerFaults(scene, isFullSize);
}
