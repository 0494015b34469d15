/** A Kafka for tests: the one that MSGCTL_TEST_KAFKA_BROKERS names, else one of its own, a single node on loopback. */
import type { Started } from './broker-process.ts';
import { bringServer } from './kafka-install.ts';
import { type KafkaNode, startNodes } from './kafka-nodes.ts';

/** How to reach it: `host:port`, several with commas. `own`: started for this test, so nothing else is on it, and it has more doors. */
export type Kafka = { readonly brokers: string; readonly own?: OwnDoors };

/**
 * Where it asks for a login (PLAIN: `msgctl` with the password `right-password` may do everything, `narrow` with `narrow-password` nothing that
 * is not allowed to it), where it speaks TLS with a certificate signed by itself, and the node that can be killed and started again.
 */
type OwnDoors = { readonly sasl: string; readonly tls: string; readonly node: KafkaNode };

/** The one that the environment names. */
function kafkaFromEnvironment(): Kafka | undefined {
  const brokers = process.env.MSGCTL_TEST_KAFKA_BROKERS;
  return brokers ? { brokers } : undefined;
}

/** Brings what {@link startKafka} starts. Returns why it cannot be had, or undefined. */
export async function bringKafka(): Promise<string | undefined> {
  return kafkaFromEnvironment() ? undefined : bringServer();
}

/** Starts it, or says why there is none. */
export async function startKafka(): Promise<Started<Kafka>> {
  const given = kafkaFromEnvironment();
  return given ? { broker: given, stop: () => Promise.resolve() } : startOwnKafka();
}

/** The same, but always one of its own, for tests that break it or need its other doors. */
export async function startOwnKafka(): Promise<Started<Kafka>> {
  const started = await startKafkaCluster(1);
  if ('unavailable' in started) return started;
  const [node] = started.broker;
  if (!node) throw new Error('a cluster without nodes');
  const { sasl, tls, plain } = node;
  return { broker: { brokers: plain, own: { sasl, tls, node } }, stop: started.stop };
}

/** Several nodes of one cluster, always of its own. */
export async function startKafkaCluster(count: number): Promise<Started<readonly KafkaNode[]>> {
  const problem = await bringServer();
  return problem === undefined ? startNodes(count) : { unavailable: problem };
}
