/**
 * Keeps a connection to RabbitMQ: opens it, notices that it is lost, and opens another, again and again, until it is closed. amqplib's own recovery
 * restores the connection only, and ends the process where nobody listens at the wrong moment; here every listener is there in the turn in which the
 * connection is (docs/decisions/0041-runtime.md).
 */
import { whenAborted } from '../aborted.ts';
import { type Clock, pause } from '../clock.ts';
import { transportError } from '../failure.ts';
import { createLoss } from '../loss.ts';
import { withinTime } from '../patience.ts';
import type { SafeTelemetry } from '../telemetry.ts';
import type { Within } from '../transport.ts';
import { describeProblem, endSession, openSession, type Session } from './session.ts';

/** How to connect. */
export type Connecting = {
  /** Of the nodes of a cluster, tried in turn. */
  readonly urls: readonly string[];
  readonly socket: object;
  readonly name: string;
  /** Seconds after which a connection without a sign of life is lost, about twice. */
  readonly heartbeat: number;
  readonly clock: Clock;
  readonly telemetry: SafeTelemetry;
  lost(reason: Error): void;
};

/** Pauses between attempts: doubled each time, up to the longest, and by chance up to half of it shorter, lest all clients come at once (milliseconds). */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 10_000;
/** A connection that was lost sooner than this counts as a failed attempt, if not as the last of many: something ends it each time (milliseconds). */
const STEADY = 1000;
const MOST_FLEETING = 3;

/** Keeps connected. */
export class Supervisor {
  readonly #connecting: Connecting;
  readonly #closing = createLoss();
  readonly #listeners = new Set<(session: Session) => void>();
  readonly #waiting = new Set<Waiting>();
  #session: Session | undefined;
  #blocked: string | undefined;
  #problem = 'it has just begun to connect';

  /** Begins to connect. */
  constructor(connecting: Connecting) {
    this.#connecting = connecting;
    void this.#run();
  }

  /** Aborted when it is closed. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** What kept it from connecting, or why it lost its connection last. */
  problem(): string {
    return this.#problem;
  }

  /** Why the broker takes nothing at the moment: its memory or its disk runs short. */
  blocked(): string | undefined {
    return this.#blocked;
  }

  /** The connection, as soon as there is one. Fails where the deadline passes, with what kept it from connecting. */
  async connected(within: Within, what: string): Promise<Session> {
    const closed = () => transportError('disconnected', `${what} was not done: the bus was closed.`);
    if (this.closing.aborted) throw closed();
    if (this.#session) return this.#session;
    let waiting: Waiting | undefined;
    const arrival = new Promise<Session>((done, failed) => {
      waiting = { done, close: () => failed(closed()) };
      this.#waiting.add(waiting);
    });
    try {
      return await withinTime(this.#connecting.clock, arrival, within, `Waiting for a connection to RabbitMQ (${this.#problem})`);
    } finally {
      if (waiting) this.#waiting.delete(waiting);
    }
  }

  /** Calls with each connection, and at once with the one that there is. Gives what ends that. */
  each(act: (session: Session) => void): () => void {
    this.#listeners.add(act);
    if (this.#session) act(this.#session);
    return () => this.#listeners.delete(act);
  }

  /** Ends it, within so many milliseconds. Never fails. */
  async close(patience: number): Promise<void> {
    this.#closing.abort(new Error('The bus was closed.'));
    for (const { close } of this.#waiting) close();
    if (this.#session) await endSession(this.#session, patience);
  }

  async #run(): Promise<void> {
    const { urls, clock, telemetry } = this.#connecting;
    for (let failures = 0; !this.#closing.signal.aborted; ) {
      const opened = await openSession(this.#connecting, urls[failures % urls.length] as string, this.closing);
      if (opened instanceof Error) {
        this.#problem = describeProblem(opened);
        telemetry.log('warn', `No connection to RabbitMQ: ${this.#problem}`, { attempt: failures + 1 });
      } else if (this.closing.aborted) {
        await endSession(opened, 0);
      } else {
        const begun = performance.now();
        await this.#use(opened);
        // Whoever had it for long has it again at once, and so has whoever lost it soon for the first time.
        const isFirst = failures === 0;
        failures = performance.now() - begun >= STEADY ? 0 : Math.min(failures + 1, MOST_FLEETING);
        if (failures === 0 || isFirst) continue;
      }
      await pause(clock, pauseAfter(failures), this.closing);
      failures += 1;
    }
  }

  /** Done when it is lost. */
  async #use(session: Session): Promise<void> {
    const { telemetry } = this.#connecting;
    session.model.on('blocked', (reason: string) => {
      this.#blocked = reason;
      telemetry.log('warn', `RabbitMQ takes no messages at the moment: ${reason}`, {});
    });
    session.model.on('unblocked', () => {
      this.#blocked = undefined;
    });
    this.#session = session;
    telemetry.count('connected', { transport: 'rabbitmq' });
    for (const act of this.#listeners) act(session);
    for (const { done } of this.#waiting) done(session);
    this.#waiting.clear();
    const reason = await whenLost(session);
    this.#session = undefined;
    this.#blocked = undefined;
    this.#problem = describeProblem(reason);
    this.#connecting.lost(reason);
    if (this.closing.aborted) return;
    telemetry.count('disconnected', { transport: 'rabbitmq' });
    telemetry.log('warn', `The connection to RabbitMQ was lost: ${this.#problem}`, {});
  }
}

type Waiting = { done(session: Session): void; close(): void };

function whenLost({ lost }: Session): Promise<Error> {
  return new Promise((done) => {
    if (lost.aborted) done(lost.reason as Error);
    else whenAborted(lost, () => done(lost.reason as Error));
  });
}

function pauseAfter(failures: number): number {
  return Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** failures) * (0.5 + Math.random() / 2);
}
