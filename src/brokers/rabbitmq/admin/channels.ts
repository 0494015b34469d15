/** AMQP 0-9-1: declarations over many channels of one connection, and work on a channel of its own. */
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Channel, type ChannelModel, type ConfirmChannel, connect } from 'amqplib';
import { Failure } from '../../../diagnostics/failure.ts';
import { loginRefused, unreachable } from '../../unreachable.ts';
import type { Access } from '../access.ts';
import { quoteWord } from '../vhost.ts';

/** A connection for declarations. */
export type Declaring = {
  /** What the broker said of itself when it let us in. */
  readonly server: { readonly cluster: string | undefined; readonly version: string };
  /**
   * Declares each item and gives its outcome as it is known. amqplib has one request in flight for each channel, so the items go over many;
   * what fails costs only its own channel, which is opened anew. Once the signal is aborted no item more is begun, and those left have no outcome.
   */
  each<Item>(items: readonly Item[], declaration: Declaration<Item>): AsyncIterable<Declared<Item>>;
  /**
   * Gives some work a channel of its own, with confirms, and closes it afterwards. Rejects with the broker's words where it ends the channel, or
   * with amqplib's where the connection breaks, whatever the work waits for.
   */
  using<Result>(work: (channel: ConfirmChannel) => Promise<Result>): Promise<Result>;
  /** Why the connection is no more; undefined while it is there. What it held, a lock too, is gone with it. */
  broken(): string | undefined;
  /** Ends the connection, and waits for the broker only a while. */
  close(): Promise<void>;
};

/** How an item is declared, and when to stop. */
type Declaration<Item> = { readonly declare: (channel: Channel, item: Item) => Promise<unknown>; readonly signal: AbortSignal };

/** How the declaration of one item ended; without `error` it is done. */
type Declared<Item> = { readonly item: Item; readonly error?: string };

/** More channels than this gain nothing (measured on 3.10 and 4.0, also over 20 ms of network). */
const MAX_CHANNELS = 64;
/** An item more for every so many, so that a handful of items does not pay for opening channels. */
const ITEMS_PER_CHANNEL = 8;
/** An answer that takes longer, in milliseconds, was on its way for most of it: then as many requests as the channels bear had better be on theirs. */
const LONG_WAY = 20;
/** What amqplib says where the broker allows a connection no channel more; then those that are open do all of it. */
const NO_CHANNEL = /No channels left/;
/** What amqplib says where the user was let in and may not enter the virtual host, or that is not there; the words of the broker are lost on the way. */
const NO_ENTRY = /NOT.ALLOWED|vhost|Expected ConnectionOpenOk; got <ConnectionClose/;
const CONNECT_TIMEOUT = 10_000;

/** Connects. Throws `Failure` when the broker is not reached or does not let the user in. */
export async function openDeclaring(access: Access): Promise<Declaring> {
  const connection = await openConnection(access);
  const idle: Channel[] = [];
  let broken: string | undefined;
  // Without a listener amqplib throws where nobody can catch it.
  connection.on('error', (error) => {
    broken ??= error.message;
  });
  connection.on('close', () => {
    broken ??= 'The connection was closed.';
  });
  const { version, cluster_name: cluster } = connection.connection.serverProperties;
  return {
    server: { version: String(version), cluster: typeof cluster === 'string' ? cluster : undefined },
    each: (items, declaration) => declareEach({ connection, isBroken: () => broken, idle }, items, declaration),
    using: async (work) => {
      if (broken !== undefined) throw new Error(broken);
      return useChannel(await connection.createConfirmChannel(), work);
    },
    broken: () => broken,
    async close() {
      if (broken === undefined) await leave(connection);
    },
  };
}

/** A broker that takes no messages (an alarm) reads nothing more, a farewell neither: then it is left without an answer, after so many milliseconds. */
const FAREWELL = 5_000;

/** Ends a connection: with a farewell, or where that is not answered in time, without. */
export async function leave(connection: ChannelModel, patience = FAREWELL): Promise<void> {
  const farewell = connection.close().catch(() => undefined);
  await Promise.race([farewell, sleep(patience, undefined, { ref: false })]);
  // amqplib notices an error of its stream, and lets nobody wait for an answer any more.
  (connection.connection as unknown as Innards).stream.destroy(new Error('The connection was left.'));
}

/** What amqplib has and does not declare. */
type Innards = { readonly stream: Duplex };

/** Connects. Throws `Failure` when the broker is not reached or does not let the user in. */
export async function openConnection(access: Access): Promise<ChannelModel> {
  const { amqp, vhost, tls } = access;
  const url = {
    protocol: amqp.secure ? 'amqps' : 'amqp',
    hostname: amqp.host,
    port: amqp.port,
    username: amqp.user,
    password: amqp.password,
    vhost: encodeURIComponent(vhost),
    heartbeat: 30,
  };
  try {
    return await connect(url, {
      timeout: CONNECT_TIMEOUT,
      noDelay: true,
      ...tls,
      clientProperties: { connection_name: 'msgctl provision' },
    });
  } catch (error) {
    throw connectionFailure(access, error);
  }
}

