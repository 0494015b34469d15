/**
 * Publishes on a channel of its own, with confirms: done when the broker has a message for good. What it returns, since nobody would get it, comes
 * before its confirm. A missing exchange closes the channel: of what was under way on it, only what went there failed, and what came after it was never
 * looked at, so that is published again.
 */
import type { TransportError } from '../errors.ts';
import type { Publication } from './frames.ts';
import { indeterminate, missing, refused, unroutable, unwritable } from './publish-errors.ts';
import type { Session } from './session.ts';
import { numberOf } from './standing.ts';

/** Told how it ended, once. */
export type Published = (error?: TransportError) => void;

type Flight = { readonly publication: Publication; readonly done: Published };

/** Publishes over one connection. */
export class Publisher {
  readonly #session: Session;
  /** What the broker has not confirmed, by its number on the channel. */
  readonly #flights = new Map<number, Flight>();
  #queue: Flight[] = [];
  #channel: number | undefined;
  #published = 0;
  #dead: Error | undefined;
  #bytes = 0;

  /** What is published before its channel is open waits for it. */
  constructor(session: Session) {
    this.#session = session;
    void this.#open();
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
    this.#bytes += sizeOf(flight);
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
      this.#channel = numberOf(channel);
      const waiting = this.#queue;
      this.#queue = [];
      for (const flight of waiting) this.#write(this.#channel, flight);
    } catch (error) {
      // Without a channel there is no connection either; where there is, the broker allows no more channels.
      this.lose(error as Error);
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
    if (!multiple) {
      this.#settle(deliveryTag, isRefused);
      return;
    }
    for (const number of this.#flights.keys()) {
      if (number > deliveryTag) break;
      this.#settle(number, isRefused);
    }
  }

  #settle(number: number, isRefused: boolean): void {
    const flight = this.#flights.get(number);
    // What came back was ended then.
    if (!flight) return;
    this.#flights.delete(number);
    this.#finish(flight, isRefused ? refused(flight.publication) : undefined);
  }

  #finish(flight: Flight, error?: TransportError): void {
    this.#bytes -= sizeOf(flight);
    flight.done(error);
  }

  #returned({ fields, properties }: Returned): void {
    for (const [number, flight] of this.#flights) {
      const { message, exchange, key } = flight.publication;
      if (message.id !== properties.messageId || exchange !== fields.exchange || key !== fields.routingKey) continue;
      this.#flights.delete(number);
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
    const culprit = exchangeOf(problem);
    const first = flights.findIndex(({ publication }) => publication.exchange === culprit);
    flights.forEach((flight, index) => {
      const { publication } = flight;
      if (problem && publication.exchange === culprit) this.#finish(flight, missing(publication, problem));
      else if (first >= 0 && index > first) this.#queue.push(flight);
      else this.#finish(flight, indeterminate(publication, problem ?? new Error('The channel was closed.')));
    });
    void this.#open();
  }
}

type Confirm = { readonly deliveryTag: number; readonly multiple: boolean };

type Returned = {
  readonly fields: { readonly exchange?: string; readonly routingKey?: string };
  readonly properties: { readonly messageId?: unknown };
};

function sizeOf({ publication }: Flight): number {
  return publication.message.body?.byteLength ?? 0;
}

/** The exchange that a channel was closed for: it is not there, or it is not this user's to write to. */
function exchangeOf(problem: Error | undefined): string | undefined {
  return problem && /(?:no|to) exchange '([^']*)'/.exec(problem.message)?.[1];
}
