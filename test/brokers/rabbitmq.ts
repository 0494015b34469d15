/**
 * A RabbitMQ for tests: the one that MSGCTL_TEST_AMQP_URL and MSGCTL_TEST_AMQP_MANAGEMENT_URL name (of version 4: MSGCTL_TEST_AMQP4_…), else
 * one of its own: Debian's package, or the image of version 4, brought where need be, on loopback, at ports of its own, with a node name, an
 * epmd and folders of its own. Never the system's service.
 */
import { execFile } from 'node:child_process';
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  brokerFolder,
  type Command,
  type DebianPackage,
  ensureInstalled,
  freePort,
  type OwnProcess,
  type Started,
  startProcess,
  waitUntil,
} from './broker-process.ts';
import { bringImage, inImage } from './rabbitmq-image.ts';

/** `3` is Debian's 3.10. */
export type RabbitmqVersion = '3' | '4';

/** How to reach it. */
export type Rabbitmq = {
  readonly url: string;
  readonly management: string;
  /** The value of the `authorization` header for the management API. */
  readonly authorization: string;
};

/** One that no other suite uses, so that it may be disturbed. `control` runs a `rabbitmqctl` command on it. */
export type OwnRabbitmq = Rabbitmq & {
  readonly control: (...args: readonly string[]) => Promise<string>;
  /** Kills the node, as a power cut would, and starts it again on the same folder; resolves when it answers. */
  readonly restart: () => Promise<void>;
  /** The same through TLS, where that was asked for. */
  readonly tlsUrl?: string;
  readonly tlsManagement?: string;
};

/** Files in PEM: what the broker shows to its clients, its key, and who signed it. */
type TlsFiles = { readonly cert: string; readonly key: string; readonly ca: string };

/** `tls` opens listeners with these files beside the ones without. */
export type OwnRabbitmqOptions = { readonly version?: RabbitmqVersion; readonly tls?: TlsFiles };

const folderOfPrograms = '/usr/lib/rabbitmq/bin';
const debianPackage: DebianPackage = { program: join(folderOfPrograms, 'rabbitmq-server'), packageName: 'rabbitmq-server' };

/** What differs between the versions: who names one in the environment, how it is brought, where its programs run. */
const VERSIONS = {
  3: { variables: 'MSGCTL_TEST_AMQP', bring: async () => ensureInstalled(debianPackage), within: (command: Command) => command },
  4: { variables: 'MSGCTL_TEST_AMQP4', bring: bringImage, within: inImage },
} as const;

/** Finds or starts one for suites that keep to a virtual host of their own, or says why there is none. */
export async function startRabbitmq({ version = '3' }: Pick<OwnRabbitmqOptions, 'version'> = {}): Promise<Started<Rabbitmq>> {
  const given = fromEnvironment(version);
  return given ? { broker: given, stop: () => Promise.resolve() } : startOwnRabbitmq({ version });
}

/** Starts one that nobody else uses, or says why there is none. */
export async function startOwnRabbitmq({ version = '3', tls }: OwnRabbitmqOptions = {}): Promise<Started<OwnRabbitmq>> {
  const problem = await VERSIONS[version].bring();
  if (problem !== undefined) return { unavailable: problem };
  const first = await startOnce(version, tls);
  // A port may be taken in the moment before the broker takes it.
  return 'unavailable' in first ? startOnce(version, tls) : first;
}

/** Brings what {@link startRabbitmq} starts. Returns why it cannot be had, or undefined. */
export async function bringRabbitmq(version: RabbitmqVersion): Promise<string | undefined> {
  return fromEnvironment(version) ? undefined : VERSIONS[version].bring();
}

/** What makes {@link startRabbitmq} find a broker in processes that get these variables. */
export function variablesOf(version: RabbitmqVersion, { url, management }: Rabbitmq): Readonly<Record<string, string>> {
  const { variables } = VERSIONS[version];
  return { [`${variables}_URL`]: url, [`${variables}_MANAGEMENT_URL`]: management };
}

function fromEnvironment(version: RabbitmqVersion): Rabbitmq | undefined {
  const { variables } = VERSIONS[version];
  const url = process.env[`${variables}_URL`];
  const management = process.env[`${variables}_MANAGEMENT_URL`];
  if (!url || !management) return undefined;
  const { username, password } = new URL(url);
  return {
    url,
    management: management.replace(/\/$/, ''),
    authorization: basic(decodeURIComponent(username || 'guest'), decodeURIComponent(password || 'guest')),
  };
}

