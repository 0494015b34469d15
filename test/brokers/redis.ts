/**
 * A Redis for tests: the one that MSGCTL_TEST_REDIS_URL names, else one of its own: installed from Debian's package where need be, on loopback, at
 * a port of its own, without persistence.
 */
import { execFile, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { brokerFolder, type DebianPackage, ensureInstalled, freePort, type Started, startProcess, waitUntil } from './broker-process.ts';
import { bringValkey, valkeyServer } from './valkey.ts';

/** `run` sends one command, `load` a text of commands, as `redis-cli < FILE` does. Both give what redis-cli prints. */
export type Redis = {
  readonly url: string;
  readonly run: (...command: readonly string[]) => Promise<string>;
  readonly load: (commands: string) => Promise<string>;
};

const SERVER: DebianPackage = { program: '/usr/bin/redis-server', packageName: 'redis-server' };
/** The client that reads files of commands. */
const CLIENT: DebianPackage = { program: '/usr/bin/redis-cli', packageName: 'redis-tools' };

/** Brings what {@link startRedis} starts. Returns why it cannot be had, or undefined. */
export function bringRedis(): string | undefined {
  const packages = process.env.MSGCTL_TEST_REDIS_URL ? [CLIENT] : [SERVER, CLIENT];
  return packages.map(ensureInstalled).find((problem) => problem !== undefined);
}

/** Another server than the one that is named or usual: of Valkey, with settings of its own, where its address has a login or TLS. */
export type ServerWish = {
  readonly product?: 'redis' | 'valkey';
  /** Settings as on the command line, `--appendonly yes` being two words. */
  readonly settings?: readonly string[];
  /** The address as the client shall use it, made of host and port; it may hold a login. */
  readonly address?: (place: string) => string;
};

/** Starts it, or says why there is none. With a wish it is always one of our own. */
export async function startRedis(wish?: ServerWish): Promise<Started<Redis>> {
  const problem = bringRedis() ?? (wish?.product === 'valkey' ? bringValkey() : undefined);
  if (problem !== undefined) return { unavailable: problem };
  const given = wish === undefined ? process.env.MSGCTL_TEST_REDIS_URL : undefined;
  if (given) return { broker: clientOf(given), stop: () => Promise.resolve() };
  const first = await startOwn(wish ?? {});
  // A port may be taken in the moment before the server takes it.
  return 'unavailable' in first ? startOwn(wish ?? {}) : first;
}

async function startOwn({
  product = 'redis',
  settings = [],
  address = (place) => `redis://${place}`,
}: ServerWish): Promise<Started<Redis>> {
  if (!existsSync(SERVER.program)) {
    const missing = ensureInstalled(SERVER);
    if (missing !== undefined) return { unavailable: missing };
  }
  const folder = brokerFolder(product);
  const port = String(await freePort());
  const usual = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const server = startProcess(product === 'redis' ? SERVER.program : valkeyServer(), [...usual, ...settings], { cwd: folder });
  const broker = clientOf(address(`127.0.0.1:${port}`));
  const stop = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  if (await waitUntil(async () => (await broker.run('PING').catch(() => '')).includes('PONG'), server, PATIENCE)) return { broker, stop };
  const hasEnded = server.hasEnded();
  await stop();
  return { unavailable: `${product} ${hasEnded ? 'ended before it answered' : `did not answer within ${PATIENCE} s`}` };
}

/** How long a server may take to answer, in seconds. */
const PATIENCE = 60;

function clientOf(url: string): Redis {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const options = [
    '-h',
    hostname,
    '-p',
    port || '6379',
    '-n',
    pathname.slice(1) || '0',
    ...(protocol === 'rediss:' ? ['--tls', '--insecure'] : []),
  ];
  const user = username === '' ? [] : ['--user', decodeURIComponent(username)];
  // Not as an option, which every user of the machine can read.
  const env = { ...process.env, ...(password !== '' && { REDISCLI_AUTH: decodeURIComponent(password) }) };
  return {
    url,
    run: async (...command) => (await promisify(execFile)(CLIENT.program, [...options, ...user, ...command], { env })).stdout,
    async load(commands) {
      const client = spawn(CLIENT.program, [...options, ...user], { stdio: ['pipe', 'pipe', 'inherit'], env });
      client.stdin.end(commands);
      return text(client.stdout);
    },
  };
}
