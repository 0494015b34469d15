import type { ProjectReader } from '../contract/project-reader.ts';
import { Failure } from '../diagnostics/failure.ts';
import { matchFiles } from './match-files.ts';

/** Reads a project that is not on disk: its files by path, and the variables of its environment. */
export function createMemoryReader(
  files: ReadonlyMap<string, string>,
  variables: Readonly<Record<string, string | undefined>> = {},
): ProjectReader {
  return {
    label: 'the project in memory',
    readText: async (path) => {
      const text = files.get(path);
      if (text === undefined) throw new Failure('file-missing', { message: `${path} does not exist.`, advice: 'Check the path.' });
      return text;
    },
    exists: async (path) => files.has(path),
    listFiles: async (globs) => matchFiles(files.keys(), globs),
    variable: (name) => (Object.hasOwn(variables, name) ? variables[name] : undefined),
  };
}
