/**
 * Work in one process: so many at once, what has the same key one after the other. A job that is to be done again later gives its place to others
 * meanwhile, but holds its key.
 */
import type { Clock, Timer } from '../clock.ts';

/** A piece of work. */
type Job = {
  /** What it is in order by. */
  readonly key: string | undefined;
  /** Does it. Never fails. */
  run(): Promise<Done>;
  /** Called instead, where the scheduler stops before its turn comes. */
  drop(): void;
};

/** What became of it: done, or to be run again after that many milliseconds. */
export type Done = { readonly again?: number };

/** Does jobs. */
export interface Scheduler {
  /** How many are being done. */
  readonly active: number;
  submit(job: Job): void;
  /** How many may be done at once from now on; 0 holds everything that has not begun. */
  allow(concurrent: number): void;
  /** Drops what has not begun and whatever comes; done when what is being done has ended. */
  stop(): Promise<void>;
}

/** Makes a scheduler. */
export function createScheduler(clock: Clock, concurrent: number): Scheduler {
  let allowed = concurrent;
  let active = 0;
  let stopped = false;
  const ready: Job[] = [];
  /** The keys that are busy, and what waits for them. */
  const lanes = new Map<string, Job[]>();
  const held = new Map<Job, Timer>();
  const idle = new Set<() => void>();

  const submit = (job: Job) => {
    if (stopped) return job.drop();
    const lane = job.key === undefined ? undefined : lanes.get(job.key);
    if (lane) {
      lane.push(job);
      return;
    }
    if (job.key !== undefined) lanes.set(job.key, []);
    ready.push(job);
    work();
  };
  const work = () => {
    while (active < allowed && !stopped) {
      const job = ready.shift();
      if (!job) return;
      active += 1;
      void job.run().then((done) => finish(job, done));
    }
  };
  const finish = (job: Job, { again }: Done) => {
    active -= 1;
    if (again !== undefined && !stopped) hold(job, again);
    else if (again !== undefined) job.drop();
    else leaveLane(job);
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
  const leaveLane = ({ key }: Job) => {
    const lane = key === undefined ? undefined : lanes.get(key);
    if (key === undefined || !lane) return;
    const next = lane.shift();
    if (next) ready.push(next);
    else lanes.delete(key);
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
      const undone = [...held.keys(), ...ready, ...[...lanes.values()].flat()];
      held.clear();
      ready.length = 0;
      lanes.clear();
      for (const job of undone) job.drop();
      if (active > 0) await new Promise<void>((done) => idle.add(done));
    },
  };
}
