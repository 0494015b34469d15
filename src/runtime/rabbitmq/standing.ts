/**
 * Something that stands on a channel of its own, such as a consumer: set up again whenever its channel or its connection is lost, until it is stopped.
 */
import type { Channel } from 'amqplib';
import { type Clock, pause } from '../clock.ts';
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
  open(channel: Channel, ends: Ends): Promise<void>;
};

/** How it ends, and what writes to its connection. */
type Ends = { readonly lost: AbortSignal; cancelled(): void; readonly writer: FrameWriter };

/** A channel on which it stands, until that is lost. */
type Stood = { readonly channel: Channel; readonly ended: Promise<void> };

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5000;

/** Keeps something standing. */
export class Standing {
  /** Done the first time that it stands; fails where the broker refuses it then. */
  readonly first: Promise<void>;
  readonly #setUp: SetUp;
  readonly #stopping = new AbortController();
  #channel: Channel | undefined;
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
    supervisor.each((session) => void this.#keep(session));
  }

  /** The channel on which it stands now. */
  channel(): Channel | undefined {
    return this.#channel;
  }

  /** It is not set up again. Its channel stays open. */
  stop(): void {
    this.#stopping.abort();
  }

  /** Sets it up over one connection, as often as need be. */
  async #keep(session: Session): Promise<void> {
    const { lost } = session;
    const { clock } = this.#setUp;
    const isOver = () => lost.aborted || this.#stopping.signal.aborted;
    for (let failures = 0; !isOver(); failures += 1) {
      try {
        const stood = await standUp(session, this.#setUp);
        failures = 0;
        this.#settle();
        this.#channel = stood.channel;
        await stood.ended;
        this.#channel = undefined;
      } catch (error) {
        if (!lost.aborted) this.#note(error as Error);
      }
      if (!isOver()) await pause(clock, Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** failures), this.#stopping.signal);
    }
  }

  #note(error: Error): void {
    if (!this.#isSettled && isRefusal(error)) {
      this.#stopping.abort();
      this.#settle(error);
    } else {
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
    await open(channel, { lost: losing.signal, cancelled, writer });
  } catch (error) {
    if (!losing.signal.aborted) closeQuietly(channel);
    throw problem ?? error;
  }
  return { channel, ended };
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
