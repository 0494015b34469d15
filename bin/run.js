#!/usr/bin/env node
import { readFileSync } from 'node:fs';

const root = new URL('..', import.meta.url);
const pjson = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
const argv = process.argv.slice(2);

if (argv[0] === '--version' || argv[0] === '-V') {
  // Answered before anything else is loaded: scripts ask for it, and it should cost what starting Node costs.
  process.stdout.write(`msgctl ${pjson.version}\n`);
} else if (isOlder(process.versions.node, pjson.engines.node)) {
  // Said here, where any Node can read it: what comes next would fail at the first word that this one does not know.
  process.stderr.write(
    `error node-too-old\n  This is Node ${process.versions.node}, and msgctl needs ${pjson.engines.node.replace('>=', '')} or later.\n  Install a newer Node, and raise "node-version", or the image, in pipelines.\n`,
  );
  process.exitCode = 2;
} else {
  const { enableCompileCache } = await import('node:module');
  // Node 22 and later keep compiled code between runs.
  enableCompileCache?.();
  const [{ main }, { fileURLToPath }] = await Promise.all([import('../dist/cli/main.js'), import('node:url')]);
  await main(argv, fileURLToPath(root), pjson);
}

/** Whether a version is below a range like `>=20.19`. */
function isOlder(version, range) {
  const [major, minor] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = range.replace('>=', '').split('.').map(Number);
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}