function connectionFailure({ amqp, vhost }: Access, error: unknown): Failure {
  const text = error instanceof Error ? error.message : String(error);
  if (/ACCESS.REFUSED/.test(text)) return loginRefused(amqp.endpoint, amqp.user, error);
  if (NO_ENTRY.test(text)) {
    return new Failure('right-missing', {
      message: `Transport "${amqp.endpoint.transport}": user "${amqp.user}" may not enter virtual host "${vhost}" at ${amqp.endpoint.where}, or it is not there.`,
      why: 'Queues and exchanges are made over AMQP, on that virtual host. Nothing was changed.',
      advice: `Give the user permissions there: rabbitmqctl set_permissions --vhost ${quoteWord(vhost)} ${quoteWord(amqp.user)} ".*" ".*" ".*".`,
      cause: error,
    });
  }
  const timedOut = /ETIMEDOUT/.test(text) ? Object.assign(new Error(text), { code: 'ETIMEDOUT' }) : error;
  const closed = /socket closed|Unexpected close/i.test(text) ? Object.assign(new Error(text), { code: 'ECONNRESET' }) : timedOut;
  return unreachable(amqp.endpoint, closed);
}

/** `idle`: channels that an earlier phase opened. */
type Line = { readonly connection: ChannelModel; readonly isBroken: () => string | undefined; readonly idle: Channel[] };

/** One of the channels of a line. `isFar` is told after each answer that was long on its way; `isAlone`: no other is at work. */
type Lane = Line & { readonly isFar: () => void; readonly isAlone: () => boolean };

async function* declareEach<Item>(line: Line, items: readonly Item[], declaration: Declaration<Item>): AsyncIterable<Declared<Item>> {
  const waiting = [...items].reverse();
  const ended: Declared<Item>[] = [];
  let isOver = false;
  let wake: () => void = () => undefined;
  const tell = (outcome: Declared<Item>) => {
    ended.push(outcome);
    wake();
  };
  let [opened, running] = [0, 0];
  const open = () => {
    if (opened >= MAX_CHANNELS || waiting.length === 0) return;
    opened += 1;
    running += 1;
    void runLane({ ...line, isFar: open, isAlone: () => running === 1 }, waiting, declaration, tell).then(() => {
      running -= 1;
      isOver = running === 0;
      wake();
    });
  };
  for (let lanes = Math.ceil(items.length / ITEMS_PER_CHANNEL); lanes > 0; lanes -= 1) open();
  isOver = running === 0;
  for (let told = 0; !isOver || told < ended.length; ) {
    if (ended.length === told) await new Promise<void>((resolve) => (wake = resolve));
    for (; told < ended.length; told += 1) yield ended[told] as Declared<Item>;
  }
}

/** One channel's share: takes items until none is left, or until it shall stop. Never throws. */
async function runLane<Item>(
  lane: Lane,
  waiting: Item[],
  { declare, signal }: Declaration<Item>,
  tell: (outcome: Declared<Item>) => void,
): Promise<void> {
  let channel: Channel | undefined;
  while (!signal.aborted) {
    const item = waiting.pop();
    if (item === undefined) break;
    try {
      channel = await channelOf(lane, channel);
      const asked = Date.now();
      await declare(channel, item);
      if (Date.now() - asked > LONG_WAY) lane.isFar();
      tell({ item });
    } catch (error) {
      const told = error instanceof Error ? error.message : String(error);
      if (NO_CHANNEL.test(told) && !lane.isAlone()) {
        waiting.push(item);
        return;
      }
      // The broker closes a channel whose declaration it refuses.
      channel = undefined;
      tell({ item, error: told });
    }
  }
  if (channel) lane.idle.push(channel);
}

/** The channel that a lane has, one that an earlier phase opened, or a new one. Rejects where the connection is broken. */
async function channelOf({ connection, isBroken, idle }: Lane, own: Channel | undefined): Promise<Channel> {
  const broken = isBroken();
  if (broken !== undefined) throw new Error(broken);
  return own ?? idle.pop() ?? openChannel(connection);
}

async function openChannel(connection: ChannelModel): Promise<Channel> {
  const channel = await connection.createChannel();
  channel.on('error', () => undefined);
  return channel;
}

/** Gives some work a channel, and closes it afterwards: see {@link Declaring.using}. */
export async function useChannel<Result>(channel: ConfirmChannel, work: (channel: ConfirmChannel) => Promise<Result>): Promise<Result> {
  let isOpen = true;
  const ended = new Promise<never>((_, reject) => {
    channel.on('error', (error: Error) => {
      isOpen = false;
      reject(error);
    });
    channel.on('close', () => {
      isOpen = false;
      reject(new Error('The channel was closed.'));
    });
  });
  // Nobody listens any more once the work is done.
  ended.catch(() => undefined);
  try {
    return await Promise.race([work(channel), ended]);
  } finally {
    if (isOpen)
      await Promise.race([
        channel.close().catch(() => undefined),
        ended.catch(() => undefined),
        sleep(FAREWELL, undefined, { ref: false }),
      ]);
  }
}
