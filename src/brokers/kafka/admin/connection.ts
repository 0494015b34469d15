import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ISocketFactory, logLevel, type SASLOptions } from 'kafkajs';
import { Failure } from '../../../diagnostics/failure.ts';
import type { KafkaAccess } from '../access.ts';
import { type Answer, CODES } from '../explain.ts';
import { failureOf } from './failures.ts';
import { type Broker, type Cluster, newCluster, openSocket } from './kafkajs.ts';
import { type Metadata, readMetadata } from './requests.ts';

/** A cluster that is connected to. Its functions throw what kafkajs throws; {@link failureOf} turns that into words. */
export type Connection = {
  readonly access: KafkaAccess;
  /** What the brokers know now. */
  refresh(): Promise<Metadata>;
  /** Asks the controller, again where the cluster was just choosing another one. */
  onController<Said extends Answer>(ask: (broker: Broker) => Promise<ReadonlyMap<string, Said>>): Promise<ReadonlyMap<string, Said>>;
  /** The controller itself. */
  controller(): Promise<Broker>;
  broker(nodeId: number): Promise<Broker>;
  close(): Promise<void>;
};

/** All bootstrap brokers together are given about this long, in milliseconds. */
const PATIENCE = 9_000;
const SHORTEST = 1_000;
const LONGEST = 4_000;

/** Connects to the first of the brokers that answers. Throws `Failure`. */
export async function connect(access: KafkaAccess): Promise<Connection> {
  const patience = Math.max(SHORTEST, Math.min(LONGEST, PATIENCE / access.brokers.length));
  let last: unknown;
  for (const broker of access.brokers) {
    try {
      return connectionOf(await connectTo(broker, access, patience), access);
    } catch (error) {
      last = failureOf(error, access);
      // The others would refuse the same login, and some day lock the user out.
      if (!(last instanceof Failure) || last.id === 'login-refused') break;
    }
  }
  throw last;
}

/** kafkajs itself waits for a broker that takes the connection and never answers, and then goes on without having been answered. */
async function connectTo(broker: string, access: KafkaAccess, patience: number): Promise<Cluster> {
  const { socketFactory, breakOff } = breakableSockets();
  const cluster = newCluster(
    {
      brokers: [broker],
      clientId: access.clientId,
      logLevel: logLevel.NOTHING,
      socketFactory,
      connectionTimeout: patience,
      authenticationTimeout: patience,
      requestTimeout: 40_000,
      enforceRequestTimeout: true,
      retry: { retries: 1, initialRetryTime: 100, maxRetryTime: 500 },
      ...(access.tls && { ssl: access.tls as Exclude<KafkaAccess['tls'], undefined> }),
      ...(access.sasl && { sasl: access.sasl as SASLOptions }),
    },
    readMetadata,
  );
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    breakOff();
  }, patience);
  try {
    await cluster.connect();
    await cluster.refreshMetadata();
    return cluster;
  } catch (error) {
    breakOff();
    await cluster.disconnect().catch(() => undefined);
    throw isLate ? Object.assign(new Error('no answer', { cause: error }), { name: 'KafkaJSTimeout' }) : error;
  } finally {
    clearTimeout(timer);
  }
}

/** Sockets that can be given up all at once, and stay so: what waits for them fails with ETIMEDOUT. */
function breakableSockets(): { readonly socketFactory: ISocketFactory; readonly breakOff: () => void } {
  const sockets = new Set<Socket>();
  let isBroken = false;
  const timeout = () => Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' });
  const socketFactory: ISocketFactory = (options) => {
    if (isBroken) throw timeout();
    const socket = openSocket(options);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    return socket;
  };
  const breakOff = () => {
    isBroken = true;
    for (const socket of sockets) socket.destroy(timeout());
  };
  return { socketFactory, breakOff };
}

function connectionOf(cluster: Cluster, access: KafkaAccess): Connection {
  const refresh = async () => {
    await cluster.refreshMetadata();
    return cluster.brokerPool.metadata as Metadata;
  };
  const onController = async <Said extends Answer>(ask: (broker: Broker) => Promise<ReadonlyMap<string, Said>>) => {
    const done = new Map<string, Said>();
    for (let attempt = 0; ; attempt += 1) {
      const answers = await ask(await cluster.findControllerBroker());
      for (const [name, answer] of answers) if (answer.code === CODES.ok) done.set(name, answer);
      const isElsewhere = [...answers.values()].some(({ code }) => code === CODES.notController);
      // What a controller did stays done, whatever the next one says when it is asked for it again.
      if (!isElsewhere || attempt === 5) return new Map([...answers, ...done]);
      await sleep(200);
      await cluster.refreshMetadata();
    }
  };
  return {
    access,
    refresh,
    onController,
    controller: () => cluster.findControllerBroker(),
    broker: (nodeId) => cluster.findBroker({ nodeId }),
    close: () => cluster.disconnect(),
  };
}
