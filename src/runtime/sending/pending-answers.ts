/**
 * Who waits for which answer. Whatever ends a wait (an answer, the deadline, a lost connection, the caller) takes it out first, so that it ends once, and
 * what comes later finds nobody.
 */
import type { Clock, Timer } from '../clock.ts';
import type { WireMessage } from '../message.ts';

/** Somebody who waits. */
export interface Waiter {
  /** An answer came. The waiter takes itself out when it has all that it waits for. */
  answer(message: WireMessage): void;
  /** Its deadline has passed; it has been taken out. */
  expire(): void;
  /** The way by which answers come was lost; it has been taken out. */
  lose(reason: Error): void;
}

/** A table of those who wait. */
export interface PendingAnswers {
  readonly size: number;
  /** Waits for answers to this message until the deadline. Comes before the message is sent: an answer may be faster than what tells that it was. */
  add(id: string, deadline: number, waiter: Waiter): void;
  /** Waits no longer. Whether somebody still did. */
  remove(id: string): boolean;
  /** Hands an answer to whoever waits for it. Whether anybody did. */
  settle(message: WireMessage): boolean;
  /** Ends every wait. */
  loseAll(reason: Error): void;
}

/** Makes an empty table. */
export function createPendingAnswers(clock: Clock): PendingAnswers {
  const entries = new Map<string, { readonly waiter: Waiter; readonly timer: Timer }>();
  const take = (id: string): Waiter | undefined => {
    const entry = entries.get(id);
    if (!entry) return undefined;
    entries.delete(id);
    entry.timer.cancel();
    return entry.waiter;
  };
  return {
    get size() {
      return entries.size;
    },
    add(id, deadline, waiter) {
      const timer = clock.after(deadline - clock.now(), () => take(id)?.expire());
      entries.set(id, { waiter, timer });
    },
    remove: (id) => take(id) !== undefined,
    settle(message) {
      const entry = message.correlationId === undefined ? undefined : entries.get(message.correlationId);
      entry?.waiter.answer(message);
      return entry !== undefined;
    },
    loseAll(reason) {
      for (const id of [...entries.keys()]) take(id)?.lose(reason);
    },
  };
}
