/**
 * Publishes on a channel of its own, with confirms: done when the broker has a message for good. What it returns, since nobody would get it, comes
 * before its confirm. A missing exchange closes the channel, and so does a message that is too large: that one failed, what came after it was never looked at
 * and is published again, and of what came before it nobody knows whether it was kept for good.
 */
import type { Clock } from '../clock.ts';
import type { TransportError } from '../errors.ts';
import { findCulprit } from './culprit.ts';
import type { Publication } from './frames.ts';
import { indeterminate, refused, unroutable, unwritable } from './publish-errors.ts';
import type { Session } from './session.ts';
import { numberOf } from './standing.ts';

/** Told how it ended, once. */
export type Published = (error?: TransportError) => void;

type Flight = { readonly publication: Publication; readonly done: Published };

/** The pause before a channel is asked for again, where the broker gives none (milliseconds). */
const OPEN_PAUSE = 1000;

/** Publishes over one connection. */
export class Publisher {
  readonly #session: Session;
  readonly #clock: Clock;
  readonly #freed: () => void;
  /** What the broker has not confirmed, by its number on the channel. */
  readonly #flights = new Map<number, Flight>();
  /** What is published again on the next channel. */
  #queue: Flight[] = [];
  /** Exchanges to which something got on this channel. */
  #reached = new Set<string>();
  #channel: number | undefined;
  #published = 0;
  #dead: Error | undefined;
  #bytes = 0;

  /** `freed` is called when there is more room than before: its channel is open, or something was confirmed. */
  constructor(session: Session, clock: Clock, freed: () => void) {
    this.#session = session;
    this.#clock = clock;
    this.#freed = freed;
    void this.#open();
  }

  /** Whether it can publish now. */
  get isOpen(): boolean {
    return this.#channel !== undefined;
  }

  /** What the broker has not confirmed yet. */
  get messages(): number {
    return this.#flights.size + this.#queue.length;
  }

  /** The bodies of it. */
  get bytes(): number {
    return this.#bytes;
  }

  publish(publication: Publication, done: Published): void {
    if (this.#dead) {
      done(indeterminate(publication, this.#dead));
      return;
    }
    const flight: Flight = { publication, done };
    this.#bytes += sizeOf(publication);
    if (this.#channel === undefined) this.#queue.push(flight);
    else this.#write(this.#channel, flight);
  }

  /** Ends what the broker has not confirmed. */
  lose(reason: Error): void {
    this.#dead = reason;
    const flights = [...this.#flights.values(), ...this.#queue];
    this.#flights.clear();
    this.#queue = [];
    for (const flight of flights) this.#finish(flight, indeterminate(flight.publication, reason));
  }

  async #open(): Promise<void> {
    try {
      const channel = await this.#session.model.createConfirmChannel();
      if (this.#dead) return;
      let problem: Error | undefined;
      channel.on('error', (error: Error) => {
        problem = error;
      });
      channel.on('return', (returned: Returned) => this.#returned(returned));
      channel.on('close', () => this.#closed(problem));
      // Confirms are of what is written here, of which amqplib knows nothing.
      channel.removeAllListeners('ack').on('ack', (confirm: Confirm) => this.#confirmed(confirm, false));
      channel.removeAllListeners('nack').on('nack', (confirm: Confirm) => this.#confirmed(confirm, true));
      this.#published = 0;
      this.#reached = new Set();
      this.#channel = numberOf(channel);
      const waiting = this.#queue;
      this.#queue = [];
      for (const flight of waiting) this.#write(this.#channel, flight);
      this.#freed();
    } catch {
      // Without a channel there is no connection either; where there is, the broker allows no more channels for now.
      if (!this.#dead) this.#clock.after(OPEN_PAUSE, () => this.#dead || void this.#open(), 'background');
    }
  }

  #write(channel: number, flight: Flight): void {
    const { publication } = flight;
    try {
      this.#session.writer.publish(channel, publication);
      this.#published += 1;
      this.#flights.set(this.#published, flight);
    } catch (error) {
      // Such as headers that are too long.
      this.#finish(flight, unwritable(publication, error as Error));
    }
  }

  #confirmed({ deliveryTag, multiple }: Confirm, isRefused: boolean): void {
    if (!multiple) this.#settle(deliveryTag, isRefused);
    else {
      for (const number of this.#flights.keys()) {
        if (number > deliveryTag) break;
        this.#settle(number, isRefused);
      }
    }
    this.#freed();
  }

  #settle(number: number, isRefused: boolean): void {
    const flight = this.#flights.get(number);
    // What came back was ended then.
    if (!flight) return;
    this.#flights.delete(number);
    this.#reached.add(flight.publication.exchange);
    this.#finish(flight, isRefused ? refused(flight.publication) : undefined);
  }

  #finish(flight: Flight, error?: TransportError): void {
    this.#bytes -= sizeOf(flight.publication);
    flight.done(error);
  }

  #returned({ fields, properties }: Returned): void {
    for (const [number, flight] of this.#flights) {
      const { message, exchange, key } = flight.publication;
      if (message.id !== properties.messageId || exchange !== fields.exchange || key !== fields.routingKey) continue;
      this.#flights.delete(number);
      this.#reached.add(exchange);
      this.#finish(flight, unroutable(flight.publication));
      return;
    }
  }

  /** The channel was closed by the broker, or with its connection. */
  #closed(problem: Error | undefined): void {
    this.#channel = undefined;
    if (this.#session.lost.aborted || this.#dead) return;
    const flights = [...this.#flights.values()];
    this.#flights.clear();
    const reason = problem ?? new Error('The channel was closed.');
    const publications = flights.map(({ publication }) => publication);
    const { first, errorOf } = findCulprit(reason, publications, this.#reached);
    void this.#open();
    flights.forEach((flight, index) => {
      const { publication } = flight;
      const error = index < first ? indeterminate(publication, reason) : errorOf(publication);
      if (error) this.#finish(flight, error);
      else this.#queue.push(flight);
    });
  }
}

type Confirm = { readonly deliveryTag: number; readonly multiple: boolean };

type Returned = {
  readonly fields: { readonly exchange?: string; readonly routingKey?: string };
  readonly properties: { readonly messageId?: unknown };
};

/** Of its body, in bytes. */
export function sizeOf({ message }: Publication): number {
  return message.body?.byteLength ?? 0;
}
