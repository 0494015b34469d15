/**
 * Something that stands on a channel of its own, such as a consumer: set up again whenever its channel or its connection is lost, until it is stopped.
 */
import type { Channel } from 'amqplib';
import { whenAborted } from '../aborted.ts';
import { type Clock, pause } from '../clock.ts';
import { transportError } from '../failure.ts';
import { createLoss } from '../loss.ts';
import type { SafeTelemetry } from '../telemetry.ts';
import type { FrameWriter } from './frame-writer.ts';
import type { Session } from './session.ts';
import type { Supervisor } from './supervisor.ts';

/** How it is set up. */
export type SetUp = {
  /** As logs name it. */
  readonly what: string;
  readonly clock: Clock;
  readonly telemetry: SafeTelemetry;
  /** Sets it up. `lost` is aborted when the channel is; `cancelled` is for when the broker ends it and the channel stays. */
  open(channel: Channel, ends: Ends): Promise<Stand>;
};

/** What stands, and how it is taken back. */
type Stand = {
  /** It gets nothing more; its channel stays open. */
  cancel(): Promise<unknown>;
  /** Done when the broker has done all that it was told on the channel. */
  finish(): Promise<void>;
};

/** How it ends, and what writes to its connection. */
type Ends = { readonly lost: AbortSignal; cancelled(): void; readonly writer: FrameWriter };

/** A channel on which it stands, until that is lost. */
type Stood = { readonly channel: Channel; readonly ended: Promise<void>; readonly stand: Stand };

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5000;

/** Keeps something standing. */
export class Standing {
  /** Done the first time that it stands; fails where the broker refuses it then, and where the bus is closed before. */
  readonly first: Promise<void>;
  readonly #setUp: SetUp;
  readonly #stopping = new AbortController();
  readonly #forget: (() => void)[];
  /** On which it stands or is about to. */
  #raising: Promise<Stood> | undefined;
  #stood: () => void = () => undefined;
  #refused: (error: Error) => void = () => undefined;
  #isSettled = false;

  constructor(supervisor: Supervisor, setUp: SetUp) {
    this.#setUp = setUp;
    this.first = new Promise<void>((done, failed) => {
      this.#stood = done;
      this.#refused = failed;
    });
    // Whoever waits for it is told; where nobody does, the log is.
    this.first.catch(() => undefined);
    const closed = () => this.#settle(transportError('disconnected', 'The bus was closed.'));
    this.#forget = [supervisor.each((session) => void this.#keep(session)), whenAborted(supervisor.closing, closed)];
    if (supervisor.closing.aborted) closed();
  }

  /** It is not set up again, and gets nothing more. Its channel stays open. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const forget of this.#forget) forget();
    try {
      await (await this.#raising)?.stand.cancel();
    } catch {
      // It is lost, or never stood, and gets nothing more either.
    }
  }

  /** Its channel is closed: what it holds goes back. */
  async end(): Promise<void> {
    this.#stopping.abort();
    for (const forget of this.#forget) forget();
    try {
      const stood = await this.#raising;
      await stood?.stand.finish();
      await stood?.channel.close();
    } catch {
      // It is closed.
    }
  }

  /** Sets it up over one connection, as often as need be. */
  async #keep(session: Session): Promise<void> {
    const { lost } = session;
    const { clock } = this.#setUp;
    const isOver = () => lost.aborted || this.#stopping.signal.aborted;
    for (let failures = 0; !isOver(); failures += 1) {
      const raising = standUp(session, this.#setUp);
      this.#raising = raising;
      try {
        const stood = await raising;
        failures = 0;
        this.#settle();
        await stood.ended;
      } catch (error) {
        if (!lost.aborted) this.#note(error as Error);
      }
      if (this.#raising === raising) this.#raising = undefined;
      if (!isOver()) await pause(clock, Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** failures), this.#stopping.signal);
    }
  }

  #note(error: Error): void {
    if (!this.#isSettled && isRefusal(error)) {
      this.#stopping.abort();
      for (const forget of this.#forget) forget();
      this.#settle(error);
    } else if (!this.#stopping.signal.aborted) {
      this.#setUp.telemetry.log('error', `${this.#setUp.what} does not work: ${error.message}`, {});
    }
  }

  #settle(error?: Error): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    if (error) this.#refused(error);
    else this.#stood();
  }
}

/** Sets it up on a channel of its own. Fails with what the broker says. */
async function standUp({ model, writer }: Session, { what, telemetry, open }: SetUp): Promise<Stood> {
  const channel = await model.createChannel();
  const losing = createLoss();
  let problem: Error | undefined;
  channel.on('error', (error: Error) => {
    problem = error;
    telemetry.log('error', `${what}: ${error.message}`, {});
  });
  // What a receiver throws ends the channel, unless somebody listens. It never throws; this is for the day that it does.
  channel.on('handler-error', (error: Error) => telemetry.log('error', `${what}: ${error.message}`, {}));
  const ended = new Promise<void>((done) => {
    channel.on('close', () => {
      losing.abort(problem ?? new Error('The channel was closed.'));
      done();
    });
  });
  const cancelled = () => {
    const text = `${what} was ended by RabbitMQ: its queue was deleted, or has moved.`;
    telemetry.log('warn', text, {});
    // From now on nothing may be said on the channel, for it is no longer one when the broker reads that.
    losing.abort(new Error(text));
    closeQuietly(channel);
  };
  try {
    const stand = await open(channel, { lost: losing.signal, cancelled, writer });
    // What came in the same breath was heard first.
    if (losing.signal.aborted) throw losing.signal.reason;
    return { channel, ended, stand };
  } catch (error) {
    if (!losing.signal.aborted) closeQuietly(channel);
    throw problem ?? error;
  }
}

/** What a channel is called in frames, which amqplib does not declare. */
export function numberOf(channel: Channel): number {
  return (channel as unknown as { readonly ch: number }).ch;
}

/** Whether the broker will say the same the next time: what is not there, not allowed, or other than it should be. */
function isRefusal({ message }: Error): boolean {
  return /NOT_FOUND|ACCESS_REFUSED|PRECONDITION_FAILED|RESOURCE_LOCKED|NOT_ALLOWED/.test(message);
}

/** amqplib throws where a channel is closing already. */
function closeQuietly(channel: Channel): void {
  try {
    void channel.close().catch(() => undefined);
  } catch {
    // It is closed.
  }
}
