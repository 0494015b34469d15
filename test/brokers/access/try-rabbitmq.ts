/** What a user of a RabbitMQ can really do: everything is tried with amqplib, and what the broker let happen is told in lines. */
import { type Channel, type ChannelModel, type ConfirmChannel, connect } from 'amqplib';

/** What there is to try on: every exchange with the keys that lead somewhere, and every queue. */
export type Things = { readonly exchanges: ReadonlyMap<string, ReadonlySet<string>>; readonly queues: readonly string[] };

/** A key that no contract knows. */
const STRANGE_KEY = 'some.other.key';

/** Everything that the user of this address could do, a line for each, sorted. What is not told was tried and refused. */
export async function tryEverything(url: string, { exchanges, queues }: Things): Promise<readonly string[]> {
  const connection = await connect(url, { noDelay: true });
  // The broker closes a channel over each refusal, never the connection.
  connection.on('error', () => undefined);
  const can: string[] = [];
  const attempt = createAttempts(connection);
  for (const [exchange, keys] of exchanges) can.push(...(await tryPublishing(attempt, exchange, [...keys, STRANGE_KEY])));
  for (const queue of queues) {
    if (await attempt((channel) => consumeShortly(channel, queue))) can.push(`take from ${queue}`);
    if (await attempt((channel) => channel.purgeQueue(queue))) can.push(`purge ${queue}`);
    if (await attempt((channel) => channel.deleteQueue(queue, { ifUnused: true, ifEmpty: true }))) can.push(`delete ${queue}`);
    if (await attempt((channel) => channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'classic' } }))) {
      can.push(`declare ${queue}`);
    }
    if (await attempt((channel) => channel.sendToQueue(queue, Buffer.from('by the default exchange'), { mandatory: true }))) {
      can.push(`publish to ${queue} by the default exchange`);
    }
  }
  const readable = [];
  for (const exchange of exchanges.keys()) {
    if (await attempt((channel) => channel.deleteExchange(exchange, { ifUnused: true }))) can.push(`delete exchange ${exchange}`);
    if (await attempt((channel) => channel.assertExchange(exchange, 'direct', { durable: false })))
      can.push(`declare exchange ${exchange}`);
    const replies = await tryReplyQueue(attempt, exchange);
    if (replies.length > 0) readable.push(exchange);
    can.push(...replies);
  }
  can.push(...(await tryBinding(attempt, { exchanges: [...exchanges.keys()], queues, readable })));
  for (const name of ['new-queue', 'amq.gen-own', ...queues.map((queue) => `${queue}.more`)]) {
    if (await attempt((channel) => channel.assertQueue(name, { exclusive: true }))) can.push(`make queue ${name}`);
  }
  if (await attempt((channel) => channel.assertExchange('new-exchange', 'fanout'))) can.push('make exchange new-exchange');
  await connection.close();
  return can.sort();
}

/** Whether something was done: false where the broker refused it. */
type Attempt = (work: (channel: ConfirmChannel) => unknown) => Promise<boolean>;

/** Attempts on one channel, opened anew after each refusal. */
function createAttempts(connection: ChannelModel): Attempt {
  let open: ConfirmChannel | undefined;
  return async (work) => {
    const channel = open ?? (await openChannel(connection));
    open = channel;
    let refused: string | undefined;
    const closed = new Promise<void>((resolve) => channel.once('close', resolve));
    channel.on('error', (error) => (refused = error.message));
    try {
      await work(channel);
      await Promise.race([channel.waitForConfirms(), closed]);
    } catch (error) {
      refused ??= String(error);
    }
    if (refused === undefined) return true;
    open = undefined;
    if (!/ACCESS.REFUSED/.test(refused)) throw new Error(`it was refused for another reason: ${refused}`);
    return false;
  };
}

async function openChannel(connection: ChannelModel): Promise<ConfirmChannel> {
  const channel = await connection.createConfirmChannel();
  channel.setMaxListeners(0);
  await channel.prefetch(1);
  return channel;
}

async function tryPublishing(attempt: Attempt, exchange: string, keys: readonly string[]): Promise<readonly string[]> {
  const taken: string[] = [];
  for (const key of keys) if (await attempt((channel) => channel.publish(exchange, key, Buffer.from('tried')))) taken.push(key);
  if (taken.length === 0) return [];
  return [`publish to ${exchange}: ${taken.length === keys.length ? 'any key' : taken.join(', ')}`];
}

/** Consumes without taking anything away: what comes goes back. */
async function consumeShortly(channel: Channel, queue: string): Promise<void> {
  const { consumerTag } = await channel.consume(queue, (message) => message && channel.nack(message, false, true));
  await channel.cancel(consumerTag);
}

type Bindable = { readonly exchanges: readonly string[]; readonly queues: readonly string[]; readonly readable: readonly string[] };

/** Binding takes the right to write a queue and the right to read an exchange: each queue with each exchange that can be read, and with one that cannot. */
async function tryBinding(attempt: Attempt, { exchanges, queues, readable }: Bindable): Promise<readonly string[]> {
  const can: string[] = [];
  for (const [index, queue] of queues.entries()) {
    for (const exchange of new Set([...readable, exchanges[index % exchanges.length] as string])) {
      if (!(await attempt((channel) => channel.bindQueue(queue, exchange, STRANGE_KEY)))) continue;
      can.push(`bind ${queue} to ${exchange}`);
      await attempt((channel) => channel.unbindQueue(queue, exchange, STRANGE_KEY));
    }
  }
  return can;
}

/** What a process does to get answers through an exchange: a queue of its own, bound by its own name. */
async function tryReplyQueue(attempt: Attempt, exchange: string): Promise<readonly string[]> {
  const queue = `${exchange}.process-a.1`;
  if (!(await attempt((channel) => channel.assertQueue(queue, { exclusive: true, durable: false })))) return [];
  const isBound = await attempt((channel) => channel.bindQueue(queue, exchange, queue));
  const isTaken = await attempt((channel) => consumeShortly(channel, queue));
  await attempt((channel) => channel.deleteQueue(queue));
  return [`make ${queue}${isBound ? ', bind it' : ''}${isTaken ? ', take from it' : ''}`];
}
