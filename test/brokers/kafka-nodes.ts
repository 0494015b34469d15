/** Kafka's own processes for tests: nodes on loopback, each broker and controller in one, with ports and data folders of their own. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { accessOf } from '../../src/brokers/kafka/access.ts';
import { type Connection, connect } from '../../src/brokers/kafka/admin/connection.ts';
import { transportNamed } from '../unit/brokers/transports.ts';
import { brokerFolder, freePort, type OwnProcess, type Started, startProcess, waitUntil } from './broker-process.ts';
import { CLASS_PATH } from './kafka-install.ts';

/**
 * One node: its plain door, the ones where it asks for a login and speaks TLS, and one that clients reach only by a way that a test opens at
 * `way` towards `behind`. What is killed keeps its data, and can be started again.
 */
export type KafkaNode = {
  readonly id: number;
  readonly plain: string;
  readonly sasl: string;
  readonly tls: string;
  readonly behind: string;
  readonly way: string;
  readonly kill: () => Promise<void>;
  /** False where it does not answer in time. */
  readonly start: () => Promise<boolean>;
};

/** How long a node may take to answer, in seconds: one that was killed looks through its logs first. */
const PATIENCE = 120;

/** The users that services log in as. */
const SERVICES = ['catalog', 'certificates', 'learners', 'ledger', 'mailer', 'payments', 'counter', 'lib-loans', 'lib-portal'];

const DOORS = ['plain', 'sasl', 'tls', 'behind', 'way', 'controller'] as const;
type Ports = Readonly<Record<(typeof DOORS)[number], number>>;
type Plan = { readonly id: number; readonly folder: string; readonly ports: Ports };

/** Starts that many nodes of one cluster, or says why there are none. Everybody may do everything without a login; of users only `msgctl`. */
export async function startNodes(count: number): Promise<Started<readonly KafkaNode[]>> {
  const plans = await Promise.all(
    Array.from({ length: count }, async (_, index): Promise<Plan> => {
      const ports = await Promise.all(DOORS.map(async (door) => [door, await freePort()] as const));
      return { id: index + 1, folder: brokerFolder('kafka'), ports: Object.fromEntries(ports) as Ports };
    }),
  );
  const removeAll = () => {
    for (const { folder } of plans) rmSync(folder, { recursive: true, force: true });
  };
  try {
    const clusterId = randomBytes(16).toString('base64url');
    await Promise.all(plans.map((plan) => format(plan, plans, clusterId)));
  } catch (cause) {
    removeAll();
    const reason = cause instanceof Error ? (cause.message.trim().split('\n').at(-1) ?? '') : '';
    return { unavailable: `Kafka could not be given a data folder and a certificate (${reason})` };
  }
  const nodes = plans.map((plan) => nodeOf(plan, count));
  const stop = async () => {
    await Promise.all(nodes.map(({ kill }) => kill()));
    removeAll();
  };
  const answers = await Promise.all(nodes.map(({ start }) => start()));
  if (answers.every(Boolean)) return { broker: nodes, stop };
  await stop();
  return { unavailable: `Kafka did not start within ${PATIENCE} s` };
}

async function format(plan: Plan, plans: readonly Plan[], clusterId: string): Promise<void> {
  const properties = propertiesOf(plan);
  writeFileSync(properties, serverProperties(plan, plans));
  const run = promisify(execFile);
  await Promise.all([
    // One id in 64 begins with a dash; written after "=" it is not taken for an option.
    run('java', ['-cp', CLASS_PATH, 'kafka.tools.StorageTool', 'format', `--cluster-id=${clusterId}`, '-c', properties]),
    run('keytool', [...'-genkeypair -keyalg RSA -alias kafka -dname CN=localhost -storetype PKCS12'.split(' '), ...keystore(plan)]),
  ]);
}

function nodeOf(plan: Plan, count: number): KafkaNode {
  const { id, folder, ports } = plan;
  let server: OwnProcess | undefined;
  const at = (door: keyof Ports) => `127.0.0.1:${ports[door]}`;
  const plain = at('plain');
  return {
    id,
    plain,
    sasl: at('sasl'),
    tls: at('tls'),
    behind: at('behind'),
    way: at('way'),
    kill: async () => server?.stop(),
    start: () => {
      // Short-lived and small: what starts fast is worth more than what runs fast.
      const options = [count > 1 ? '-Xmx256m' : '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
      server = startProcess('java', [...options, '-cp', CLASS_PATH, 'kafka.Kafka', propertiesOf(plan)], { cwd: folder });
      return untilAnswering(plain, count, server);
    },
  };
}

/** Who can log in: whoever runs the cluster, somebody with few rights, and the services of projects that are tried there. */
const USERS = [['msgctl', 'right-password'], ['narrow', 'narrow-password'], ...SERVICES.map((user) => [user, passwordOf(user)] as const)];

/** The password of a service's user. */
export function passwordOf(user: string): string {
  return `${user}-password`;
}

/** It protects nothing: whoever reads it is on this machine, and it goes with the test. */
const STORE_PASSWORD = 'for-tests';

function keystore({ folder }: Plan): readonly string[] {
  return ['-keystore', join(folder, 'kafka.p12'), '-storepass', STORE_PASSWORD];
}

function propertiesOf({ folder }: Plan): string {
  return join(folder, 'server.properties');
}

function serverProperties({ id, folder, ports }: Plan, plans: readonly Plan[]): string {
  const doors = (behind: number) =>
    `PLAINTEXT://127.0.0.1:${ports.plain},SASL_PLAINTEXT://127.0.0.1:${ports.sasl},SSL://127.0.0.1:${ports.tls},BEHIND://127.0.0.1:${behind}`;
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': plans.map((each) => `${each.id}@127.0.0.1:${each.ports.controller}`).join(','),
    'controller.listener.names': 'CONTROLLER',
    listeners: `${doors(ports.behind)},CONTROLLER://127.0.0.1:${ports.controller}`,
    'advertised.listeners': doors(ports.way),
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,SSL:SSL,BEHIND:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.sasl_plaintext.plain.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required ${USERS.map(([user, password]) => `user_${user}="${password}"`).join(' ')};`,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:ANONYMOUS;User:msgctl',
    'ssl.keystore.type': 'PKCS12',
    'ssl.keystore.location': join(folder, 'kafka.p12'),
    'ssl.keystore.password': STORE_PASSWORD,
    'log.dirs': join(folder, 'data'),
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'offsets.topic.replication.factor': plans.length,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': plans.length,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 1,
  };
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

/** It lets clients in a little before it has joined its own cluster. A cluster of several is there when most of them are. */
function untilAnswering(plain: string, count: number, server: OwnProcess): Promise<boolean> {
  return waitUntil(async () => (await brokersSeen(plain)) > (count > 1 ? count / 2 : 0), server, PATIENCE);
}

/** How many brokers a node knows of; none where it does not answer. kafkajs itself fails where one partition has no leader. */
export async function brokersSeen(plain: string): Promise<number> {
  let connection: Connection | undefined;
  try {
    connection = await connect(accessOf(transportNamed('log', 'kafka', { brokers: plain })));
    return (await connection.refresh()).brokers.length;
  } catch {
    return 0;
  } finally {
    await connection?.close().catch(() => undefined);
  }
}
