/** What the locks of all brokers have in common. */
import { Failure } from '../../diagnostics/failure.ts';
import type { Lock } from '../../topology/port.ts';
import type { Endpoint } from '../unreachable.ts';

/** What is locked, and who does it, in words for whoever comes upon it. */
export type Locking = { readonly project: string; readonly transport: string; readonly holder: string };

/** Another run applies at this moment. `ends`: when its lock ends where that run is dead, and what to do; full sentences. */
export function lockedBy(endpoint: Endpoint, { project }: Locking, holder: string | undefined, ends: string): Failure {
  return new Failure('locked', {
    message: `Transport "${endpoint.transport}": another run is provisioning project "${project}" there${holder === undefined ? '' : `: ${holder}`}.`,
    why: 'Two runs at once would undo what the other does. Nothing was changed.',
    advice: `Wait until it has ended, then provision again. ${ends}`,
  });
}

/** A lease that must be renewed to stay: how long it holds, in milliseconds. A run that dies stops renewing it. */
export const LEASE = 30_000;

/** How often it is looked whether a lease still holds, in milliseconds. */
const TICK = 1_000;

/** What a lease takes: `renew` says whether it is still ours, `release` gives it back; neither may throw for a broken connection. `since`: when it was asked for. */
type Lease = { readonly since: number; readonly renew: () => Promise<boolean>; readonly release: () => Promise<void> };

/**
 * A lock that is a lease. It is lost once it was not renewed in time, counted from before it was asked for, whether it was refused, no answer came or
 * the machine slept: from then on another run may be at work, and it is not renewed any more.
 */
export function keepLease({ since, renew, release }: Lease): Lock {
  const lost = new AbortController();
  let [until, next] = [since + LEASE, since + LEASE / 3];
  let renewing: Promise<void> | undefined;
  const timer = setInterval(() => {
    const now = Date.now();
    if (now >= until) lost.abort();
    if (lost.signal.aborted || renewing || now < next) return;
    next = now + LEASE / 3;
    renewing = renew().then((isOurs) => {
      renewing = undefined;
      if (isOurs) until = now + LEASE;
    });
  }, TICK);
  timer.unref();
  return {
    lost: lost.signal,
    async release() {
      clearInterval(timer);
      await renewing;
      await release();
    },
  };
}
