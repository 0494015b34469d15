import { chmod, lstat, open, readFile, realpath, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, posix, sep } from 'node:path';
import { glob } from 'tinyglobby';
import { Failure } from '../diagnostics/failure.ts';
import { makeFolder } from './make-folder.ts';
import { isInside } from './project-folder.ts';
import { describeCause, errorCode } from './read-file.ts';

/** A text to be written, by its path relative to the project's root. */
export type FileToWrite = { readonly path: string; readonly text: string };

/** How a file on disk differs from what it should be. */
export type FileDifference = { readonly path: string; readonly state: 'new' | 'changed' | 'unchanged' | 'surplus' };

/** A file that should be there, and what tells whether a text is the one that it should have. */
export type ExpectedFile = { readonly path: string; matches(text: string): boolean };

/** Files that should have just these texts. */
export function expectTexts(files: readonly FileToWrite[]): readonly ExpectedFile[] {
  return files.map(({ path, text }) => ({ path, matches: (found) => found === text }));
}

/**
 * Compares files with what is on disk. Of the files below `folder` that are not expected, those whose beginning `isOurs` are surplus; all
 * others are none of our business. Sorted by path.
 */
export async function compareFiles(
  root: string,
  expected: readonly ExpectedFile[],
  folder: string,
  isOurs: (start: string) => boolean,
): Promise<readonly FileDifference[]> {
  await refuseOutside(root, join(root, folder), folder);
  const differences: FileDifference[] = [];
  for (const file of expected) differences.push(await compareFile(root, file));
  const paths = new Set(expected.map((file) => file.path));
  for (const path of await filesBelow(root, folder)) {
    if (!paths.has(path) && !isBeingWritten(path) && isOurs(await readStart(join(root, path))))
      differences.push({ path, state: 'surplus' });
  }
  return differences.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** Whether another run that is still at work writes this file beside its place; of one that was stopped it is left over. */
function isBeingWritten(path: string): boolean {
  const [, writer] = /\.([1-9][0-9]*)\.tmp$/.exec(path) ?? [];
  if (writer === undefined) return false;
  try {
    process.kill(Number(writer), 0);
    return true;
  } catch (cause) {
    return errorCode(cause) === 'EPERM';
  }
}

/** Compares files with what is on disk, one by one. */
export async function compareTexts(root: string, wanted: readonly FileToWrite[]): Promise<readonly FileDifference[]> {
  const differences: FileDifference[] = [];
  for (const file of expectTexts(wanted)) differences.push(await compareFile(root, file));
  return differences;
}

async function compareFile(root: string, { path, matches }: ExpectedFile): Promise<FileDifference> {
  const found = await readIfThere(root, path);
  return { path, state: found === undefined ? 'new' : matches(found) ? 'unchanged' : 'changed' };
}

/**
 * Writes what is new or changed and removes what is surplus; an unchanged file keeps its time of change. Everything is written beside its
 * place first, so that nothing changes where one file cannot be written, and each file is there whole or as it was before, even when msgctl
 * is stopped half way. Throws a `Failure` for a path outside the project and for what the system refuses.
 */
export async function applyDifferences(
  root: string,
  wanted: readonly FileToWrite[],
  differences: readonly FileDifference[],
): Promise<void> {
  const texts = new Map(wanted.map((file) => [file.path, file.text]));
  const changes = differences.filter(({ state }) => state !== 'unchanged');
  const beside = new Map<string, { readonly temporary: string; readonly target: string }>();
  try {
    for (const { path, state } of changes) {
      await refuseOutside(root, join(root, path), path);
      if (state === 'surplus') continue;
      // Through a link the file that it leads to is written; the link stays.
      const target = await realpath(join(root, path)).catch(() => join(root, path));
      await allowed(path, async () => beside.set(path, { target, temporary: await writeBeside(target, texts.get(path) ?? '') }));
    }
    for (const { path } of changes) {
      const written = beside.get(path);
      // What another run has removed already is gone.
      await allowed(path, () => (written ? rename(written.temporary, written.target) : rm(join(root, path), { force: true })));
      if (!written) await removeEmptied(root, posix.dirname(path));
    }
  } finally {
    for (const { temporary } of beside.values()) await rm(temporary, { force: true });
  }
}

/** Removes the folder that held a removed file, and those around it, as far as nothing else is in them; never the project's root. */
async function removeEmptied(root: string, folder: string): Promise<void> {
  for (let emptied = folder; emptied !== '.'; emptied = posix.dirname(emptied)) {
    try {
      await rmdir(join(root, emptied));
    } catch {
      return;
    }
  }
}

async function allowed(path: string, change: () => Promise<unknown>): Promise<void> {
  try {
    await change();
  } catch (cause) {
    throw notWritable(path, cause);
  }
}

/**
 * Writes a text to where a user said: a file whole or not at all, through a link to the file that it leads to, and into what is no file
 * (`/dev/stderr`, a pipe) as it is, which must never be replaced by a file.
 */
export async function writeTo(path: string, text: string): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const found = await stat(target).catch(() => undefined);
  if (!found || found.isFile()) await writeWhole(target, text);
  else await writeFile(target, text);
}

