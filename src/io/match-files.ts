import picomatch from 'picomatch';

/** The paths that match any of the globs, sorted; what is in installed packages or hidden matches none. */
export function matchFiles(paths: Iterable<string>, globs: readonly string[]): readonly string[] {
  // An empty glob matches nothing; picomatch would throw.
  const matches = picomatch(
    globs.filter((glob) => glob !== ''),
    { ignore: ['**/node_modules/**'], dot: false },
  );
  return [...paths].filter((path) => matches(path)).sort();
}
