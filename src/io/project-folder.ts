import { type Dirent, existsSync, lstatSync, readdir, readFileSync, realpathSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { glob } from 'tinyglobby';
import type { ProjectReader } from '../contract/project-reader.ts';
import { Failure } from '../diagnostics/failure.ts';
import { matchFiles } from './match-files.ts';
import { decodeText, errorCode, MAX_FILE_SIZE, readTextFile, unreadable } from './read-file.ts';

/** What reading a project's folder needs to know. */
export type FolderOptions = {
  /** The project's root, absolute. */
  readonly root: string;
  readonly label: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How a path is named in messages; the path relative to the root when absent. */
  readonly shown?: (path: string) => string;
  /** How many bytes a file may have; {@link MAX_FILE_SIZE} when absent. */
  readonly largest?: number;
};

/**
 * Reads a project from a folder. Nothing outside the folder is read, whatever `..` and symbolic links say: what is opened is the file that was
 * seen to be inside. Files are read one after the other and at once, which takes a fraction of what a thousand promises do.
 */
export function createFolderReader({ root, label, environment, shown = (path) => path, largest }: FolderOptions): ProjectReader {
  const targets = new Map<string, string>();
  let realRoot: string | undefined;
  const findTarget = (path: string): string => {
    const target = targets.get(path) ?? realpathSync.native(join(root, path));
    targets.set(path, target);
    return target;
  };
  return {
    label,
    async readText(path) {
      const name = shown(path);
      let target = join(root, path);
      try {
        realRoot ??= realpathSync.native(root);
        target = findTarget(path);
      } catch (cause) {
        if (isInside(root, target)) throw errorCode(cause) === 'ENOENT' && isLink(target) ? brokenLink(name) : unreadable(name, cause);
      }
      if (!isInside(realRoot ?? root, target)) throw outsideProject(name);
      const bytes = readWholeFile(target, largest);
      return bytes ? decodeText(bytes, name) : readTextFile(target, name, largest);
    },
    async exists(path) {
      return isFile(join(root, path));
    },
    async listFiles(globs) {
      // Links are followed (each folder once, so a link to a parent ends); one that leads outside is refused when its file is read.
      const noted: Noted = { closed: [], links: [] };
      const options = { cwd: root, dot: false, ignore: ['**/node_modules/**'], expandDirectories: false };
      const found = await glob([...globs], { ...options, fs: { readdir: readdirNoting(noted) } });
      const [first] = noted.closed.sort();
      if (first !== undefined) throw closedFolder(shown(plainPath(relative(root, first))));
      // A search passes over links that lead nowhere; the contracts that they should lead to would be missing without a word.
      const broken = noted.links.filter((path) => !existsSync(path)).map((path) => plainPath(relative(root, path)));
      const paths = new Set([...found.map(plainPath), ...matchFiles(broken, globs)]);
      return withoutRepetitions([...paths].sort(), findTarget);
    },
    variable: (name) => environment[name],
  };
}

/** The folders in which a file can be or come to be that matches a glob, relative to the root: its fixed part, and those below. */
export async function foldersOfGlob(root: string, pattern: string): Promise<readonly string[]> {
  const parts = pattern.split('/').slice(0, -1);
  const end = parts.findIndex((part) => /[*?{[(!]/.test(part));
  const fixed = (end === -1 ? parts : parts.slice(0, end)).join('/');
  if (end === -1) return [fixed];
  const options = { cwd: join(root, fixed), dot: false, ignore: ['**/node_modules/**'], expandDirectories: false, onlyDirectories: true };
  const below = await glob('**', options);
  return [fixed, ...below.map((path) => join(fixed, path.replace(/[\\/]$/, '')))];
}

/** A file that is reached through a link as well counts once, under its shorter path. */
function withoutRepetitions(paths: readonly string[], findTarget: (path: string) => string): readonly string[] {
  const first = new Map<string, string>();
  for (const path of paths) {
    let target = path;
    try {
      target = findTarget(path);
    } catch {
      // A link that leads nowhere is told when it is read.
    }
    const known = first.get(target);
    if (known === undefined || path.length < known.length) first.set(target, path);
  }
  const kept = new Set(first.values());
  return paths.filter((path) => kept.has(path));
}

/** The bytes of a plain file of a usual size; undefined for anything else, and where it cannot be read. */
function readWholeFile(path: string, largest = MAX_FILE_SIZE): Uint8Array | undefined {
  try {
    const { size } = statSync(path);
    return size > largest ? undefined : readFileSync(path);
  } catch {
    return undefined;
  }
}

/** Whether `path` is `root` or stands below it; both absolute, nothing is looked up. */
export function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

function outsideProject(shown: string): Failure {
  return new Failure('file-outside-project', {
    message: `${shown} leads out of the project.`,
    why: 'A project is read from its own folder only, so that it means the same on every machine.',
    advice: 'Move the file into the project.',
  });
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errorCode(cause) ?? '')) return false;
    throw unreadable(path, cause);
  }
}

function plainPath(path: string): string {
  return path.split(sep).join('/');
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

function brokenLink(shown: string): Failure {
  return new Failure('file-missing', {
    message: `${shown} is a symbolic link that leads nowhere.`,
    why: 'What stands in the file that it should lead to is not known.',
    advice: 'Mend the link, or remove it.',
  });
}

/** What a search would pass over without a word: folders that may not be listed, and links, which may lead nowhere. Absolute paths. */
type Noted = { readonly closed: string[]; readonly links: string[] };

/** Lists folders for a search, and notes what it would pass over. */
function readdirNoting({ closed, links }: Noted): typeof readdir {
  const list = (path: string, options: { withFileTypes: true }, done: (error: NodeJS.ErrnoException | null, entries: Dirent[]) => void) =>
    readdir(path, options, (error, entries) => {
      if (error && ['EACCES', 'EPERM'].includes(error.code ?? '')) closed.push(path);
      for (const entry of entries ?? []) if (entry.isSymbolicLink()) links.push(join(path, entry.name));
      done(error, entries);
    });
  return list as typeof readdir;
}

function closedFolder(shown: string): Failure {
  return new Failure('folder-not-readable', {
    message: `The folder ${shown === '' ? '.' : shown} may not be listed by this user.`,
    why: 'There may be contracts in it, and what they say would be missing.',
    advice: 'Give the user that runs msgctl the right to read it, or take it out of contracts: in the project file.',
  });
}
