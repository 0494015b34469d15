/** Waiting no longer than somebody has time. */
import { whenAborted } from './aborted.ts';
import type { Clock } from './clock.ts';
import type { TransportError } from './errors.ts';
import { transportError } from './failure.ts';
import type { Within } from './transport.ts';

/** Something that ends by calling one of these. */
type Act<T> = (done: (value: T) => void, failed: (error: unknown) => void) => void;

/** What is waited for, as messages of errors name it, and what its caller is told beyond that where the wait is over. */
type Awaited = { readonly what: string; tell?(error: TransportError): TransportError };

/** Done as `promise` is, but no later than the deadline and the signal say: then it fails with `timeout` or `aborted`, and `what` as its subject. */
export function withinTime<T>(clock: Clock, promise: Promise<T>, within: Within, what: string): Promise<T> {
  return doneWithin<T>(clock, (done, failed) => void promise.then(done, failed), within, { what });
}

/** The same for what calls back. */
export function doneWithin<T>(clock: Clock, act: Act<T>, { deadline, signal }: Within, { what, tell }: Awaited): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = () => {
      timer.cancel();
      heedless?.();
    };
    const giveUp = (error: TransportError) => {
      end();
      reject(tell ? tell(error) : error);
    };
    const abort = () => giveUp(transportError('aborted', `${what} was given up by its caller.`, { cause: signal?.reason }));
    const timer = clock.after(deadline - clock.now(), () => giveUp(transportError('timeout', `${what} took longer than there was time.`)));
    const heedless = signal && !signal.aborted ? whenAborted(signal, abort) : undefined;
    act(
      (value) => {
        end();
        resolve(value);
      },
      (error) => {
        end();
        reject(error);
      },
    );
    if (signal?.aborted) abort();
  });
}
