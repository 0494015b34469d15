import { describe, expect, test } from 'vitest';
import { memoryDeduplication } from '../../src/runtime/index.ts';
import { manualClock } from '../../src/runtime/memory.ts';
import { conformStore } from './deduplication.ts';

const clock = manualClock();

describe('handled messages in memory', () => {
  conformStore(
    () => memoryDeduplication(clock),
    (milliseconds) => clock.advance(milliseconds),
  );

  test('the oldest are forgotten first, so that memory does not grow', async () => {
    const store = memoryDeduplication(clock, 3);
    for (const key of ['a', 'b', 'c', 'd']) await store.complete({ scope: 's', key, fingerprint: key, message: 'm' }, 10_000);
    expect(await store.claim({ scope: 's', key: 'd', fingerprint: 'd', message: 'm' }, 1)).toEqual({ kind: 'done' });
    expect(await store.claim({ scope: 's', key: 'a', fingerprint: 'a', message: 'm' }, 1)).toEqual({ kind: 'new' });
  });
});
