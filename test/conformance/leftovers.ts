/** What calls leave behind that nobody answers in time: nothing, however many they were. */
import { getEventListeners, setMaxListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'vitest';
import type { Bus } from '../../src/runtime/index.ts';
import { desk } from './generated/desk.ts';
import { shop } from './generated/shop.ts';
import { deskHandlers, work } from './handlers.ts';
import { until } from './stage.ts';

/** So many at once; so long each waits (milliseconds). */
const TOGETHER = 1000;
const PATIENCE = 100;
/** Bytes. An entry for each call would be more than ten times that at full size. */
const MOST_GROWTH = 10 * 1024 * 1024;

/** What is left: entries, timers and listeners, and how much the heap has grown since the first tenth (bytes). */
export type Leftovers = { readonly left: number; readonly grown: number };

/**
 * Makes so many calls of which none is answered in time, though they are handled, and fails where anything of them stays: on the side of the caller or of the
 * handler.
 */
export async function leaveNothing(asker: Bus, server: Bus, count: number): Promise<Leftovers> {
  const handlers = {
    ...deskHandlers([]),
    // Until its signal ends it: what is late is given up, and what comes too late is not begun.
    quote: async (_request: unknown, { signal }: { readonly signal: AbortSignal }) => {
      await work(600_000, signal).catch(() => undefined);
      return { price: 1 };
    },
  };
  const serving = await server.serve(desk, handlers, { killSwitch: false });
  const { quote } = asker.client(shop).desk;
  const giving = new AbortController();
  setMaxListeners(TOGETHER + 1, giving.signal);
  const call = () => quote.safe({ article: 'late' }, { timeoutMs: PATIENCE, signal: giving.signal });
  await Promise.all(Array.from({ length: 10 }, call));
  const timers = timersNow();
  let after: number | undefined;
  for (let made = 0; made < count; made += TOGETHER) {
    if (made >= count / 10) after ??= heapNow();
    const results = await Promise.all(Array.from({ length: Math.min(TOGETHER, count - made) }, call));
    for (const result of results) if (result.ok || result.error.code !== 'timeout') throw new Error('It ended otherwise.');
  }
  await until('all handlers have ended', () => serving.active === 0, 60_000).catch((error: Error) => {
    throw new Error(`${error.message}: ${serving.active} have not.`);
  });
  await until('no timer is left', () => timersNow() <= timers, 30_000);
  const left = asker.pending + server.pending + getEventListeners(giving.signal, 'abort').length + serving.active;
  const grown = heapNow() - (after ?? heapNow());
  expect(left).toBe(0);
  expect(grown).toBeLessThan(MOST_GROWTH);
  return { left, grown };
}

/** How many timers keep this process alive. */
function timersNow(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}

/** Bytes in use once what nobody holds is gone. */
function heapNow(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let time = 0; time < 3; time += 1) collect();
  return process.memoryUsage().heapUsed;
}
