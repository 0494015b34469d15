/**
 * A Kafka for tests: the one that MSGCTL_TEST_KAFKA_BROKERS names, else one of its own: Apache Kafka's server from Maven Central, kept in the
 * user's cache, one node on loopback that is broker and controller, at ports and with a data folder of its own.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { Kafka as Client, logLevel } from 'kafkajs';
import {
  brokerFolder,
  cacheFolder,
  ensureInstalled,
  freePort,
  type OwnProcess,
  type Started,
  startProcess,
  waitUntil,
} from './broker-process.ts';

/** How to reach it: `host:port`, several with commas. `own`: started for this test, so nothing else is on it, and it has more doors. */
export type Kafka = { readonly brokers: string; readonly own?: OwnDoors };

/** Where it asks for a login (PLAIN, as `msgctl` with the password `right-password`), and where it speaks TLS with a certificate signed by itself. */
type OwnDoors = { readonly sasl: string; readonly tls: string };

const VERSION = '4.1.1';
/** It logs nothing: Kafka speaks to SLF4J 1.7. */
const SLF4J_VERSION = '1.7.36';

const PROGRAMS: readonly { readonly name: string; readonly packageName: string }[] = [
  { name: 'java', packageName: 'default-jre-headless' },
  { name: 'mvn', packageName: 'maven' },
];

/** The one that the environment names. */
function kafkaFromEnvironment(): Kafka | undefined {
  const brokers = process.env.MSGCTL_TEST_KAFKA_BROKERS;
  return brokers ? { brokers } : undefined;
}

/** Brings the server into the cache, with Java and Maven where need be. Returns why it cannot be had, or undefined. */
export async function bringKafka(): Promise<string | undefined> {
  if (kafkaFromEnvironment()) return undefined;
  for (const { name, packageName } of PROGRAMS) {
    if (isOnPath(name)) continue;
    const problem = ensureInstalled({ program: join('/usr/bin', name), packageName });
    if (problem !== undefined) return problem;
  }
  if (existsSync(cacheFolder(`kafka-${VERSION}`))) return undefined;
  try {
    await download();
    return undefined;
  } catch {
    // Somebody else may have brought it meanwhile.
    return existsSync(cacheFolder(`kafka-${VERSION}`)) ? undefined : `Apache Kafka ${VERSION} could not be brought from Maven Central`;
  }
}

/** Starts it, or says why there is none. */
export async function startKafka(): Promise<Started<Kafka>> {
  const given = kafkaFromEnvironment();
  if (given) return { broker: given, stop: () => Promise.resolve() };
  const problem = await bringKafka();
  return problem === undefined ? startOwn() : { unavailable: problem };
}

function isOnPath(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, name)));
}

/** The whole folder appears at once, so that a download that was cut off, or that ran twice, is never seen. */
async function download(): Promise<void> {
  const whole = cacheFolder(`kafka-${VERSION}`);
  const parent = join(whole, '..');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'download-'));
  try {
    writeFileSync(join(folder, 'pom.xml'), pom());
    const goals = ['-B', '-q', '-f', join(folder, 'pom.xml'), 'dependency:copy-dependencies', `-DoutputDirectory=${join(folder, 'jars')}`];
    await promisify(execFile)('mvn', goals, { timeout: 300_000 });
    if (!existsSync(whole)) renameSync(join(folder, 'jars'), whole);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function pom(): string {
  const dependency = (group: string, artifact: string, version: string) =>
    `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  return [
    '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>',
    '<groupId>msgctl</groupId><artifactId>test-kafka</artifactId><version>1</version><dependencies>',
    dependency('org.apache.kafka', 'kafka_2.13', VERSION),
    dependency('org.slf4j', 'slf4j-nop', SLF4J_VERSION),
    '</dependencies></project>\n',
  ].join('\n');
}

async function startOwn(): Promise<Started<Kafka>> {
  const folder = brokerFolder('kafka');
  const [plain, sasl, tls, controller] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const properties = join(folder, 'server.properties');
  writeFileSync(properties, serverProperties(folder, { plain, sasl, tls, controller }));
  const classPath = join(cacheFolder(`kafka-${VERSION}`), '*');
  const clusterId = randomBytes(16).toString('base64url');
  const run = promisify(execFile);
  try {
    await Promise.all([
      // One id in 64 begins with a dash; written after "=" it is not taken for an option.
      run('java', ['-cp', classPath, 'kafka.tools.StorageTool', 'format', `--cluster-id=${clusterId}`, '-c', properties]),
      run('keytool', [...'-genkeypair -keyalg RSA -alias kafka -dname CN=localhost -storetype PKCS12'.split(' '), ...keystore(folder)]),
    ]);
  } catch (cause) {
    rmSync(folder, { recursive: true, force: true });
    const reason = cause instanceof Error ? (cause.message.trim().split('\n').at(-1) ?? '') : '';
    return { unavailable: `Kafka could not be given a data folder and a certificate (${reason})` };
  }
  // Short-lived and small: what starts fast is worth more than what runs fast.
  const options = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
  const server = startProcess('java', [...options, '-cp', classPath, 'kafka.Kafka', properties], { cwd: folder });
  const stop = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const own = { sasl: `127.0.0.1:${sasl}`, tls: `127.0.0.1:${tls}` };
  const broker: Kafka = { brokers: `127.0.0.1:${plain}`, own };
  if (await untilAnswering(broker, server)) return { broker, stop };
  await stop();
  return { unavailable: 'Kafka did not start within a minute' };
}

/** It protects nothing: whoever reads it is on this machine, and it goes with the test. */
const STORE_PASSWORD = 'for-tests';

function keystore(folder: string): readonly string[] {
  return ['-keystore', join(folder, 'kafka.p12'), '-storepass', STORE_PASSWORD];
}

type Ports = Readonly<Record<'plain' | 'sasl' | 'tls' | 'controller', number>>;

function serverProperties(folder: string, { plain, sasl, tls, controller }: Ports): string {
  const doors = [`PLAINTEXT://127.0.0.1:${plain}`, `SASL_PLAINTEXT://127.0.0.1:${sasl}`, `SSL://127.0.0.1:${tls}`].join(',');
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `${doors},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': doors,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,SSL:SSL,CONTROLLER:PLAINTEXT',
    'sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.sasl_plaintext.plain.sasl.jaas.config':
      'org.apache.kafka.common.security.plain.PlainLoginModule required user_msgctl="right-password";',
    'ssl.keystore.type': 'PKCS12',
    'ssl.keystore.location': join(folder, 'kafka.p12'),
    'ssl.keystore.password': STORE_PASSWORD,
    'log.dirs': join(folder, 'data'),
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 1,
  };
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

function untilAnswering({ brokers }: Kafka, server: OwnProcess): Promise<boolean> {
  const client = new Client({ brokers: brokers.split(','), logLevel: logLevel.NOTHING, retry: { retries: 0 }, connectionTimeout: 1_000 });
  return waitUntil(
    async () => {
      const admin = client.admin();
      try {
        await admin.connect();
        // It lets clients in a little before it has joined its own cluster.
        return (await admin.describeCluster()).brokers.length > 0;
      } catch {
        return false;
      } finally {
        await admin.disconnect().catch(() => undefined);
      }
    },
    server,
    60,
  );
}
