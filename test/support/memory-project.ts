import picomatch from 'picomatch';
import type { ProjectReader } from '../../src/contract/project-reader.ts';
import { Failure } from '../../src/diagnostics/failure.ts';

/** A project held in memory: its files by path, and the variables of its environment. */
export function memoryProject(files: Readonly<Record<string, string>>, variables: Readonly<Record<string, string>> = {}): ProjectReader {
  const paths = Object.keys(files).sort();
  return {
    label: 'the project in memory',
    readText: async (path) => {
      const text = Object.hasOwn(files, path) ? files[path] : undefined;
      if (text === undefined) throw new Failure('unreadable-file', { message: `${path} is not there.` });
      return text;
    },
    exists: async (path) => Object.hasOwn(files, path),
    listFiles: async (globs) => paths.filter((path) => picomatch.isMatch(path, [...globs])),
    variable: (name) => (Object.hasOwn(variables, name) ? variables[name] : undefined),
  };
}
