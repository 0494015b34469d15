/** Publishing within bounds: what the broker has not confirmed, and what waits until it may be sent, does not fill this process's memory. */
import type { Clock } from '../clock.ts';
import { transportError } from '../failure.ts';
import type { Within } from '../transport.ts';
import { Publisher } from './publisher.ts';
import type { Supervisor } from './supervisor.ts';

/** More at once does not make it faster. */
const MOST_UNCONFIRMED = 2000;
const MOST_UNCONFIRMED_BYTES = 64 * 1024 * 1024;
const MOST_WAITING = 10_000;
/** How often is looked whether there is room again (milliseconds). */
const GLANCE = 5;

/** Who publishes, over all connections. */
export class Room {
  readonly #supervisor: Supervisor;
  readonly #clock: Clock;
  #publisher: Publisher | undefined;
  #waiting = 0;

  constructor(supervisor: Supervisor, clock: Clock) {
    this.#supervisor = supervisor;
    this.#clock = clock;
    supervisor.each((session) => {
      const publisher = new Publisher(session);
      this.#publisher = publisher;
      session.lost.addEventListener('abort', () => {
        if (this.#publisher === publisher) this.#publisher = undefined;
        publisher.lose(session.lost.reason as Error);
      });
    });
  }

  /** Somebody to publish with: at once where there is room, else as soon as there is. Fails with `overloaded`, `timeout` or `aborted`. */
  enter(within: Within, what: string): Publisher | Promise<Publisher> {
    return this.#withRoom() ?? this.#wait(within, what);
  }

  /** Done when the broker has confirmed everything, or the time is over. */
  async empty(until: number): Promise<void> {
    while (this.#publisher && this.#publisher.messages > 0 && this.#clock.now() < until) await this.#glance(until);
  }

  #withRoom(): Publisher | undefined {
    const publisher = this.#publisher;
    if (!publisher || this.#supervisor.blocked() !== undefined) return undefined;
    return publisher.messages < MOST_UNCONFIRMED && publisher.bytes < MOST_UNCONFIRMED_BYTES ? publisher : undefined;
  }

  async #wait(within: Within, what: string): Promise<Publisher> {
    if (this.#waiting >= MOST_WAITING) {
      throw transportError('overloaded', `${what} was not sent: ${this.#waiting} messages wait already.`);
    }
    this.#waiting += 1;
    try {
      while (true) {
        await this.#supervisor.connected(within, what);
        const publisher = this.#withRoom();
        if (publisher) return publisher;
        this.#endWhereOver(within, what);
        await this.#glance(within.deadline);
      }
    } finally {
      this.#waiting -= 1;
    }
  }

  #endWhereOver({ deadline, signal }: Within, what: string): void {
    if (signal?.aborted) {
      throw transportError('aborted', `${what} was given up by its caller before it was sent.`, { cause: signal.reason });
    }
    if (this.#clock.now() < deadline) return;
    const blocked = this.#supervisor.blocked();
    const why = blocked === undefined ? 'RabbitMQ did not keep up' : `RabbitMQ takes no messages (${blocked})`;
    throw transportError('timeout', `${what} was not sent in time: ${why}.`);
  }

  #glance(deadline: number): Promise<void> {
    const milliseconds = Math.min(GLANCE, Math.max(1, deadline - this.#clock.now()));
    return new Promise((done) => this.#clock.after(milliseconds, done));
  }
}
