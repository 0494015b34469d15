/**
 * A RabbitMQ for tests: the one that MSGCTL_TEST_AMQP_URL and MSGCTL_TEST_AMQP_MANAGEMENT_URL name, else one of its own: installed from
 * Debian's package where need be, on loopback, at ports of its own, with a node name, an epmd and folders of its own. Never the system's service.
 */
import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brokerFolder, type DebianPackage, ensureInstalled, freePort, type Started, startProcess, waitUntil } from './broker-process.ts';

/** How to reach it. `control` runs a `rabbitmqctl` command on it; absent for a broker that is not ours. */
export type Rabbitmq = {
  readonly url: string;
  readonly management: string;
  /** The value of the `authorization` header for the management API. */
  readonly authorization: string;
  readonly control?: (...args: readonly string[]) => Promise<string>;
};

const folderOfPrograms = '/usr/lib/rabbitmq/bin';

/** What brings it on Debian. */
export const RABBITMQ_PACKAGE: DebianPackage = { program: join(folderOfPrograms, 'rabbitmq-server'), packageName: 'rabbitmq-server' };

/** Starts it, or says why there is none. */
export async function startRabbitmq(): Promise<Started<Rabbitmq>> {
  const given = fromEnvironment();
  if (given) return { broker: given, stop: () => Promise.resolve() };
  const problem = ensureInstalled(RABBITMQ_PACKAGE);
  return problem ? { unavailable: problem } : startOwn();
}

/** The one that the environment names. */
export function fromEnvironment(): Rabbitmq | undefined {
  const url = process.env.MSGCTL_TEST_AMQP_URL;
  const management = process.env.MSGCTL_TEST_AMQP_MANAGEMENT_URL;
  if (!url || !management) return undefined;
  const { username, password } = new URL(url);
  return {
    url,
    management: management.replace(/\/$/, ''),
    authorization: basic(decodeURIComponent(username || 'guest'), decodeURIComponent(password || 'guest')),
  };
}

async function startOwn(): Promise<Started<Rabbitmq>> {
  const folder = brokerFolder('rabbitmq');
  const [port, managementPort, distributionPort, epmdPort] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  writeFileSync(
    join(folder, 'rabbitmq.conf'),
    `listeners.tcp.1 = 127.0.0.1:${port}\nmanagement.tcp.ip = 127.0.0.1\nmanagement.tcp.port = ${managementPort}\n`,
  );
  writeFileSync(join(folder, 'enabled_plugins'), '[rabbitmq_management].\n');
  const environment = {
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
  const epmd = startProcess('epmd', ['-address', '127.0.0.1', '-port', String(epmdPort)], { env: environment });
  const server = startProcess(join(folderOfPrograms, 'rabbitmq-server'), [], { env: environment, cwd: folder });
  const stop = async () => {
    await server.stop();
    await epmd.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const control = async (...args: readonly string[]) => {
    const { stdout } = await promisify(execFile)(join(folderOfPrograms, 'rabbitmqctl'), args, { env: environment, cwd: folder });
    return stdout;
  };
  const management = `http://127.0.0.1:${managementPort}`;
  const broker = { url: `amqp://guest:guest@127.0.0.1:${port}`, management, authorization: basic('guest', 'guest'), control };
  if (await waitUntil(() => answers(broker), server, 60)) return { broker, stop };
  await stop();
  return { unavailable: 'RabbitMQ did not start within a minute' };
}

async function answers({ management, authorization }: Rabbitmq): Promise<boolean> {
  try {
    return (await fetch(`${management}/api/overview`, { headers: { authorization } })).ok;
  } catch {
    return false;
  }
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
