import { expect, test } from 'vitest';
import { createBus } from '../../src/runtime/index.ts';
import { memory } from '../../src/runtime/memory.ts';
import { PATIENCE, runs } from '../support/size.ts';
import { leaveNothing } from './leftovers.ts';

test(
  'calls that nobody answers in time leave nothing behind, in memory',
  async () => {
    const transport = memory({ history: 10 });
    const [asker, server] = [createBus({ transport, service: 'shop' }), createBus({ transport, service: 'desk' })];
    const count = runs(2_000, 100_000);
    const { left, grown } = await leaveNothing(asker, server, count);
    console.info(
      `in memory: ${left} entries, timers and listeners of ${count} calls; ${Math.round(grown / 1024)} KB of heap after the first tenth`,
    );
    expect(left).toBe(0);
    await Promise.all([asker.close(), server.close()]);
  },
  PATIENCE,
);
