import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { glob } from 'tinyglobby';

/** The texts of the published templates below a folder of `templates/`, by path. `packageRoot` is the folder of msgctl's package.json. */
export async function readTemplates(packageRoot: string, folder: string): Promise<ReadonlyMap<string, string>> {
  const root = join(packageRoot, 'templates', folder);
  const paths = await glob('**/*', { cwd: root, dot: true, expandDirectories: false });
  return new Map(await Promise.all(paths.map(async (path) => [path, await readFile(join(root, path), 'utf8')] as const)));
}
