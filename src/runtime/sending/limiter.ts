/** At most so many at once, and so many that wait for a place: what is more is refused at once instead of piling up. */
import { whenAborted } from '../aborted.ts';
import type { Clock } from '../clock.ts';
import type { Limit } from '../descriptor.ts';
import { transportError } from '../failure.ts';
import type { Within } from '../transport.ts';

/** Where nothing else is said. Enough for any one process, and few enough that a broker that is down does not fill its memory. */
const DEFAULT_LIMIT: Limit = { concurrent: 1000 };

/** Places for calls of one kind. */
export interface Limiter {
  /** How many are at work. */
  readonly active: number;
  /**
   * Takes a place: at once, and then nothing is returned; or as soon as there is one, where some may wait. Throws `overloaded` where none may, and
   * fails with `timeout` or `aborted` where waiting took too long. Who was let in leaves exactly once.
   */
  enter(within: Within): Promise<void> | undefined;
  leave(): void;
}

/** Makes a limiter; `what` is what its errors speak of. */
export function createLimiter(what: string, clock: Clock, { concurrent, queued = 0 }: Limit = DEFAULT_LIMIT): Limiter {
  let active = 0;
  const waiting = new Set<() => void>();

  const queue = ({ deadline, signal }: Within): Promise<void> =>
    new Promise((entered, failed) => {
      const stop = () => {
        waiting.delete(enter);
        timer.cancel();
        heedless?.();
      };
      const enter = () => {
        stop();
        entered();
      };
      const abort = () => {
        stop();
        failed(transportError('aborted', `${what} was given up by its caller before it was sent.`, { cause: signal?.reason }));
      };
      const timer = clock.after(deadline - clock.now(), () => {
        stop();
        failed(transportError('timeout', `${what} was not sent: its time was over before one of ${concurrent} others ended.`));
      });
      waiting.add(enter);
      const heedless = signal && whenAborted(signal, abort);
    });

  return {
    get active() {
      return active;
    },
    enter(within) {
      if (active < concurrent) {
        active += 1;
        return undefined;
      }
      if (waiting.size >= queued) {
        const others = queued > 0 ? `, and ${waiting.size} wait` : '';
        throw transportError('overloaded', `${what} was not sent: ${active} are unanswered${others}, as many as its limit allows.`);
      }
      return queue(within);
    },
    leave() {
      const [next] = waiting;
      if (next) next();
      else active -= 1;
    },
  };
}