async function startOnce(version: RabbitmqVersion, tls: TlsFiles | undefined): Promise<Started<OwnRabbitmq>> {
  const folder = brokerFolder('rabbitmq');
  const { within } = VERSIONS[version];
  const [port, managementPort, distributionPort, epmdPort] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const secure = tls && (await secureListeners(folder, tls));
  const plain = `listeners.tcp.1 = 127.0.0.1:${port}\nmanagement.tcp.ip = 127.0.0.1\nmanagement.tcp.port = ${managementPort}\n`;
  writeFileSync(join(folder, 'rabbitmq.conf'), plain + (secure?.settings ?? ''));
  writeFileSync(join(folder, 'enabled_plugins'), '[rabbitmq_management].\n');
  const options = { env: environment(folder, { port, distributionPort, epmdPort }), cwd: folder };
  const start = (program: string, ...args: readonly string[]): OwnProcess => {
    const command = within({ program, args });
    return startProcess(command.program, command.args, options);
  };
  const epmd = start('epmd', '-address', '127.0.0.1', '-port', String(epmdPort));
  const startServer = () => start(join(folderOfPrograms, 'rabbitmq-server'));
  let server = startServer();
  const stop = async () => {
    await Promise.all([server.stop(), epmd.stop()]);
    rmSync(folder, { recursive: true, force: true });
  };
  const control = async (...args: readonly string[]) => {
    const command = within({ program: join(folderOfPrograms, 'rabbitmqctl'), args });
    return (await promisify(execFile)(command.program, command.args, options)).stdout;
  };
  const broker = {
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    management: `http://127.0.0.1:${managementPort}`,
    authorization: basic('guest', 'guest'),
    control,
    async restart() {
      await server.stop();
      server = startServer();
      if (!(await waitUntil(() => answers(broker), server, PATIENCE))) throw new Error(`RabbitMQ ${version} did not start again`);
    },
    ...secure?.addresses,
  };
  if (await waitUntil(() => answers(broker), server, PATIENCE)) return { broker, stop };
  const hasEnded = server.hasEnded();
  await stop();
  return { unavailable: `RabbitMQ ${version} ${hasEnded ? 'ended before it answered' : `did not answer within ${PATIENCE} s`}` };
}

/** How long it may take to answer, in seconds: long, for a machine that does much else. */
const PATIENCE = 180;

type Ports = { readonly port: number; readonly distributionPort: number; readonly epmdPort: number };

function environment(folder: string, { port, distributionPort, epmdPort }: Ports): NodeJS.ProcessEnv {
  return {
    ...process.env,
    HOME: folder,
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: String(epmdPort),
    RABBITMQ_NODENAME: `msgctl-${process.pid}-${port}@localhost`,
    RABBITMQ_DIST_PORT: String(distributionPort),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    RABBITMQ_CONF_ENV_FILE: join(folder, 'no-rabbitmq-env.conf'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
  };
}

/** Copies the files to where every version reaches them. */
async function secureListeners(folder: string, tls: TlsFiles) {
  const [port, managementPort] = await Promise.all([freePort(), freePort()]);
  const files = { cacertfile: tls.ca, certfile: tls.cert, keyfile: tls.key };
  const settings = [`listeners.ssl.1 = 127.0.0.1:${port}`, 'management.ssl.ip = 127.0.0.1', `management.ssl.port = ${managementPort}`];
  for (const [name, file] of Object.entries(files)) {
    const copy = join(folder, `${name}.pem`);
    copyFileSync(file, copy);
    settings.push(`ssl_options.${name} = ${copy}`, `management.ssl.${name} = ${copy}`);
  }
  settings.push('ssl_options.verify = verify_none', 'ssl_options.fail_if_no_peer_cert = false');
  const addresses = { tlsUrl: `amqps://guest:guest@127.0.0.1:${port}`, tlsManagement: `https://127.0.0.1:${managementPort}` };
  return { settings: settings.map((line) => `${line}\n`).join(''), addresses };
}

/** Whether both doors are open: the management API may be before AMQP is. */
async function answers({ url, management, authorization }: Rabbitmq): Promise<boolean> {
  try {
    const overview = await fetch(`${management}/api/overview`, { headers: { authorization } });
    return overview.ok && (await isOpen(Number(new URL(url).port)));
  } catch {
    return false;
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
