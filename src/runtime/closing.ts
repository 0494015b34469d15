/** How services, calls and connections are ended. */

/** How something is ended. */
export type CloseOptions = {
  /** How long handlers and calls may still take, in milliseconds. */
  readonly drain?: number;
};

/** A service that is being served. */
export interface Serving {
  /** How many messages are being handled. */
  readonly active: number;
  /** Takes no more messages, and waits for what has begun: up to `drain` milliseconds, then the signals of handlers are aborted. Never fails. */
  close(options?: CloseOptions): Promise<void>;
}

/** How long they have where nothing is said (milliseconds). */
export const DRAIN = 10_000;
