// Starts the brokers of the tests: `npm run brokers` until Ctrl-C, `npm run brokers -- COMMAND…` around one command (CONTRIBUTING.md).
// What starts them is TypeScript beside the tests, which Node 20 does not read, so it is bundled first.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const outfile = join(root, 'node_modules/.cache/msgctl', `brokers-${process.pid}.mjs`);

await build({
  entryPoints: [join(root, 'test/brokers/run.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'error',
});
const { run } = await import(pathToFileURL(outfile).href).finally(() => rmSync(outfile));
process.exit(await run(process.argv.slice(2)));
