#!/usr/bin/env node
import { readFileSync } from 'node:fs';

const root = new URL('..', import.meta.url);
const pjson = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
const argv = process.argv.slice(2);

if (argv[0] === '--version' || argv[0] === '-V') {
  // Answered before anything else is loaded: scripts ask for it, and it should cost what starting Node costs.
  process.stdout.write(`msgctl ${pjson.version}\n`);
} else {
  const { enableCompileCache } = await import('node:module');
  // Node 22 and later keep compiled code between runs.
  enableCompileCache?.();
  const [{ main }, { fileURLToPath }] = await Promise.all([import('../dist/cli/main.js'), import('node:url')]);
  await main(argv, fileURLToPath(root), pjson);
}
