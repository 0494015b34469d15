/**
 * Work in one process: so many at once, what has the same key one after the other. A job that is to be done again later gives its place to others
 * meanwhile, but holds its key.
 */
import type { Clock, Timer } from '../clock.ts';
import type { Soon } from '../soon.ts';

/** A piece of work. */
type Keyed = {
  /** What it is in order by. */
  readonly key: string | undefined;
};

/** What is done with work. */
export type Worker<Job> = {
  /** Does it. Never fails. */
  run(job: Job): Soon<Done>;
  /** Called instead, where the scheduler stops before its turn comes. */
  drop(job: Job): void;
};

/** What became of it: done, or to be run again after that many milliseconds. */
export type Done = { readonly again?: number };

/** It is. */
export const DONE: Done = {};

/** Does jobs. */
export interface Scheduler<Job> {
  /** How many are being done. */
  readonly active: number;
  submit(job: Job): void;
  /** How many may be done at once from now on; 0 holds everything that has not begun. */
  allow(concurrent: number): void;
  /** Drops what has not begun and whatever comes; done when what is being done has ended. */
  stop(): Promise<void>;
}

/** Makes a scheduler. */
export function createScheduler<Job extends Keyed>(clock: Clock, concurrent: number, { run, drop }: Worker<Job>): Scheduler<Job> {
  let allowed = concurrent;
  let active = 0;
  let stopped = false;
  let working = false;
  const ready: Job[] = [];
  const lanes = createLanes<Job>();
  const held = new Map<Job, Timer>();
  const idle = new Set<() => void>();

  const submit = (job: Job) => {
    if (stopped) {
      drop(job);
      return;
    }
    if (!lanes.enter(job)) return;
    ready.push(job);
    work();
  };
  const work = () => {
    // What is done at once comes back here, and finds the loop at work.
    if (working) return;
    working = true;
    try {
      while (active < allowed && !stopped) {
        const job = ready.shift();
        if (!job) break;
        active += 1;
        const done = run(job);
        if (done instanceof Promise) void done.then((what) => finish(job, what));
        else finish(job, done);
      }
    } finally {
      working = false;
    }
  };
  const finish = (job: Job, { again }: Done) => {
    active -= 1;
    if (again !== undefined && !stopped) hold(job, again);
    else if (again !== undefined) drop(job);
    else ready.push(...lanes.leave(job));
    work();
    if (active === 0) for (const done of idle) done();
  };
  const hold = (job: Job, milliseconds: number) => {
    const timer = clock.after(milliseconds, () => {
      held.delete(job);
      ready.unshift(job);
      work();
    });
    held.set(job, timer);
  };

  return {
    get active() {
      return active;
    },
    submit,
    allow(most) {
      allowed = most;
      work();
    },
    async stop() {
      stopped = true;
      for (const timer of held.values()) timer.cancel();
      const undone = [...held.keys(), ...ready, ...lanes.clear()];
      held.clear();
      ready.length = 0;
      for (const job of undone) drop(job);
      if (active > 0) await new Promise<void>((done) => idle.add(done));
    },
  };
}

/** The keys that are busy, and what waits for them. */
function createLanes<Job extends Keyed>() {
  const lanes = new Map<string, Job[]>();
  const NONE: readonly Job[] = [];
  return {
    /** Whether its turn is now; else it waits. */
    enter(job: Job): boolean {
      const { key } = job;
      if (key === undefined) return true;
      const lane = lanes.get(key);
      if (lane) lane.push(job);
      else lanes.set(key, []);
      return lane === undefined;
    },
    /** What comes next of its key. */
    leave({ key }: Job): readonly Job[] {
      if (key === undefined) return NONE;
      const next = lanes.get(key)?.shift();
      if (next) return [next];
      lanes.delete(key);
      return NONE;
    },
    /** Nothing waits any more; what did. */
    clear(): readonly Job[] {
      const waiting = [...lanes.values()].flat();
      lanes.clear();
      return waiting;
    },
  };
}
