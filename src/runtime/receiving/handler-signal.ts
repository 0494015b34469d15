/**
 * The signal that tells a handler to end: made when it is asked for, since most handlers never look at it, and it costs more than all else that is done
 * for them.
 */

import { whenAborted } from '../aborted.ts';

/** A signal for one run of a handler. */
export class HandlerSignal {
  readonly #stopping: AbortSignal;
  readonly #lost: AbortSignal;
  #controller: AbortController | undefined;
  #heedless: readonly (() => void)[] = [];
  #reason: unknown;
  #released = false;

  /** Aborted with any of these, or by `abort`. `AbortSignal.any` would stay with a source that lives as long as the process (Node 20). */
  constructor(stopping: AbortSignal, lost: AbortSignal) {
    this.#stopping = stopping;
    this.#lost = lost;
  }

  /** Whether the run has ended. */
  get isOver(): boolean {
    return this.#released;
  }

  get signal(): AbortSignal {
    if (this.#controller) return this.#controller.signal;
    const controller = new AbortController();
    this.#controller = controller;
    if (this.#reason !== undefined) controller.abort(this.#reason);
    if (this.#released) return controller.signal;
    const sources = [this.#stopping, this.#lost];
    const over = sources.find(({ aborted }) => aborted);
    if (over) controller.abort(over.reason);
    else this.#heedless = sources.map((source) => whenAborted(source, () => controller.abort(source.reason)));
    return controller.signal;
  }

  abort(reason: Error): void {
    this.#reason = reason;
    this.#controller?.abort(reason);
  }

  /** Lets go of its sources. */
  release(): void {
    this.#released = true;
    for (const heedless of this.#heedless) heedless();
  }
}
