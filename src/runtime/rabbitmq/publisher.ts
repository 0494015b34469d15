/**
 * Publishes on a channel of its own, with confirms: done when the broker has a message for good. What it returns, since nobody would get it, comes
 * before its confirm. A missing exchange closes the channel: of what was under way on it, only what went there failed, and what came after it was never
 * looked at, so that is published again.
 */
import type { ConfirmChannel } from 'amqplib';
import type { TransportError } from '../errors.ts';
import type { AmqpProperties } from './properties.ts';
import { indeterminate, missing, refused, unroutable, unwritable } from './publish-errors.ts';
import type { Session } from './session.ts';

/** Something to publish. */
export type Publication = {
  readonly exchange: string;
  readonly key: string;
  readonly body: Uint8Array;
  readonly properties: AmqpProperties;
};

/** Told how it ended, once. */
export type Published = (error?: TransportError) => void;

type Flight = { readonly publication: Publication; readonly done: Published; ended: boolean };

/** Publishes over one connection. */
export class Publisher {
  readonly #session: Session;
  readonly #flights = new Set<Flight>();
  #queue: Flight[] = [];
  #channel: ConfirmChannel | undefined;
  #dead: Error | undefined;
  #bytes = 0;

  /** What is published before its channel is open waits for it. */
  constructor(session: Session) {
    this.#session = session;
    void this.#open();
  }

  /** What the broker has not confirmed yet. */
  get load(): { readonly messages: number; readonly bytes: number } {
    return { messages: this.#flights.size, bytes: this.#bytes };
  }

  publish(publication: Publication, done: Published): void {
    if (this.#dead) {
      done(indeterminate(publication, this.#dead));
      return;
    }
    const flight: Flight = { publication, done, ended: false };
    this.#flights.add(flight);
    this.#bytes += publication.body.byteLength;
    if (this.#channel) this.#write(this.#channel, flight);
    else this.#queue.push(flight);
  }

  /** Ends what the broker has not confirmed. */
  lose(reason: Error): void {
    this.#dead = reason;
    this.#queue = [];
    for (const flight of [...this.#flights]) this.#finish(flight, indeterminate(flight.publication, reason));
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
      this.#channel = channel;
      const waiting = this.#queue;
      this.#queue = [];
      for (const flight of waiting) this.#write(channel, flight);
    } catch (error) {
      // Without a channel there is no connection either; where there is, the broker allows no more channels.
      this.lose(error as Error);
    }
  }

  #write(channel: ConfirmChannel, flight: Flight): void {
    const { publication } = flight;
    const { exchange, key, body, properties } = publication;
    try {
      channel.publish(exchange, key, asBuffer(body), properties, (error) => {
        if (error === null || error === undefined) this.#finish(flight);
        // What closes with its channel is looked at when that has closed.
        else if (!isClosing(error as Error)) this.#finish(flight, refused(publication));
      });
    } catch (error) {
      // Such as headers that are too long. Where the channel has just closed it is looked at there.
      if (error instanceof RangeError || error instanceof TypeError) this.#finish(flight, unwritable(publication, error));
    }
  }

  #finish(flight: Flight, error?: TransportError): void {
    if (flight.ended) return;
    flight.ended = true;
    this.#flights.delete(flight);
    this.#bytes -= flight.publication.body.byteLength;
    flight.done(error);
  }

  #returned({ fields, properties }: Returned): void {
    for (const flight of this.#flights) {
      const { publication } = flight;
      if (publication.properties.messageId !== properties.messageId) continue;
      if (publication.exchange !== fields.exchange || publication.key !== fields.routingKey) continue;
      this.#finish(flight, unroutable(publication));
      return;
    }
  }

  /** The channel was closed by the broker, or with its connection. */
  #closed(problem: Error | undefined): void {
    this.#channel = undefined;
    if (this.#session.lost.aborted || this.#dead) return;
    const flights = [...this.#flights];
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

type Returned = {
  readonly fields: { readonly exchange?: string; readonly routingKey?: string };
  readonly properties: { readonly messageId?: unknown };
};

function asBuffer(body: Uint8Array): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

function isClosing({ message }: Error): boolean {
  return /clos/i.test(message);
}

/** The exchange that a channel was closed for: it is not there, or it is not this user's to write to. */
function exchangeOf(problem: Error | undefined): string | undefined {
  return problem && /(?:no|to) exchange '([^']*)'/.exec(problem.message)?.[1];
}
