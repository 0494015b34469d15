/** What every transport does alike: the promises of the runtime, one test each. */
import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';
import { type Bus, createBus } from '../../src/runtime/index.ts';
import { testCalls } from './calls.ts';
import { testConnections } from './connections.ts';
import { testEvents } from './events.ts';
import { testFailures } from './failures.ts';
import { testGathering } from './gathering.ts';
import type { Journal } from './handlers.ts';
import { testHandling } from './handling.ts';
import type { OpenBus, Stage } from './stage.ts';

/** What each test is given. */
export type Scene = { readonly stage: Stage; readonly bus: OpenBus; readonly journal: Journal };

/** Plays the whole suite on a stage. */
export function conform(name: string, openStage: () => Promise<Stage>): void {
  describe(name, () => {
    const buses = new Set<Bus>();
    const scene = {
      stage: undefined as unknown as Stage,
      journal: [] as Journal,
      bus(options) {
        const bus = createBus({ transport: scene.stage.transport(), ...options });
        buses.add(bus);
        return bus;
      },
    } as Scene & { stage: Stage; journal: Journal };
    const rejections: unknown[] = [];
    const note = (reason: unknown) => rejections.push(reason);

    beforeAll(async () => {
      scene.stage = await openStage();
      process.on('unhandledRejection', note);
    }, 120_000);
    afterAll(async () => {
      process.off('unhandledRejection', note);
      await scene.stage.close();
    });
    beforeEach(() => {
      scene.journal = [];
    });
    afterEach(async () => {
      const left = [...buses].map((bus) => bus.pending);
      await Promise.all([...buses].map((bus) => bus.close({ drain: 1000 })));
      buses.clear();
      await scene.stage.clear();
      // Whatever a test does, nothing is left behind: no wait without an end, no failure that nobody was told of.
      if (left.some((pending) => pending > 0)) throw new Error(`${left.join(', ')} answers were still awaited.`);
      if (rejections.length > 0) throw new Error(`Unhandled: ${rejections.splice(0).map(String).join('; ')}`);
    });

    describe('calls', () => testCalls(scene));
    describe('events and notifications', () => testEvents(scene));
    describe('handlers', () => testHandling(scene));
    describe('failures', () => testFailures(scene));
    describe('gathering', () => testGathering(scene));
    describe('connections', () => testConnections(scene));
  });
}
