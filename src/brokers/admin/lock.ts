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

/**
 * A lock that is a lease. `renew` says whether it is still ours, `release` gives it back; neither may throw for a broken connection. Where it could
 * not be renewed in time it is lost.
 */
export function keepLease(renew: () => Promise<boolean>, release: () => Promise<void>): Lock {
  const lost = new AbortController();
  let renewed = Date.now();
  let renewing: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    renewing = renew().then((isOurs) => {
      if (isOurs) renewed = Date.now();
      else if (Date.now() - renewed >= LEASE) lost.abort();
    });
  }, LEASE / 3);
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
