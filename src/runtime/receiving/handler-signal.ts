/**
 * The signal that tells a handler to end: made when it is asked for, since most handlers never look at it, and it costs more than all else that is done
 * for them.
 */

/** A signal for one run of a handler. */
export class HandlerSignal {
  readonly #sources: readonly AbortSignal[];
  readonly #pass = (event: Event) => this.#controller?.abort((event.target as AbortSignal).reason);
  #controller: AbortController | undefined;
  #reason: unknown;

  /** Aborted with any of these, or by `abort`. `AbortSignal.any` would stay with a source that lives as long as the process (Node 20). */
  constructor(sources: readonly AbortSignal[]) {
    this.#sources = sources;
  }

  get signal(): AbortSignal {
    if (this.#controller) return this.#controller.signal;
    this.#controller = new AbortController();
    if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    for (const source of this.#sources) {
      if (source.aborted) this.#controller.abort(source.reason);
      else source.addEventListener('abort', this.#pass);
    }
    return this.#controller.signal;
  }

  abort(reason: Error): void {
    this.#reason = reason;
    this.#controller?.abort(reason);
  }

  /** Lets go of its sources. */
  release(): void {
    if (this.#controller) for (const source of this.#sources) source.removeEventListener('abort', this.#pass);
  }
}
