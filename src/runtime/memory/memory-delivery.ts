/** A message that a queue in memory has handed out. */
import { NO_HEADERS, type WireMessage } from '../message.ts';
import type { Delivery, Settled } from '../transport.ts';

/** A message in a queue. */
export type Entry = { readonly message: WireMessage; readonly redelivered: boolean; readonly earlier: number };

/** What a message was handed out by. */
type Origin = { settle(entry: Entry, held: Set<Entry>, how: Settlement): Settled };

/** What becomes of a message. */
export type Settlement =
  | { readonly kind: 'acknowledged' | 'released' }
  | { readonly kind: 'buried'; readonly message: WireMessage }
  | { readonly kind: 'put off'; readonly message: WireMessage; readonly delay: number };

const ACKNOWLEDGED: Settlement = { kind: 'acknowledged' };
const RELEASED: Settlement = { kind: 'released' };

/** One of a queue's messages, held by one of its consumers. */
export class MemoryDelivery implements Delivery {
  readonly message: WireMessage;
  readonly lost: AbortSignal;
  readonly #queue: Origin;
  readonly #entry: Entry;
  readonly #held: Set<Entry>;

  constructor(queue: Origin, entry: Entry, held: Set<Entry>, lost: AbortSignal) {
    const { message } = entry;
    // Whoever changes the headers of one attempt does not change those of the next.
    this.message = message.headers === NO_HEADERS ? message : { ...message, headers: { ...message.headers } };
    this.lost = lost;
    this.#queue = queue;
    this.#entry = entry;
    this.#held = held;
  }

  get redelivered(): boolean {
    return this.#entry.redelivered;
  }

  get earlier(): number {
    return this.#entry.earlier;
  }

  acknowledge(): Settled {
    return this.#queue.settle(this.#entry, this.#held, ACKNOWLEDGED);
  }

  release(): Settled {
    return this.#queue.settle(this.#entry, this.#held, RELEASED);
  }

  retry(message: WireMessage, delay: number): Settled {
    return this.#queue.settle(this.#entry, this.#held, { kind: 'put off', message, delay });
  }

  bury(message: WireMessage): Settled {
    return this.#queue.settle(this.#entry, this.#held, { kind: 'buried', message });
  }
}
