/**
 * Who waits for which answer. Whatever ends a wait (an answer, the deadline, a lost connection, the caller) takes it out first, so that it ends once, and
 * what comes later finds nobody. One coarse timer looks after all deadlines, since a timer for each call costs more than the call's own book-keeping.
 */
import type { Clock, Timer } from '../clock.ts';
import type { WireMessage } from '../message.ts';

/** Deadlines are kept to that many milliseconds. */
const TICK = 25;

/** Somebody who waits. */
interface Waiter {
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

type Entry = { readonly id: string; readonly waiter: Waiter; readonly tick: number };

/** Makes an empty table. */
export function createPendingAnswers(clock: Clock): PendingAnswers {
  const entries = new Map<string, Entry>();
  const ticks = new Map<number, Set<Entry>>();
  let timer: Timer | undefined;
  let swept = Math.floor(clock.now() / TICK);

  const take = (id: string): Entry | undefined => {
    const entry = entries.get(id);
    if (!entry) return undefined;
    entries.delete(id);
    const due = ticks.get(entry.tick);
    due?.delete(entry);
    if (due?.size === 0) ticks.delete(entry.tick);
    if (entries.size === 0) disarm();
    return entry;
  };
  const disarm = () => {
    timer?.cancel();
    timer = undefined;
  };
  const arm = () => {
    timer ??= clock.after(TICK, sweep);
  };
  const sweep = () => {
    timer = undefined;
    const now = Math.floor(clock.now() / TICK);
    // After a long pause of the process there are more ticks than entries.
    const due = now - swept > ticks.size ? [...ticks.keys()].filter((tick) => tick <= now) : ticksBetween(swept, now);
    swept = now;
    for (const tick of due) for (const { id } of [...(ticks.get(tick) ?? [])]) take(id)?.waiter.expire();
    if (entries.size > 0) arm();
  };

  return {
    get size() {
      return entries.size;
    },
    add(id, deadline, waiter) {
      if (entries.size === 0) swept = Math.floor(clock.now() / TICK);
      // Rounded up, and one on: never early, and never in a tick that was swept.
      const entry: Entry = { id, waiter, tick: Math.max(Math.ceil(deadline / TICK), swept + 1) };
      entries.set(id, entry);
      const due = ticks.get(entry.tick);
      if (due) due.add(entry);
      else ticks.set(entry.tick, new Set([entry]));
      arm();
    },
    remove: (id) => take(id) !== undefined,
    settle(message) {
      const entry = message.correlationId === undefined ? undefined : entries.get(message.correlationId);
      entry?.waiter.answer(message);
      return entry !== undefined;
    },
    loseAll(reason) {
      for (const id of [...entries.keys()]) take(id)?.waiter.lose(reason);
    },
  };
}

function ticksBetween(after: number, until: number): number[] {
  return Array.from({ length: Math.max(0, until - after) }, (_, index) => after + 1 + index);
}
