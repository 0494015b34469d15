import { expect, test } from 'vitest';
import { systemClock } from '../../src/runtime/clock.ts';
import { memoryDeduplication } from '../../src/runtime/index.ts';
import { memory } from '../../src/runtime/memory.ts';
import { PATIENCE, runs } from '../support/size.ts';
import { playChaos } from './chaos.ts';
import { audit } from './generated/audit.ts';
import { seeded } from './seeded.ts';

test(
  'nothing that was confirmed is lost, and nothing is done twice, in memory',
  async () => {
    const transport = memory();
    transport.provision(audit);
    const stage = {
      transport: () => transport,
      interrupt: async (milliseconds: number) => transport.interrupt(milliseconds),
      deduplication: memoryDeduplication(systemClock, 1_000_000),
    };
    const { confirmed, lost, repeated, interruptions } = await playChaos(stage, runs(3_000, 20_000), seeded(7));
    console.info(`chaos in memory: ${confirmed} confirmed, ${interruptions} interruptions`);
    expect(confirmed).toBeGreaterThan(100);
    expect(interruptions).toBeGreaterThan(0);
    expect({ lost, repeated }).toEqual({ lost: [], repeated: [] });
  },
  PATIENCE,
);
