/**
 * Publishing within bounds: what the broker has not confirmed, and what waits until it may be sent, does not fill this process's memory. What waits goes out in
 * the order in which it came, and before whatever comes later.
 */
import { whenAborted } from '../aborted.ts';
import type { Clock } from '../clock.ts';
import { pause } from '../clock.ts';
import { transportError } from '../failure.ts';
import type { Withdraw } from '../transport.ts';
import type { Publication } from './frames.ts';
import { type Published, Publisher, sizeOf } from './publisher.ts';
import type { Session } from './session.ts';
import type { Supervisor } from './supervisor.ts';

/** More at once does not make it faster. */
const MOST_UNCONFIRMED = 2000;
const MOST_UNCONFIRMED_BYTES = 64 * 1024 * 1024;
const MOST_WAITING = 10_000;
const MOST_WAITING_BYTES = 256 * 1024 * 1024;
/** How often is looked whether everything is confirmed (milliseconds). */
const GLANCE = 5;

type Waiting = { readonly publication: Publication; readonly done: Published };

/** Who publishes, over all connections. */
export class Room {
  readonly #supervisor: Supervisor;
  readonly #clock: Clock;
  /** What may not be sent yet, the oldest first. */
  readonly #waiting = new Set<Waiting>();
  #bytes = 0;
  #session: Session | undefined;
  #publisher: Publisher | undefined;

  constructor(supervisor: Supervisor, clock: Clock) {
    this.#supervisor = supervisor;
    this.#clock = clock;
    supervisor.each((session) => this.#begin(session));
    whenAborted(supervisor.closing, () => this.#end());
  }

  /**
   * Publishes at once where there is room, else as soon as there is; `done` is told how that ended. What was not sent is `overloaded` where too much waits
   * already, and `disconnected` where the bus is closed.
   */
  publish(publication: Publication, done: Published): Withdraw {
    const publisher = this.#waiting.size === 0 ? this.#withRoom() : undefined;
    if (publisher) {
      publisher.publish(publication, done);
      return isSent;
    }
    const size = sizeOf(publication);
    if (this.#supervisor.closing.aborted) {
      done(closed(publication));
    } else if (this.#waiting.size >= MOST_WAITING || (this.#waiting.size > 0 && this.#bytes + size > MOST_WAITING_BYTES)) {
      done(transportError('overloaded', `${publication.message.type} was not sent: ${this.#waiting.size} messages wait already.`));
    } else {
      return this.#wait({ publication, done });
    }
    return isSent;
  }

  /** Done when the broker has confirmed everything, or the time is over. */
  async empty(until: number): Promise<void> {
    while (this.#publisher && this.#publisher.messages + this.#waiting.size > 0 && this.#clock.now() < until) {
      await pause(this.#clock, Math.min(GLANCE, until - this.#clock.now()));
    }
  }

  #wait(waiting: Waiting): Withdraw {
    this.#waiting.add(waiting);
    this.#bytes += sizeOf(waiting.publication);
    return () => (this.#take(waiting) ? this.#why() : undefined);
  }

  #take(waiting: Waiting): boolean {
    if (!this.#waiting.delete(waiting)) return false;
    this.#bytes -= sizeOf(waiting.publication);
    return true;
  }

  #begin(session: Session): void {
    this.#session = session;
    session.model.on('unblocked', () => this.#admit());
    session.lost.addEventListener('abort', () => {
      if (this.#session !== session) return;
      const publisher = this.#publisher;
      this.#session = undefined;
      this.#publisher = undefined;
      publisher?.lose(session.lost.reason as Error);
    });
    this.#admit();
  }

  /** Lets in whoever waits, as many as there is room for. */
  #admit(): void {
    for (const waiting of this.#waiting) {
      const publisher = this.#withRoom();
      if (!publisher) return;
      this.#take(waiting);
      publisher.publish(waiting.publication, waiting.done);
    }
  }

  #end(): void {
    for (const waiting of this.#waiting) {
      this.#take(waiting);
      waiting.done(closed(waiting.publication));
    }
  }

  #withRoom(): Publisher | undefined {
    if (!this.#session || this.#supervisor.closing.aborted || this.#supervisor.blocked() !== undefined) return undefined;
    this.#publisher ??= new Publisher(this.#session, this.#clock, () => this.#admit());
    const { isOpen, messages, bytes } = this.#publisher;
    return isOpen && messages < MOST_UNCONFIRMED && bytes < MOST_UNCONFIRMED_BYTES ? this.#publisher : undefined;
  }

  #why(): string {
    if (!this.#session) return `there is no connection to RabbitMQ (${this.#supervisor.problem()})`;
    const blocked = this.#supervisor.blocked();
    return blocked === undefined ? 'RabbitMQ did not keep up' : `RabbitMQ takes no messages (${blocked})`;
  }
}

const isSent: Withdraw = () => undefined;

function closed({ message }: Publication) {
  return transportError('disconnected', `${message.type} was not sent: the bus was closed.`);
}
