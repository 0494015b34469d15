/** A Redis for tests: one of its own, installed from Debian's package where need be, on loopback, at a port of its own, without persistence. */
import { execFile, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { brokerFolder, type DebianPackage, ensureInstalled, freePort, type Started, startProcess, waitUntil } from './broker-process.ts';

/** `run` sends one command, `load` a text of commands, as `redis-cli < FILE` does. Both give what redis-cli prints. */
export type Redis = {
  readonly run: (...command: readonly string[]) => Promise<string>;
  readonly load: (commands: string) => Promise<string>;
};

/** What brings it on Debian: the server, and the client that reads files of commands. */
export const REDIS_PACKAGES: readonly DebianPackage[] = [
  { program: '/usr/bin/redis-server', packageName: 'redis-server' },
  { program: '/usr/bin/redis-cli', packageName: 'redis-tools' },
];

/** Starts it, or says why there is none. */
export async function startRedis(): Promise<Started<Redis>> {
  const problem = REDIS_PACKAGES.map(ensureInstalled).find((found) => found !== undefined);
  if (problem !== undefined) return { unavailable: problem };
  const folder = brokerFolder('redis');
  const port = String(await freePort());
  const server = startProcess(
    '/usr/bin/redis-server',
    ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder],
    {
      cwd: folder,
    },
  );
  const run = async (...command: readonly string[]) => (await promisify(execFile)('/usr/bin/redis-cli', ['-p', port, ...command])).stdout;
  const load = async (commands: string) => {
    const client = spawn('/usr/bin/redis-cli', ['-p', port], { stdio: ['pipe', 'pipe', 'inherit'] });
    client.stdin.end(commands);
    return text(client.stdout);
  };
  const stop = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  if (await waitUntil(async () => (await run('PING').catch(() => '')).includes('PONG'), server, 20)) return { broker: { run, load }, stop };
  await stop();
  return { unavailable: 'Redis did not start within 20 seconds' };
}
