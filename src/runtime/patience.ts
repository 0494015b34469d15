/** Waiting no longer than somebody has time. */
import type { Clock } from './clock.ts';
import { transportError } from './failure.ts';
import type { Within } from './transport.ts';

/** Done as `promise` is, but no later than the deadline and the signal say: then it fails with `timeout` or `aborted`, and `what` as its subject. */
export function withinTime<T>(clock: Clock, promise: Promise<T>, { deadline, signal }: Within, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(deadline - clock.now(), () =>
      end(() => reject(transportError('timeout', `${what} took longer than there was time.`))),
    );
    const abort = () => end(() => reject(transportError('aborted', `${what} was given up by its caller.`, { cause: signal?.reason })));
    const end = (act: () => void) => {
      timer.cancel();
      signal?.removeEventListener('abort', abort);
      act();
    };
    if (signal?.aborted) return abort();
    signal?.addEventListener('abort', abort, { once: true });
    promise.then(
      (value) => end(() => resolve(value)),
      (error: unknown) => end(() => reject(error)),
    );
  });
}
