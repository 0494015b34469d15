/** Where the conformance suite plays: a transport, and what the suite needs of it beside what services do. */
import type { Bus, BusOptions, Transport, WireMessage } from '../../src/runtime/index.ts';

/** A place to play, made anew for each suite. */
export type Stage = {
  /** A transport for one bus. All of a stage talk with each other. */
  transport(): Transport;
  /** Cuts the connections of all buses; they have them again after so many milliseconds. */
  interrupt(milliseconds: number): Promise<void>;
  /** The dead letters of a queue, oldest first; they are taken away. */
  takeDead(queue: string): Promise<readonly WireMessage[]>;
  /** Empties every queue. */
  clear(): Promise<void>;
  close(): Promise<void>;
};

/** Opens buses that are closed when a test ends. */
export type OpenBus = (options: Partial<BusOptions> & { readonly service: string }) => Bus;

/** Waits until something holds, and fails with what it is where it does not for five seconds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, patience = 5000): Promise<void> {
  const end = Date.now() + patience;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`It never came to this: ${what}`);
    await new Promise((done) => setTimeout(done, 10));
  }
}
