import { stat } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { Failure } from '../diagnostics/failure.ts';

/**
 * Whether a file of the project, by its path from the root, is one that the user named or stands in a folder that they named; without paths
 * all are. Throws a `Failure` for a path that is not there, or not in the project.
 */
export async function choosePaths(root: string, cwd: string, paths: readonly string[]): Promise<(file: string) => boolean> {
  const chosen = await Promise.all(paths.map((path) => existingPath(root, cwd, path)));
  return (file) => chosen.length === 0 || chosen.some((path) => path === '' || file === path || file.startsWith(`${path}/`));
}

async function existingPath(root: string, cwd: string, path: string): Promise<string> {
  const found = relative(root, resolve(cwd, path)).split(sep).join('/');
  if (found !== '..' && !found.startsWith('../') && (await isThere(resolve(cwd, path)))) return found;
  throw new Failure('file-missing', {
    message: `${path} is not a file or folder of the project.`,
    advice: 'Name files below the project file, relative to where you are.',
  });
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
