/** Files of a new project: looked at before anything is written, made without ever replacing one, and taken back where one cannot be made. */
import { open, readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../diagnostics/failure.ts';
import { type FileToWrite, notWritable, refuseOutside } from './generated-files.ts';
import { makeFolder } from './make-folder.ts';
import { describeCause, errorCode } from './read-file.ts';

/**
 * The text of a file, or undefined where there is none; `null` for what is there and cannot be read. Throws a `Failure` where there can be
 * none, because something else than a folder is above it.
 */
export async function textIfThere(path: string, shown: string): Promise<string | null | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (errorCode(cause) === 'ENOTDIR') throw notWritable(shown, cause);
    return errorCode(cause) === 'ENOENT' ? undefined : null;
  }
}

/** Throws a `Failure` where a path is there and is no folder, or may not be looked into. */
export async function refuseAllButFolder(path: string, shown: string): Promise<void> {
  try {
    await readdir(path);
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return;
    const isFolder = errorCode(cause) !== 'ENOTDIR';
    throw new Failure(isFolder ? 'folder-not-readable' : 'not-a-folder', {
      message: isFolder ? `${shown} cannot be looked into: ${describeCause(cause)}.` : `${shown} is not a folder.`,
      advice: 'Name another folder; one that is not there yet is made.',
      cause,
    });
  }
}

/** The folder at or above a path that holds `name` itself. */
export async function folderAbove(path: string, name: string): Promise<string | undefined> {
  for (let folder = path; ; folder = dirname(folder)) {
    if (
      await stat(join(folder, name)).then(
        () => true,
        () => false,
      )
    )
      return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/**
 * Makes files in a folder, and the folder itself. None of them may be there: a file is never replaced, not even one that somebody else makes
 * at the same moment. Where one cannot be made, or `isStopped` says so between two of them, everything that was made is taken away again.
 * Gives whether all are there. Throws a `Failure` for what the system refuses.
 */
export async function createFiles(
  root: string,
  files: readonly FileToWrite[],
  { isStopped, shown }: { isStopped(): boolean; shown(path: string): string },
): Promise<boolean> {
  const made: Made = { folders: [], files: [] };
  try {
    await told(shown('.'), () => makeFolder(root, (folder) => made.folders.push(folder)));
    for (const { path, text } of files) {
      if (isStopped()) break;
      await refuseOutside(root, join(root, path), shown(path));
      await told(shown(path), () => makeFile(join(root, path), text, made));
    }
  } catch (error) {
    await takeBack(made);
    throw error;
  }
  if (isStopped()) await takeBack(made);
  return !isStopped();
}

/** What was made so far, in order. */
type Made = { readonly folders: string[]; readonly files: string[] };

async function makeFile(path: string, text: string, made: Made): Promise<void> {
  await makeFolder(dirname(path), (folder) => made.folders.push(folder));
  const file = await open(path, 'wx');
  made.files.push(path);
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}

async function takeBack({ folders, files }: Made): Promise<void> {
  for (const path of files) await rm(path, { force: true });
  // Only empty ones go: what somebody else has put there meanwhile stays.
  for (const path of folders.toReversed()) await rmdir(path).catch(() => undefined);
}

async function told(shown: string, change: () => Promise<unknown>): Promise<void> {
  try {
    await change();
  } catch (cause) {
    throw notWritable(shown, cause);
  }
}
