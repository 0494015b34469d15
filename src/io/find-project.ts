import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Failure } from '../diagnostics/failure.ts';
import { unreadable } from './read-file.ts';

/** The name of a project's file. */
const PROJECT_FILE = 'msgctl.yaml';

/** A project's root folder (absolute) and the name of its file in it. */
export type ProjectPlace = { readonly root: string; readonly file: string };

/**
 * The project that `config` names, else the one that `cwd` stands in: `msgctl.yaml` there or in the nearest folder above.
 * Throws a `Failure` where there is none.
 */
export async function findProject(cwd: string, config: string | undefined): Promise<ProjectPlace> {
  if (config !== undefined) return namedProject(resolve(cwd, config), config);
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if (await isFile(join(folder, PROJECT_FILE))) return { root: folder, file: PROJECT_FILE };
    if (folder === dirname(folder)) break;
  }
  throw new Failure('no-project', {
    message: `There is no ${PROJECT_FILE} here, nor in any folder above.`,
    why: 'It says where the contracts are and which brokers carry the messages.',
    advice: "Go to the project's folder, or name its file with --config FILE. A new project begins with msgctl init.",
  });
}

async function namedProject(path: string, shown: string): Promise<ProjectPlace> {
  if (shown === '') throw unnamed();
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
  } catch (cause) {
    throw unreadable(shown, cause);
  }
  return { root: dirname(path), file: basename(path) };
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

function unnamed(): Failure {
  return new Failure('bad-usage', {
    message: '--config names no file.',
    why: 'A variable of the shell may be empty.',
    advice: 'Name the project file, or leave --config out.',
  });
}
