/**
 * RabbitMQ 4 on a Debian whose own package is still 3.10: a small system of the next Debian in the user's cache, made by debootstrap from the
 * mirror that apt uses here, and run from there as a process like any other. Nothing of the host's own system is changed.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, cacheFolder, ensureInstalled, startProcess, waitUntil } from './broker-process.ts';

const SUITE = 'trixie';
const NAME = 'rabbitmq-4';
const SERVER = 'usr/lib/rabbitmq/bin/rabbitmq-server';

/**
 * Namespaces of their own: mounts are seen by no other process and vanish with the last process in there, and all processes end when the first
 * one does. So whatever way a run is broken off, no mount and no process is left, and deleting a folder never reaches through a mount.
 */
const ISOLATED = ['--mount', '--fork', '--pid', '--kill-child', 'sh', '-ec'];

/** Where the temporary folder is at the same path inside, paths of a broker's files mean the same on both sides. */
const RUN = `
image=$1 temporary=$2
shift 2
mkdir -p "$image$temporary"
mount --rbind /dev "$image/dev"
mount --rbind /sys "$image/sys"
mount -t proc proc "$image/proc"
mount --bind "$temporary" "$image$temporary"
exec chroot "$image" "$@"`;

/** Services are not started on installation; the image appears whole, under its name, or not at all. */
const MAKE = `
partial=$1 image=$2 mirror=$3
mkdir -p "$partial/usr/sbin"
printf '#!/bin/sh\\nexit 101\\n' > "$partial/usr/sbin/policy-rc.d"
chmod +x "$partial/usr/sbin/policy-rc.d"
debootstrap --variant=minbase --include=rabbitmq-server ${SUITE} "$partial" "$mirror" > "$partial.log" 2>&1
rm -f "$partial"/var/cache/apt/archives/*.deb "$partial.log"
mv -T "$partial" "$image"`;

/** The command that runs a program of the image in there. */
export function inImage({ program, args }: Command): Command {
  return { program: 'unshare', args: [...ISOLATED, RUN, 'sh', cacheFolder(NAME), tmpdir(), program, ...args] };
}

/** Makes the image where there is none yet. Returns why it cannot be had, or undefined. */
export async function bringImage(): Promise<string | undefined> {
  const image = cacheFolder(NAME);
  if (existsSync(join(image, SERVER))) return undefined;
  const problem = ensureInstalled({ program: '/usr/sbin/debootstrap', packageName: 'debootstrap' });
  if (problem !== undefined) return problem;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    return 'RabbitMQ 4 runs in a system of its own, which only root on Debian can make here';
  }
  const mirror = debianMirror();
  if (mirror === undefined) return 'apt names no mirror of Debian to take RabbitMQ 4 from';
  removeLeftovers();
  const partial = cacheFolder(`${NAME}.partial-${process.pid}`);
  mkdirSync(partial, { recursive: true });
  const maker = startProcess('unshare', [...ISOLATED, MAKE, 'sh', partial, image, mirror], { env: environment() });
  await waitUntil(() => Promise.resolve(false), maker, 600);
  await maker.stop();
  const isMade = existsSync(join(image, SERVER));
  const reason = isMade ? '' : lastLine(`${partial}.log`);
  removePartial(partial);
  return isMade ? undefined : `debootstrap could not make the system that RabbitMQ 4 runs in: ${reason}`;
}

/** The mirror of Debian itself that apt has lists of, fetching them where there are none. */
export function debianMirror(): string | undefined {
  const known = mirrors();
  if (known.length > 0) return known[0];
  try {
    execFileSync('/usr/bin/apt-get', ['update', '-q'], { stdio: 'ignore' });
  } catch {
    // Some lists may have come all the same.
  }
  return mirrors()[0];
}

function mirrors(): readonly string[] {
  const format = '$(ORIGIN) $(SUITE) $(REPO_URI)';
  const targets = execFileSync('/usr/bin/apt-get', ['indextargets', '--format', format, 'Created-By: Packages'], { encoding: 'utf8' });
  return targets
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([origin, suite]) => origin === 'Debian' && suite !== undefined && !suite.endsWith('-security'))
    .flatMap(([, , address]) => (address ? [address] : []));
}

/** What apt goes through, debootstrap goes through. */
function environment(): NodeJS.ProcessEnv {
  const line = execFileSync('/usr/bin/apt-config', ['dump', '--format', '%v', 'Acquire::http::Proxy'], { encoding: 'utf8' });
  return { ...process.env, ...(line !== '' && line !== 'DIRECT' && { http_proxy: line }) };
}

/** Of runs that were broken off. */
function removeLeftovers(): void {
  const parent = cacheFolder('.');
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent)) {
    const owner = /^rabbitmq-4\.partial-(\d+)$/.exec(name)?.[1];
    if (owner !== undefined && !isRunning(Number(owner))) removePartial(join(parent, name));
  }
}

/** A process that has ended, but that its parent has not asked about, has an empty command line. */
function isRunning(id: number): boolean {
  try {
    return id !== process.pid && readFileSync(`/proc/${id}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
}

function removePartial(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  rmSync(`${folder}.log`, { force: true });
}

function lastLine(file: string): string {
  return existsSync(file) ? (readFileSync(file, 'utf8').trim().split('\n').at(-1) ?? '') : 'it takes namespaces of its own (CAP_SYS_ADMIN)';
}
