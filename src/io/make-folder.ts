import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from './read-file.ts';

/**
 * Makes a folder with those above it, one by one: where the system makes none (below /proc), Node's `recursive` never ends. Each that was not
 * there is told. Where a file stands in the way, that is for what is written next to say. Throws the system's error.
 */
export async function makeFolder(path: string, told: (made: string) => void = () => undefined): Promise<void> {
  if (await isFolder(path)) return;
  if (path !== dirname(path)) await makeFolder(dirname(path), told);
  try {
    await mkdir(path);
  } catch (cause) {
    // Another run may have made it by now.
    if (errorCode(cause) === 'EEXIST') return;
    throw cause;
  }
  told(path);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
