import { type Dirent, readdir } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { glob } from 'tinyglobby';
import type { ProjectReader } from '../contract/project-reader.ts';
import { Failure } from '../diagnostics/failure.ts';
import { errorCode, readTextFile, unreadable } from './read-file.ts';

/** What reading a project's folder needs to know. */
export type FolderOptions = {
  /** The project's root, absolute. */
  readonly root: string;
  readonly label: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How a path is named in messages; the path relative to the root when absent. */
  readonly shown?: (path: string) => string;
};

/** Reads a project from a folder. Nothing outside the folder is read, whatever `..` and symbolic links say. */
export function createFolderReader({ root, label, environment, shown = (path) => path }: FolderOptions): ProjectReader {
  return {
    label,
    async readText(path) {
      const absolute = join(root, path);
      await refuseOutside(root, absolute, shown(path));
      return readTextFile(absolute, shown(path));
    },
    async exists(path) {
      return isFile(join(root, path));
    },
    async listFiles(globs) {
      // Links are followed (each folder once, so a link to a parent ends); one that leads outside is refused when its file is read.
      const closed: string[] = [];
      const options = { cwd: root, dot: false, ignore: ['**/node_modules/**'], expandDirectories: false };
      const found = await glob([...globs], { ...options, fs: { readdir: readdirNoting(closed) } });
      const [first] = closed.sort();
      if (first !== undefined) throw closedFolder(shown(relative(root, first).split(sep).join('/')));
      return withoutRepetitions(root, found.map((path) => path.split(sep).join('/')).sort());
    },
    variable: (name) => environment[name],
  };
}

/** A file that is reached through a link as well counts once, under its shorter path. */
async function withoutRepetitions(root: string, paths: readonly string[]): Promise<readonly string[]> {
  const targets = await Promise.all(paths.map((path) => realpath(join(root, path)).catch(() => path)));
  const first = new Map<string, string>();
  for (const [index, path] of paths.entries()) {
    const target = targets[index] ?? path;
    const known = first.get(target);
    if (known === undefined || path.length < known.length) first.set(target, path);
  }
  const kept = new Set(first.values());
  return paths.filter((path) => kept.has(path));
}

/** Whether `path` is `root` or stands below it; both absolute, nothing is looked up. */
export function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** Refuses a path that leads out of the project, in words or through a symbolic link. */
async function refuseOutside(root: string, path: string, shown: string): Promise<void> {
  let target = path;
  let realRoot = root;
  try {
    [target, realRoot] = await Promise.all([realpath(path), realpath(root)]);
  } catch (cause) {
    if (isInside(root, path)) throw unreadable(shown, cause);
  }
  if (isInside(realRoot, target)) return;
  throw new Failure('file-outside-project', {
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

/** Lists folders for a search, and notes those that may not be listed: a search would pass over the contracts in them without a word. */
function readdirNoting(closed: string[]): typeof readdir {
  const list = (path: string, options: { withFileTypes: true }, done: (error: NodeJS.ErrnoException | null, entries: Dirent[]) => void) =>
    readdir(path, options, (error, entries) => {
      if (error && ['EACCES', 'EPERM'].includes(error.code ?? '')) closed.push(path);
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
