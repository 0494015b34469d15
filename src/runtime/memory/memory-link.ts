/** A bus's connection to a broker in memory. It can be interrupted, as that to any broker. */
import type { ReplyAddress } from '../descriptor.ts';
import { transportError } from '../failure.ts';
import { createLoss } from '../loss.ts';
import type { WireMessage } from '../message.ts';
import { withinTime } from '../patience.ts';
import type { Answering, Delivery, Host, Link, Outgoing, ReplyBox, Source, Subscription, Withdraw, Within } from '../transport.ts';
import { type MemoryBroker, queueName } from './memory-broker.ts';
import type { Consumer, MemoryQueue } from './memory-queue.ts';

/** Something that takes messages, over all interruptions. */
type Subscribed = {
  readonly queue: MemoryQueue;
  readonly source: Source;
  readonly receive: (delivery: Delivery) => void;
  consumer: Consumer | undefined;
  /** Takes no more, but may still hold messages. */
  stopped: boolean;
};

/** Somewhere that answers come in. */
type Box = { readonly receive: (answer: WireMessage) => void; opened: ReturnType<MemoryBroker['openBox']> | undefined };

/** The time without a connection. */
type Outage = { readonly over: Promise<void>; end(): void };

/** After so many messages the process gets to look at its timers: a loop that sends would never let it, as nothing here takes any time. */
const BREATH = 64;

/** A link that tests can interrupt. */
export class MemoryLink implements Link {
  readonly #broker: MemoryBroker;
  readonly #host: Host;
  readonly #subscriptions = new Set<Subscribed>();
  readonly #boxes = new Set<Box>();
  /** What waits for a connection, the oldest first. */
  readonly #waiting = new Set<() => void>();
  #epoch = createLoss();
  #outage: Outage | undefined;
  #closed = false;
  #sent = 0;

  constructor(broker: MemoryBroker, host: Host) {
    this.#broker = broker;
    this.#host = host;
  }

  async ready(within: Within): Promise<void> {
    await this.#connected(within, 'anything');
  }

  async send({ message, mandatory }: Outgoing, within: Within): Promise<void> {
    for (let waiting = this.#connected(within, message.type); waiting; waiting = this.#connected(within, message.type)) await waiting;
    this.#broker.publish(message, mandatory);
    this.#sent += 1;
    if (this.#sent % BREATH === 0) await new Promise<void>((done) => setImmediate(done));
  }

  post(outgoing: Outgoing, failed: (error: Error) => void): Withdraw {
    const publish = () => {
      this.#waiting.delete(publish);
      try {
        this.#refuseClosed(outgoing.message.type);
        this.#broker.publish(outgoing.message, outgoing.mandatory);
      } catch (error) {
        failed(error as Error);
      }
    };
    if (this.#outage && !this.#closed) this.#waiting.add(publish);
    else publish();
    return () => (this.#waiting.delete(publish) ? 'there is no connection in memory' : undefined);
  }

  async consume(source: Source, receive: (delivery: Delivery) => void): Promise<Subscription> {
    this.#refuseClosed(source.types.join(', '), 'received');
    const queue = this.#broker.queueFor(this.#host.service, source);
    const subscribed: Subscribed = { queue, source, receive, consumer: undefined, stopped: false };
    this.#subscriptions.add(subscribed);
    if (!this.#outage) this.#attach(subscribed);
    return {
      async stop() {
        subscribed.stopped = true;
        if (subscribed.consumer) queue.detach(subscribed.consumer);
      },
      end: async () => {
        subscribed.stopped = true;
        this.#subscriptions.delete(subscribed);
        if (subscribed.consumer) queue.reclaim(subscribed.consumer);
      },
    };
  }

  async listen(_replies: ReplyAddress, receive: (answer: WireMessage) => void): Promise<ReplyBox> {
    const box: Box = { receive, opened: undefined };
    this.#boxes.add(box);
    if (!this.#outage) this.#open(box);
    return {
      address: () => box.opened?.address,
      opened: async (within) => {
        // It may be interrupted again before whoever waits gets to see it.
        while (!box.opened) await this.#connected(within, 'anything');
        return box.opened.address;
      },
    };
  }

  sharedAddress({ id, replies }: { readonly id: string; readonly replies?: ReplyAddress }): string {
    return queueName(this.#host.service, { from: replies?.shared ?? { kind: 'memory' }, types: [id], answers: true });
  }

  answer({ replyTo, message }: Answering): void {
    // Without a connection the message that is answered is lost as well, and comes again.
    if (this.#outage || this.#closed || this.#broker.answer(replyTo, message)) return;
    this.#host.telemetry.count('undeliverable-reply', { interaction: message.type, transport: 'memory' });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#outage?.end();
    this.#outage = undefined;
    for (const publish of this.#waiting) publish();
    this.#epoch.abort(new Error('The bus was closed.'));
    this.#release();
  }

  /** Loses the connection, for that many milliseconds. */
  interrupt(milliseconds: number): void {
    if (this.#closed || this.#outage) return;
    let end: () => void = () => undefined;
    const over = new Promise<void>((done) => {
      end = done;
    });
    this.#outage = { over, end };
    const reason = new Error('The connection in memory was interrupted.');
    this.#epoch.abort(reason);
    this.#epoch = createLoss();
    this.#release();
    this.#host.lost(reason);
    this.#host.clock.after(milliseconds, () => this.#reconnect());
  }

  #reconnect(): void {
    const outage = this.#outage;
    this.#outage = undefined;
    if (this.#closed) return;
    for (const box of this.#boxes) this.#open(box);
    for (const subscribed of this.#subscriptions) if (!subscribed.stopped) this.#attach(subscribed);
    outage?.end();
    for (const publish of this.#waiting) publish();
  }

  /** Gives back what is held, and closes what answers come in by. */
  #release(): void {
    for (const { queue, consumer } of this.#subscriptions) if (consumer) queue.reclaim(consumer);
    for (const box of this.#boxes) {
      box.opened?.close();
      box.opened = undefined;
    }
  }

  #open(box: Box): void {
    box.opened = this.#broker.openBox(this.#host.instance, box.receive);
  }

  #refuseClosed(what: string, done = 'sent'): void {
    if (this.#closed) throw transportError('disconnected', `${what} was not ${done}: the bus was closed.`);
  }

  #attach(subscribed: Subscribed): void {
    const { source, receive, queue } = subscribed;
    subscribed.consumer = { prefetch: source.prefetch, lost: this.#epoch.signal, receive };
    queue.attach(subscribed.consumer);
  }

  #connected(within: Within, what: string): Promise<void> | undefined {
    this.#refuseClosed(what);
    return this.#outage && withinTime(this.#host.clock, this.#outage.over, within, `Waiting for a connection to send ${what}`);
  }
}
