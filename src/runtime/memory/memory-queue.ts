/** One receiver's queue in memory: messages wait, are handed out, settled, put off and buried, as a broker has it. */
import type { Clock, Timer } from '../clock.ts';
import type { WireMessage } from '../message.ts';
import type { Settled } from '../transport.ts';
import { type Entry, MemoryDelivery, type Settlement } from './memory-delivery.ts';

/** Somebody who takes messages. */
export type Consumer = {
  readonly prefetch: number;
  readonly lost: AbortSignal;
  receive(delivery: MemoryDelivery): void;
};

/** What a queue is made of. */
export type MemoryQueueOptions = {
  readonly clock: Clock;
  /** Whether a single consumer takes everything until it leaves. */
  readonly ordered: boolean;
  /** Whether what fails for good is kept. */
  readonly parks: boolean;
  /** How many messages are remembered of what became of them: the latest. */
  readonly history: number;
};

/** Entries that were handed out are cut off the front of the list when nothing waits, or once there are so many. */
const MOST_TAKEN = 1024;

/** A queue. */
export class MemoryQueue {
  readonly name: string;
  readonly acknowledged: WireMessage[] = [];
  readonly dead: WireMessage[] = [];
  readonly #options: MemoryQueueOptions;
  readonly #entries: Entry[] = [];
  /** What each consumer holds, in the order of whose turn it is. */
  readonly #held = new Map<Consumer, Set<Entry>>();
  readonly #left = new Map<Consumer, Set<Entry>>();
  readonly #delayed = new Set<Timer>();
  #taken = 0;
  #unsettled = 0;
  #scheduled = false;

  constructor(name: string, options: MemoryQueueOptions) {
    this.name = name;
    this.#options = options;
  }

  /** How many wait to be handed out. */
  get waiting(): number {
    return this.#entries.length - this.#taken;
  }

  /** How many were handed out. */
  get unsettled(): number {
    return this.#unsettled;
  }

  /** How many wait for their next attempt. */
  get delayed(): number {
    return this.#delayed.size;
  }

  put(message: WireMessage): void {
    this.#entries.push({ message, redelivered: false, earlier: 0 });
    this.#schedule();
  }

  /** Hands messages to a consumer from now on. */
  attach(consumer: Consumer): void {
    this.#held.set(consumer, new Set());
    this.#schedule();
  }

  /** Hands it no more. What it holds can still be settled. */
  detach(consumer: Consumer): void {
    const held = this.#held.get(consumer);
    this.#held.delete(consumer);
    if (held) this.#left.set(consumer, held);
    this.#schedule();
  }

  /** Takes back what it holds, as its connection is lost. */
  reclaim(consumer: Consumer): void {
    const held = this.#held.get(consumer) ?? this.#left.get(consumer);
    this.#held.delete(consumer);
    this.#left.delete(consumer);
    const entries = [...(held ?? [])].reverse();
    held?.clear();
    this.#unsettled -= entries.length;
    for (const entry of entries) this.#giveBack(entry);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      while (this.waiting > 0) {
        const consumer = this.#nextConsumer();
        if (!consumer) return;
        this.#handOut(consumer);
      }
    });
  }

  #handOut(consumer: Consumer): void {
    const entry = this.#entries[this.#taken] as Entry;
    this.#taken += 1;
    if (this.#taken === this.#entries.length || (this.#taken > MOST_TAKEN && this.#taken * 2 > this.#entries.length)) {
      this.#entries.splice(0, this.#taken);
      this.#taken = 0;
    }
    const held = this.#held.get(consumer) as Set<Entry>;
    held.add(entry);
    this.#unsettled += 1;
    consumer.receive(new MemoryDelivery(this, entry, held, consumer.lost));
  }

  #nextConsumer(): Consumer | undefined {
    for (const [consumer, held] of this.#held) {
      if (held.size < consumer.prefetch) {
        if (this.#options.ordered || this.#held.size === 1) return consumer;
        this.#held.delete(consumer);
        this.#held.set(consumer, held);
        return consumer;
      }
      if (this.#options.ordered) return undefined;
    }
    return undefined;
  }

  /** Settles what a consumer holds, once; `lost` where it was taken back meanwhile. */
  settle(entry: Entry, held: Set<Entry>, how: Settlement): Settled {
    if (!held.delete(entry)) return 'lost';
    this.#unsettled -= 1;
    switch (how.kind) {
      case 'acknowledged':
        this.#remember(this.acknowledged, entry.message);
        break;
      case 'released':
        this.#giveBack(entry);
        break;
      case 'buried':
        if (this.#options.parks) this.#remember(this.dead, how.message);
        break;
      case 'put off':
        this.#putOff(how.message, how.delay);
        break;
    }
    this.#schedule();
    return 'settled';
  }

  #putOff(message: WireMessage, delay: number): void {
    const timer = this.#options.clock.after(delay, () => {
      this.#delayed.delete(timer);
      this.put(message);
    });
    this.#delayed.add(timer);
  }

  #giveBack({ message, earlier }: Entry): void {
    const entry = { message, redelivered: true, earlier: earlier + 1 };
    if (this.#taken === 0) {
      this.#entries.unshift(entry);
      return;
    }
    this.#taken -= 1;
    this.#entries[this.#taken] = entry;
  }

  #remember(list: WireMessage[], message: WireMessage): void {
    const { history } = this.#options;
    list.push(message);
    if (list.length > history * 2) list.splice(0, list.length - history);
  }
}
