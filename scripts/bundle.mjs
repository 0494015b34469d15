// Bundles the command line into dist/cli: what a command needs to start stands in one file, everything heavy in files of its own that are
// read when they are needed. Loading oclif and the rest file by file would take most of the time of a short command
// (docs/decisions, test/bench/start.mjs). Then writes oclif's manifest, so that oclif need not look at the commands to list them.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Plugin } from '@oclif/core';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');

// What the bundled CommonJS packages expect of a module.
const banner = `import { createRequire as __createRequire } from 'node:module';
import { fileURLToPath as __fileURLToPath } from 'node:url';
const require = __createRequire(import.meta.url);
const __filename = __fileURLToPath(import.meta.url);
const __dirname = __fileURLToPath(new URL('.', import.meta.url));`;

rmSync(join(root, 'dist/cli'), { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: { main: 'src/cli/main.ts', commands: 'src/commands/index.ts', help: 'src/cli/help.ts' },
  outdir: 'dist/cli',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // Names stay, so that a stack in a bug report can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  keepNames: false,
  legalComments: 'linked',
  banner: { js: banner },
  // Heavy, seldom needed, or there only when the user has added it: loaded from node_modules.
  external: ['json-schema-to-typescript', 'amqplib', 'kafkajs', 'ioredis', 'pg', 'typescript', 'ts-node', 'tsx'],
  logLevel: 'warning',
});

const plugin = new Plugin({
  root,
  type: 'core',
  isRoot: true,
  ignoreManifest: true,
  errorOnManifestCreate: true,
  respectNoCacheDefault: true,
});
await plugin.load();
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
writeFileSync(join(root, 'oclif.manifest.json'), `${JSON.stringify({ ...plugin.manifest, version }, null, 2)}\n`);
