/**
 * Heeding a signal that many heed at once: a process has one for its end, a caller may give one to a thousand calls. Each signal gets one listener for
 * all of them; with one each Node warns of a leak from the eleventh on, and looks through all of them for each that leaves.
 */
import type { Signal } from './surface.ts';

const heeding = new WeakMap<Signal, Set<() => void>>();

/** Has `act` called once the signal is aborted, which it is not yet. Gives what takes that back. */
export function whenAborted(signal: Signal, act: () => void): () => void {
  const acts = heeding.get(signal) ?? listenTo(signal);
  // Of its own, should one act be given twice.
  const own = () => act();
  acts.add(own);
  return () => {
    if (acts.delete(own) && acts.size === 0) forget(signal);
  };
}

const listeners = new WeakMap<Signal, () => void>();

function listenTo(signal: Signal): Set<() => void> {
  const acts = new Set<() => void>();
  const listener = () => {
    forget(signal);
    for (const act of [...acts]) if (acts.delete(act)) act();
  };
  heeding.set(signal, acts);
  listeners.set(signal, listener);
  signal.addEventListener('abort', listener);
  return acts;
}

function forget(signal: Signal): void {
  const listener = listeners.get(signal);
  if (listener) signal.removeEventListener('abort', listener);
  heeding.delete(signal);
  listeners.delete(signal);
}
