import { setTimeout as sleep } from 'node:timers/promises';
import { logLevel, type SASLOptions } from 'kafkajs';
import type { KafkaAccess } from '../access.ts';
import { CODES } from '../explain.ts';
import { failureOf } from './failures.ts';
import { type Broker, type Cluster, newCluster } from './kafkajs.ts';
import { type Answers, type Metadata, readMetadata } from './requests.ts';

/** A cluster that is connected to. Its functions throw what kafkajs throws; {@link failureOf} turns that into words. */
export type Connection = {
  readonly access: KafkaAccess;
  /** What the brokers know now. */
  refresh(): Promise<Metadata>;
  /** Asks the controller, again where the cluster was just choosing another one. */
  onController(ask: (broker: Broker) => Promise<Answers>): Promise<Answers>;
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
  const cluster = newCluster(
    {
      brokers: [...access.brokers],
      clientId: access.clientId,
      logLevel: logLevel.NOTHING,
      connectionTimeout: Math.max(SHORTEST, Math.min(LONGEST, PATIENCE / access.brokers.length)),
      authenticationTimeout: LONGEST,
      requestTimeout: 40_000,
      enforceRequestTimeout: true,
      retry: { retries: Math.max(1, access.brokers.length - 1), initialRetryTime: 100, maxRetryTime: 500 },
      ...(access.tls && { ssl: access.tls as Exclude<KafkaAccess['tls'], undefined> }),
      ...(access.sasl && { sasl: access.sasl as SASLOptions }),
    },
    readMetadata,
  );
  try {
    await cluster.connect();
    await cluster.refreshMetadata();
  } catch (error) {
    await cluster.disconnect().catch(() => undefined);
    throw failureOf(error, access);
  }
  return connectionOf(cluster, access);
}

function connectionOf(cluster: Cluster, access: KafkaAccess): Connection {
  const refresh = async () => {
    await cluster.refreshMetadata();
    return cluster.brokerPool.metadata as Metadata;
  };
  const onController = async (ask: (broker: Broker) => Promise<Answers>) => {
    for (let attempt = 0; ; attempt += 1) {
      const answers = await ask(await cluster.findControllerBroker());
      const isElsewhere = [...answers.values()].some(({ code }) => code === CODES.notController);
      if (!isElsewhere || attempt === 5) return answers;
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
