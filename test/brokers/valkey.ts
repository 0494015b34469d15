/**
 * Valkey, which Debian 12 has among its backports only: its two packages, taken from the mirror that apt uses here and unpacked in the user's
 * cache. Nothing of the host's own system is changed, and apt's own lists stay as they are.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './broker-process.ts';
import { debianMirror } from './rabbitmq-image.ts';

const INSTALLED = '/usr/bin/valkey-server';
const NAME = 'valkey-8';

/** The server's program, once {@link bringValkey} has brought it. */
export function valkeyServer(): string {
  return existsSync(INSTALLED) ? INSTALLED : join(cacheFolder(NAME), INSTALLED);
}

/** Makes sure that it is there. Returns why it cannot be had, or undefined. */
export function bringValkey(): string | undefined {
  if (existsSync(valkeyServer())) return undefined;
  if (!existsSync('/usr/bin/apt-get')) return 'valkey-server is not installed, and only Debian has the package that it is taken from';
  const mirror = debianMirror();
  if (mirror === undefined) return 'apt names no mirror of Debian to take Valkey from';
  const work = cacheFolder(`${NAME}.partial-${process.pid}`);
  try {
    const root = join(work, 'root');
    const lists = join(work, 'lists');
    const packages = join(work, 'packages');
    for (const folder of [root, join(lists, 'partial'), packages]) mkdirSync(folder, { recursive: true });
    const sources = join(work, 'sources.list');
    const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
    writeFileSync(sources, `deb [signed-by=${keyring}] ${mirror} ${codename()}-backports main\n`);
    const own = [`Dir::Etc::SourceList=${sources}`, 'Dir::Etc::SourceParts=-', `Dir::State::Lists=${lists}`, `Dir::Cache=${packages}`];
    const options = ['-q', ...own.flatMap((option) => ['-o', option])];
    execFileSync('/usr/bin/apt-get', [...options, 'update'], { stdio: 'ignore' });
    execFileSync('/usr/bin/apt-get', [...options, 'download', 'valkey-server', 'valkey-tools'], { stdio: 'ignore', cwd: packages });
    for (const file of readdirSync(packages).filter((name) => name.endsWith('.deb'))) {
      execFileSync('/usr/bin/dpkg-deb', ['-x', join(packages, file), root]);
    }
    if (!existsSync(cacheFolder(NAME))) renameSync(root, cacheFolder(NAME));
  } catch {
    // What is missing is told below.
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return existsSync(valkeyServer()) ? undefined : 'valkey-server could not be taken from the backports of this Debian';
}

function codename(): string {
  return /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? '';
}
