/** Messages that come and go while a test does something to a RabbitMQ, as services would send and receive them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Channel, connect } from 'amqplib';

/** Where messages go in and where they come out, and how many a second. */
export type Route = {
  readonly url: string;
  readonly exchange: string;
  readonly routingKey: string;
  readonly queue: string;
  readonly rate: number;
};

/** What became of the messages: `lost` were confirmed and never received, `returned` found no queue, `twice` came more than once. */
export type Tally = { readonly sent: number; readonly lost: number; readonly returned: number; readonly twice: number };

/** Messages that come and go. */
export type Traffic = {
  /** How many were confirmed up to now. */
  sent(): number;
  /** Stops sending, waits until nothing comes any more, and counts. */
  end(): Promise<Tally>;
};

const TICK = 10;
/** How long nothing may come before what is missing counts as lost. */
const SILENCE = 5_000;

/** Sends with confirms and `mandatory`, and receives with acknowledgements, subscribing again whenever the broker cancels it. */
export async function startTraffic(route: Route): Promise<Traffic> {
  const connection = await connect(route.url);
  connection.on('error', () => undefined);
  const channel = await connection.createConfirmChannel();
  const confirmed = new Set<string>();
  const returned = new Set<string>();
  channel.on('return', (message) => returned.add(String(message.properties.messageId)));
  const receiver = startReceiver(route);
  let published = 0;
  const begun = performance.now();
  const timer = setInterval(() => {
    for (const due = ((performance.now() - begun) * route.rate) / 1_000; published < due; published += 1) {
      const messageId = `m${published}`;
      const options = { persistent: true, mandatory: true, messageId, headers: { number: published } };
      channel.publish(route.exchange, route.routingKey, Buffer.from(messageId), options, (error) => {
        if (!error) confirmed.add(messageId);
      });
    }
  }, TICK);
  return {
    sent: () => confirmed.size,
    async end() {
      clearInterval(timer);
      await channel.waitForConfirms();
      await connection.close();
      await receiver.end(confirmed.size);
      const { times } = receiver;
      const lost = [...confirmed].filter((id) => !returned.has(id) && !times.has(id)).length;
      const twice = [...times.values()].reduce((sum, count) => sum + count - 1, 0);
      return { sent: confirmed.size, lost, returned: returned.size, twice };
    },
  };
}

function startReceiver({ url, queue }: Route) {
  const times = new Map<string, number>();
  let isOver = false;
  let lastReceived = Date.now();
  const work = (async () => {
    const connection = await connect(url);
    connection.on('error', () => undefined);
    while (!isOver) {
      const channel = await connection.createChannel();
      await receiveUntilCancelled(channel, queue, (id) => {
        lastReceived = Date.now();
        times.set(id, (times.get(id) ?? 0) + 1);
      });
      await sleep(20);
    }
    await connection.close();
  })();
  let cancel: () => void = () => undefined;
  async function receiveUntilCancelled(channel: Channel, name: string, take: (id: string) => void): Promise<void> {
    const cancelled = new Promise<void>((resolve) => {
      cancel = resolve;
      channel.on('error', () => resolve());
      channel.on('close', () => resolve());
    });
    try {
      await channel.prefetch(100);
      await channel.consume(name, (message) => {
        if (!message) return cancel();
        take(String(message.properties.messageId));
        channel.ack(message);
      });
      await cancelled;
      await channel.close();
    } catch {
      // The queue is not there at this moment, or the channel went with it.
    }
  }
  return {
    times,
    async end(expected: number) {
      while (times.size < expected && Date.now() - lastReceived < SILENCE) await sleep(100);
      // Duplicates may still be on their way.
      await sleep(500);
      isOver = true;
      cancel();
      await work;
    },
  };
}
