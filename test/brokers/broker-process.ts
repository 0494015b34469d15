/** What starting a broker of one's own takes: a free port, a folder, a process that ends with the test, and Debian's package of it. */
import { execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A broker for tests, or why there is none. */
export type Started<Broker> = { readonly broker: Broker; stop(): Promise<void> } | { readonly unavailable: string };

/**
 * Ports of tests begin here: below those that systems give to connections by themselves, apart from every broker's own. Nodes of a Redis cluster take the
 * port ten thousand above as well, which has to be below them, too. Each of the workers that run suites side by side has a part for itself: a broker takes
 * its port seconds after it was found free.
 */
const FIRST_PORT = 12_000;
const PARTS = 8;
const PORTS_OF_PART = 1_250;
const part = Number(process.env.VITEST_POOL_ID ?? 0) % PARTS;
const given = new Set<number>();

/** A port on loopback that nobody listens on, and that nobody else here was given. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = FIRST_PORT + part * PORTS_OF_PART + Math.floor(Math.random() * PORTS_OF_PART);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
  throw new Error('no free port on loopback');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** What a run that is broken off takes with it. */
const groups = new Set<number>();
const folders = new Set<string>();
process.once('exit', () => {
  for (const group of groups) signalGroup(group, 'SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
});

/** A folder of its own for a broker's data and logs, gone with the test at the latest. */
export function brokerFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `msgctl-${name}-`));
  folders.add(folder);
  return folder;
}

/** What is brought once and kept for later runs, in the user's cache. */
export function cacheFolder(name: string): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'msgctl-test', name);
}

/** A program with its arguments. */
export type Command = { readonly program: string; readonly args: readonly string[] };

/** A process in a group of its own, so that what it starts ends with it. */
export type OwnProcess = { readonly hasEnded: () => boolean; stop(): Promise<void> };

/** Ends the group once the test holds the other end of the pipe no more, in whatever way the test came to its end. */
const WATCHED = '(cat <&3; kill -KILL 0) & exec "$@" 3<&-';

/** Starts a process that {@link OwnProcess.stop} ends together with all that it started, by its id. */
export function startProcess(command: string, args: readonly string[], options: SpawnOptions): OwnProcess {
  const child = spawn('sh', ['-c', WATCHED, 'sh', command, ...args], {
    ...options,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const { pid } = child;
  if (pid !== undefined) groups.add(pid);
  let ended = false;
  const end = new Promise<void>((resolve) => {
    const finish = () => {
      ended = true;
      signalGroup(pid, 'SIGKILL');
      if (pid !== undefined) groups.delete(pid);
      resolve();
    };
    child.once('exit', finish);
    child.once('error', finish);
  });
  return {
    hasEnded: () => ended,
    async stop() {
      // Its data is thrown away, so there is nothing to wait for.
      signalGroup(pid, 'SIGKILL');
      await end;
    },
  };
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone already.
  }
}

/** Waits until `isReady` says so; false when the process ended or the time is over. */
export async function waitUntil(isReady: () => Promise<boolean>, own: OwnProcess, seconds: number): Promise<boolean> {
  for (const end = Date.now() + seconds * 1_000; Date.now() < end && !own.hasEnded(); ) {
    if (await isReady()) return true;
    await sleep(200);
  }
  return false;
}

/** A program and Debian's package of it. */
export type DebianPackage = { readonly program: string; readonly packageName: string };

/**
 * Makes sure that a program is there, installing its package as root on Debian without starting its service.
 * Returns why it cannot be had, or undefined.
 */
export function ensureInstalled({ program, packageName }: DebianPackage): string | undefined {
  if (existsSync(program)) return undefined;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    return `${packageName} is not installed, and only root on Debian can install it here`;
  }
  const policy = '/usr/sbin/policy-rc.d';
  const isOurs = !existsSync(policy);
  try {
    if (isOurs) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    // Another run may be installing.
    const waiting = ['-o', 'DPkg::Lock::Timeout=300'];
    const options = ['install', '-qy', '--no-install-recommends'];
    execFileSync('/usr/bin/apt-get', ['update', '-q', ...waiting], { stdio: 'ignore', env: environment });
    execFileSync('/usr/bin/apt-get', [...waiting, ...options, packageName], { stdio: 'ignore', env: environment });
    return existsSync(program) ? undefined : `${packageName} does not bring ${program}`;
  } catch {
    return `${packageName} could not be installed with apt-get`;
  } finally {
    if (isOurs) rmSync(policy, { force: true });
  }
}

/**
 * The broker, or undefined after one line on stderr that says which suite is left out and how to get it. With `CI` set a broker that
 * cannot be had fails instead.
 */
export function brokerOrSkip<Broker>(
  started: Started<Broker>,
  suite: string,
  remedy: string,
): Exclude<Started<Broker>, { unavailable: string }> | undefined {
  if (!('unavailable' in started)) return started;
  const line = `${suite} left out: ${started.unavailable}. ${remedy}`;
  if (process.env.CI) throw new Error(line);
  process.stderr.write(`${line}\n`);
  return undefined;
}
