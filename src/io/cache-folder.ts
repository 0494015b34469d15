/**
 * The user's cache: small texts by name, each with a seal. Whatever is odd about it (not there, not ours, not writable, cut off, changed by
 * others) counts as nothing being there: a cache may save time, and decides nothing else.
 */
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';

/** How much is kept: of more entries, or of larger ones together, the oldest go. */
const MAX_ENTRIES = 50;
const MAX_BYTES = 64 * 1024 * 1024;

/** What a run that was killed may leave behind is removed once nobody can be writing it any more (milliseconds). */
const ABANDONED_AFTER = 3_600_000;

const ENTRY = '.entry';
const UNFINISHED = '.unfinished';

/** The secret of one cache folder: who has an entry but not this file learns nothing from its digests, nor can forge one. */
const SECRET_FILE = 'secret';
const SECRET_BYTES = 32;

/** An open cache folder. Neither function throws. */
export type CacheFolder = {
  /** A keyed digest of a text: it cannot be guessed back, not even where the text is a short password, by whoever has the entry alone. */
  digest(text: string): string;
  /** The text that was last kept under a name, if nobody touched it since. */
  read(name: string): string | undefined;
  /** Keeps a text under a name, for this user only, whole or not at all. */
  write(name: string, text: string): void;
};

/** Where the cache of a user is: MSGCTL_CACHE_DIR, else a folder of ours in what the system has for it. Undefined where nobody can tell. */
export function findCachePlace(
  environment: Readonly<Record<string, string | undefined>>,
  platform: string = process.platform,
): string | undefined {
  const { MSGCTL_CACHE_DIR: own, XDG_CACHE_HOME: xdg, LOCALAPPDATA: local, HOME: home } = environment;
  if (own) return own;
  if (xdg && isAbsolute(xdg)) return join(xdg, 'msgctl');
  if (platform === 'win32') return local ? join(local, 'msgctl', 'cache') : undefined;
  if (!home || !isAbsolute(home)) return undefined;
  return platform === 'darwin' ? join(home, 'Library', 'Caches', 'msgctl') : join(home, '.cache', 'msgctl');
}

/** Opens a cache folder, which is made where it is not there. Undefined where it cannot be used, or is not this user's alone. */
export function openCacheFolder(folder: string): CacheFolder | undefined {
  const secret = attempt(() => {
    makeFolder(folder);
    return claimFolder(folder) ? readSecret(folder) : undefined;
  });
  if (!secret) return undefined;
  const digest = (text: string) => createHmac('sha256', secret).update(text).digest('base64url');
  const pathOf = (name: string) => join(folder, `${createHmac('sha256', secret).update(name).digest('hex').slice(0, 32)}${ENTRY}`);
  return {
    digest,
    read: (name) =>
      attempt(() => {
        const path = pathOf(name);
        if (statSync(path).size > MAX_BYTES) return undefined;
        const whole = readFileSync(path, 'utf8');
        const end = whole.indexOf('\n');
        const text = whole.slice(end + 1);
        if (!isSame(whole.slice(0, Math.max(0, end)), digest(`${name}\n${text}`))) return undefined;
        const now = new Date();
        attempt(() => utimesSync(path, now, now));
        return text;
      }),
    write: (name, text) => {
      attempt(() => {
        removeOldest(folder, Buffer.byteLength(text));
        writeWhole(pathOf(name), `${digest(`${name}\n${text}`)}\n${text}`);
      });
    },
  };
}

/** With the folders above it, one by one: where the system makes none (below /proc), Node's `recursive` never ends. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  if (folder !== dirname(folder)) makeFolder(dirname(folder));
  // Another run may have made it by now.
  attempt(() => mkdirSync(folder, { mode: 0o700 }));
}

/** Whether the folder is this user's alone, after shutting others out where they were let in. Windows keeps a user's folders by itself. */
function claimFolder(folder: string): boolean {
  const user = process.getuid?.();
  if (user === undefined) return true;
  const { uid, mode } = statSync(folder);
  if (uid !== user) return false;
  if ((mode & 0o077) !== 0) chmodSync(folder, 0o700);
  return true;
}

function readSecret(folder: string): Buffer | undefined {
  const path = join(folder, SECRET_FILE);
  const known = attempt(() => readFileSync(path));
  if (known?.length === SECRET_BYTES) return known;
  // Of several runs that make one at once the last wins, and the entries of the others are not found again.
  writeWhole(path, randomBytes(SECRET_BYTES));
  const made = readFileSync(path);
  return made.length === SECRET_BYTES ? made : undefined;
}

/** Writes a file that others see whole or not at all. */
function writeWhole(path: string, content: string | Uint8Array): void {
  const unfinished = `${path}.${randomUUID()}${UNFINISHED}`;
  try {
    writeFileSync(unfinished, content, { mode: 0o600, flag: 'wx' });
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** Makes room for one more entry: the least recently used ones go. */
function removeOldest(folder: string, coming: number): void {
  const entries: { readonly path: string; readonly used: number; readonly size: number }[] = [];
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const found = attempt(() => statSync(path));
    if (!found) continue;
    if (name.endsWith(UNFINISHED) && Date.now() - found.mtimeMs > ABANDONED_AFTER) rmSync(path, { force: true });
    if (name.endsWith(ENTRY)) entries.push({ path, used: found.mtimeMs, size: found.size });
  }
  entries.sort((a, b) => b.used - a.used);
  let bytes = coming;
  for (const [index, { path, size }] of entries.entries()) {
    bytes += size;
    if (index >= MAX_ENTRIES - 1 || bytes > MAX_BYTES) rmSync(path, { force: true });
  }
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** What cannot be done with a cache is left undone. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
