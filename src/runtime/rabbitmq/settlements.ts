/**
 * What became of the messages of one channel, told to the broker at the end of each turn: of those that were handled one after the other a single
 * acknowledgement, which spares it most of the work.
 */
import type { FrameWriter } from './frame-writer.ts';
import { acknowledgeFrame, refuseFrame } from './frames.ts';

/** Settles messages by their delivery tags, each once. */
export class Settlements {
  readonly #writer: FrameWriter;
  readonly #channel: number;
  readonly #lost: AbortSignal;
  /** What came and is not settled, in the order in which it came. */
  readonly #held = new Set<number>();
  #acknowledged: number[] = [];

  /** `lost` is aborted when the channel is: then nothing can be settled any more. */
  constructor(writer: FrameWriter, channel: number, lost: AbortSignal) {
    this.#writer = writer;
    this.#channel = channel;
    this.#lost = lost;
  }

  /** It came. */
  hold(tag: number): void {
    this.#held.add(tag);
  }

  /** It was handled. What is settled already stays so: the broker closes the channel over a second time. */
  acknowledge(tag: number): void {
    if (!this.#held.delete(tag)) return;
    if (this.#acknowledged.length === 0) this.#writer.beforeEnd(this.#tell);
    this.#acknowledged.push(tag);
  }

  /** It was not: it comes again, or is refused for good. Told at once, so that no acknowledgement of those around it includes it. */
  refuse(tag: number, requeue: boolean): void {
    if (!this.#held.delete(tag)) return;
    this.#writer.text(refuseFrame(this.#channel, tag, requeue));
  }

  readonly #tell = (): void => {
    const tags = this.#acknowledged;
    this.#acknowledged = [];
    if (this.#lost.aborted) return;
    const [oldest = Number.POSITIVE_INFINITY] = this.#held;
    // One for all that come before whatever is still held. It names one that the broker still waits for, as it must.
    let last = 0;
    let together = 0;
    for (const tag of tags) {
      if (tag > oldest) {
        this.#writer.text(acknowledgeFrame(this.#channel, tag, false));
      } else {
        together += 1;
        last = Math.max(last, tag);
      }
    }
    if (together > 0) this.#writer.text(acknowledgeFrame(this.#channel, last, together > 1));
  };
}
