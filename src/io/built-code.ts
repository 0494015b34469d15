import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * What identifies the code that runs: a digest of every script in the folder of the bundle, and the engine that runs it. Undefined where
 * there is no bundle, as in tests of the sources, and where it cannot be read again.
 */
export function identifyCode(folder: URL): string | undefined {
  try {
    const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'));
    if (scripts.length === 0) return undefined;
    const hash = createHash('sha256').update(JSON.stringify([process.version, process.platform, process.arch]));
    for (const name of scripts.sort()) {
      const script = readFileSync(new URL(name, folder));
      hash.update(JSON.stringify([name, script.length])).update(script);
    }
    return hash.digest('base64url');
  } catch {
    return undefined;
  }
}
