/** Whoever watches may fail in every way: what is watched goes on as if nobody did. */
import { afterEach, describe, expect, test } from 'vitest';
import { createBus, type Telemetry } from '../../../src/runtime/index.ts';
import { memory } from '../../../src/runtime/memory.ts';
import { makeSafe } from '../../../src/runtime/telemetry.ts';
import { desk } from '../../conformance/generated/desk.ts';
import { shop } from '../../conformance/generated/shop.ts';
import { deskHandlers, type Journal } from '../../conformance/handlers.ts';
import { until } from '../../conformance/stage.ts';

const fail = (): never => {
  throw new Error('The collector is away.');
};
const failLater = async (): Promise<never> => fail();

/** Everything that can be watched, failing. */
const WATCHERS: Readonly<Record<string, Telemetry>> = {
  'when something begins': { sending: fail, handling: fail, count: fail, log: fail },
  'when something ends': { sending: () => ({ end: fail }), handling: () => ({ end: fail }) },
  'before it runs a handler': { handling: () => ({ run: fail, end: () => undefined }) },
  'after it has run a handler': {
    handling: () => ({
      run: (act) => {
        act();
        return fail();
      },
      end: () => undefined,
    }),
  },
  later: { sending: () => ({ end: failLater }), handling: () => ({ end: failLater }), count: failLater, log: failLater },
};

describe('a watcher that fails', () => {
  const buses: { close(options: { readonly drain: number }): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(buses.splice(0).map((bus) => bus.close({ drain: 100 })));
  });
  test.each(Object.entries(WATCHERS))('%s breaks nothing', async (_when, telemetry) => {
    const rejections: unknown[] = [];
    const note = (reason: unknown) => rejections.push(reason);
    process.on('unhandledRejection', note);
    try {
      const transport = memory();
      const journal: Journal = [];
      const server = createBus({ transport, service: 'desk', telemetry });
      const asker = createBus({ transport, service: 'shop', telemetry });
      buses.push(server, asker);
      const serving = await server.serve(desk, deskHandlers(journal));
      const { desk: client } = asker.client(shop);
      expect(await client.quote({ article: 'apple' })).toEqual({ price: 5, by: 'desk' });
      expect(await client.packed({ article: 'plum' })).toEqual({ price: 4 });
      expect(await client.quote.safe({ article: 'a', behave: 'throw' })).toMatchObject({ ok: false, error: { code: 'remote' } });
      const late = await client.quote.safe({ article: 'a', behave: 'wait 5000' }, { timeoutMs: 120 });
      expect(late).toMatchObject({ ok: false, error: { code: 'timeout' } });
      await client.note({ text: 'x' });
      await until('everything is handled, and nothing twice', () => serving.active === 0 && journal.some(({ what }) => what === 'note'));
      expect(journal.map(({ what }) => what)).toEqual(['quote', 'quote', 'quote', 'note']);
      expect(asker.pending).toBe(0);
      expect(transport.inspect(desk.provides.quote)).toMatchObject({ waiting: 0, unsettled: 0, dead: [] });
      await new Promise((done) => setImmediate(done));
      expect(rejections).toEqual([]);
    } finally {
      process.off('unhandledRejection', note);
    }
  });

  test('is asked to run what is handled, and gets what that gives or throws', () => {
    const seen: unknown[] = [];
    const { handling } = makeSafe({
      handling: () => ({
        run(act) {
          seen.push(act());
          return act();
        },
        end: () => undefined,
      }),
    });
    const exchange = { interaction: 'a.b', pattern: 'notification', transport: 'memory', messageId: '1' };
    let runs = 0;
    const run = handling?.(exchange, {})?.run;
    expect(run?.(() => (runs += 1))).toBe(1);
    expect(runs, 'once, however often it asks').toBe(1);
    expect(seen).toEqual([1]);
    const problem = new Error('The handler is at fault.');
    expect(() =>
      run?.(() => {
        throw problem;
      }),
    ).toThrow(problem);
  });
});