/** Writes a file so that it is there whole or not at all, with the folders above it. */
async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = await writeBeside(path, text);
  try {
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
}

/** Writes the text of a file beside it, for the same users, with the folders above, and gives the path; nothing is left where that fails. */
async function writeBeside(path: string, text: string): Promise<string> {
  await makeFolder(dirname(path));
  const temporary = `${path}.${process.pid}.tmp`;
  const mode = await stat(path).then(
    (found) => found.mode & 0o7777,
    () => undefined,
  );
  try {
    await writeFile(temporary, text);
    if (mode !== undefined) await chmod(temporary, mode);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
  return temporary;
}

/** What to say when the system does not let a file be written. */
export function notWritable(shown: string, cause: unknown): Failure {
  return new Failure('file-not-writable', {
    message: `${shown} cannot be written: ${describeCause(cause)}.`,
    advice: 'Check that its folder exists, that there is room, and that this user may write there.',
    cause,
  });
}

async function readIfThere(root: string, path: string): Promise<string | undefined> {
  try {
    return await readFile(join(root, path), 'utf8');
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined;
    throw new Failure('file-not-readable', {
      message: `${path} should be a file that msgctl writes, but cannot be read: ${describeCause(cause)}.`,
      advice: 'Move away what stands there, or choose another folder with generate.out in the project file.',
      cause,
    });
  }
}

/** The text of a file that msgctl may have written, undefined where it cannot be read: then it is made anew, and whoever writes it says why not. */
export async function readGenerated(root: string, path: string): Promise<string | undefined> {
  return readIfThere(root, path).catch(() => undefined);
}

/** The files below a folder of the project, relative to its root; those of installed packages are nobody's to look at. */
export async function filesBelow(root: string, folder: string): Promise<readonly string[]> {
  const found = await glob('**/*', {
    cwd: join(root, folder),
    ignore: ['**/node_modules/**'],
    expandDirectories: false,
    followSymbolicLinks: false,
  });
  return found.map((path) => posix.join(folder, path.split(sep).join('/')));
}

/**
 * The beginning of a file, long enough for a mark; empty where there is none to read. A pipe is not waited for, a link not followed, a file that
 * nobody lets us read not ours, and one that has just gone not there.
 */
async function readStart(path: string): Promise<string> {
  try {
    if (!(await lstat(path)).isFile()) return '';
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(256) });
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (['ENOENT', 'EACCES', 'EPERM'].includes(errorCode(cause) ?? '')) return '';
    throw cause;
  }
}

/** Refuses to write where a path or a symbolic link in it leads out of the project. */
export async function refuseOutside(root: string, path: string, shown: string): Promise<void> {
  let existing = path;
  while (existing !== dirname(existing)) {
    try {
      const [target, realRoot] = await Promise.all([realpath(existing), realpath(root)]);
      if (isInside(root, path) && isInside(realRoot, target)) return;
      break;
    } catch {
      existing = dirname(existing);
    }
  }
  throw new Failure('file-outside-project', {
    message: `${shown} leads out of the project.`,
    why: 'msgctl writes below the project file only, so that a contract can never overwrite something else.',
    advice: 'Choose a folder of the project.',
  });
}
