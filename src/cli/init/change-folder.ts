import { relative, sep } from 'node:path';

/** The command line that goes to a folder, for a shell; none where somebody stands in it already. */
export function changeFolder(from: string, to: string): readonly string[] {
  const way = relative(from, to).split(sep).join('/');
  if (way === '') return [];
  return [`cd ${/^[\w./-]+$/.test(way) ? way : `'${way.replaceAll("'", "'\\''")}'`}`];
}
