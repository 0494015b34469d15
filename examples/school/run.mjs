// Runs the services of the school in one process: `npm run school`. Over memory; with RABBITMQ_URL, and after `msgctl provision --to rabbit`, what the contracts
// send over RabbitMQ goes over it. They are TypeScript, which is compiled into a temporary folder.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'msgctl-school-'));
try {
  await build({
    entryPoints: [join(import.meta.dirname, 'services/main.ts')],
    outfile: join(folder, 'main.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    // Drivers are packages of CommonJS, which ask for more.
    banner: {
      js: `import { createRequire } from 'node:module';\nconst require = createRequire(${JSON.stringify(join(root, 'package.json'))});`,
    },
    alias: Object.fromEntries(
      ['/errors', '/memory', '/rabbitmq', '/validation', ''].map((part) => [
        `msgctl/runtime${part}`,
        join(root, `dist/runtime${part === '' ? '/index' : part}.js`),
      ]),
    ),
  });
  await import(pathToFileURL(join(folder, 'main.mjs')).href);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
