import picomatch from 'picomatch';
import type { ProjectReader } from '../contract/project-reader.ts';
import { Failure } from '../diagnostics/failure.ts';

/** Reads a project that is not on disk: its files by path, and the variables of its environment. */
export function createMemoryReader(
  files: ReadonlyMap<string, string>,
  variables: Readonly<Record<string, string | undefined>> = {},
): ProjectReader {
  const paths = [...files.keys()].sort();
  return {
    label: 'the project in memory',
    readText: async (path) => {
      const text = files.get(path);
      if (text === undefined) throw new Failure('file-missing', { message: `${path} does not exist.`, advice: 'Check the path.' });
      return text;
    },
    exists: async (path) => files.has(path),
    // An empty glob matches nothing; picomatch would throw.
    listFiles: async (globs) => paths.filter((path) => globs.some((glob) => glob !== '' && picomatch.isMatch(path, glob))),
    variable: (name) => (Object.hasOwn(variables, name) ? variables[name] : undefined),
  };
}
