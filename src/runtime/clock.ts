/** Time as the runtime sees it, so that tests can hold it still. */
import { whenAborted } from './aborted.ts';
import type { Signal } from './surface.ts';
import { wheel } from './timer-wheel.ts';

/** A timer that was set. */
export type Timer = { cancel(): void };

/** Where the runtime takes its time from. All times in milliseconds. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once, after that many milliseconds, unless cancelled. In the `background` it does not keep the process alive. */
  after(milliseconds: number, act: () => void, background?: 'background'): Timer;
}

/** A clock that stands still until it is told to go on. */
export interface ManualClock extends Clock {
  /** Lets time pass, acting in order of time; what is set meanwhile and falls into that time acts too. Done when all of it has come to rest. */
  advance(milliseconds: number): Promise<void>;
}

/** Shorter times are kept by timers of their own, longer ones by a wheel that may be a little late (milliseconds). */
const SHORT = 100;

/** The time of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, act, background) {
    if (milliseconds >= SHORT) return wheel(milliseconds, act, background !== undefined);
    const timer = setTimeout(act, Math.max(0, milliseconds));
    if (background) timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

type Waiting = { readonly at: number; readonly order: number; readonly act: () => void };

/** Makes a clock that stands still, at 2000-01-01 unless told otherwise. */
export function manualClock(start: number = Date.UTC(2000, 0, 1)): ManualClock {
  let now = start;
  let order = 0;
  const waiting = new Set<Waiting>();
  const next = (until: number): Waiting | undefined => {
    let first: Waiting | undefined;
    for (const one of waiting) {
      if (one.at <= until && (!first || one.at < first.at || (one.at === first.at && one.order < first.order))) first = one;
    }
    return first;
  };
  return {
    now: () => now,
    after(milliseconds, act) {
      order += 1;
      const one: Waiting = { at: now + Math.max(0, milliseconds), order, act };
      waiting.add(one);
      return { cancel: () => waiting.delete(one) };
    },
    async advance(milliseconds) {
      const until = now + milliseconds;
      await comeToRest();
      for (let one = next(until); one; one = next(until)) {
        waiting.delete(one);
        now = Math.max(now, one.at);
        one.act();
        await comeToRest();
      }
      now = until;
    },
  };
}

/** Done when what was under way without timers has come to its end. */
async function comeToRest(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise<void>((done) => setImmediate(done));
}

/** Waits; ends early, without failing, when the signal says so. */
export function pause(clock: Clock, milliseconds: number, signal?: Signal): Promise<void> {
  return new Promise((done) => {
    if (signal?.aborted) return done();
    const end = () => {
      timer.cancel();
      heedless?.();
      done();
    };
    const timer = clock.after(milliseconds, end);
    const heedless = signal && whenAborted(signal, end);
  });
}
