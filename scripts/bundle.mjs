// Bundles the runtime of services into dist/runtime, and the command line into dist/cli: what a command needs to start stands in one file, everything heavy in files of its own
// that are read when they are needed. Loading oclif and the rest file by file would take most of the time of a short command
// (docs/decisions/0007-bundled-command-line.md, test/bench/start.mjs). Then writes oclif's manifest, so that oclif need not look at the commands to list them.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { Plugin } from '@oclif/core';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');

// What the bundled CommonJS packages expect of a module.
const banner = `import { createRequire as __createRequire } from 'node:module';
import { fileURLToPath as __fileURLToPath } from 'node:url';
const require = __createRequire(import.meta.url);
const __filename = __fileURLToPath(import.meta.url);
const __dirname = __fileURLToPath(new URL('.', import.meta.url));`;

// A chunk of a CommonJS package has a default export only, while Node gives its names as well: `(await import('ajv')).Ajv`. So each such
// package that is imported on demand gets a module that names what Node would name.
const namesOfCommonJs = {
  name: 'names-of-commonjs',
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, kind, resolveDir, pluginData }) => {
      if (kind !== 'dynamic-import' || pluginData === 'as-it-is' || path.startsWith('node:')) return undefined;
      const found = await resolve(path, { kind, resolveDir, pluginData: 'as-it-is' });
      if (found.external || found.errors.length > 0 || !isCommonJs(found.path)) return found;
      return { path, namespace: 'commonjs', pluginData: resolveDir };
    });
    onLoad({ filter: /.*/, namespace: 'commonjs' }, async ({ path, pluginData }) => {
      const names = Object.keys(await import(path)).filter((name) => name !== 'default' && name !== 'module.exports');
      const contents = `const all = require(${JSON.stringify(path)});\nexport default all;\nexport const { ${names.join(', ')} } = all;\n`;
      return { contents, resolveDir: pluginData };
    });
  },
};

function isCommonJs(file) {
  if (extname(file) !== '.js') return extname(file) === '.cjs';
  let folder = dirname(file);
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).type !== 'module';
}

/** The licences of the packages whose code is in the bundle, which must go with it. */
function licences(inputs) {
  const packages = new Set(inputs.flatMap((input) => /(?:commonjs:)?(node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []));
  const texts = [...packages].sort().map((path) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
    const file = readdirSync(join(root, path)).find((entry) => /^licen[cs]e/i.test(entry));
    return `${name} ${version} (${license})\n\n${file === undefined ? '' : readFileSync(join(root, path, file), 'utf8').trim()}\n`;
  });
  return `The command line of msgctl contains code of these packages.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

rmSync(join(root, 'dist/cli'), { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  // What other programs import shares its chunks with the command line, and is written beside it.
  entryPoints: { main: 'src/cli/main.ts', commands: 'src/commands/index.ts', help: 'src/cli/help.ts', compat: 'src/library/compat.ts' },
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
  legalComments: 'none',
  banner: { js: banner },
  // Heavy, seldom needed, or there only when the user has added it: loaded from node_modules.
  external: ['prettier', 'prettier/*', 'amqplib', 'kafkajs', 'ioredis', 'pg', 'typescript', 'ts-node', 'tsx'],
  metafile: true,
  plugins: [namesOfCommonJs],
  logLevel: 'warning',
});

writeFileSync(join(root, 'dist/cli/LICENSES.txt'), licences(Object.keys(metafile.inputs)));

// What services import: one file for each entry, and what several of them share in files beside them, so that a class is one and the same whichever way it comes.
// Fifty small files took three times as long to load. The compiler has written the types.
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const entries = Object.values(exports).flatMap(({ default: file }) => /^\.\/dist\/runtime\/(.*)\.js$/.exec(file ?? '')?.[1] ?? []);
await build({
  absWorkingDir: root,
  entryPoints: entries.map((entry) => `src/runtime/${entry}.ts`),
  outdir: 'dist/runtime',
  bundle: true,
  splitting: true,
  chunkNames: 'shared/[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // Drivers and libraries are those of whoever uses it, and loaded when they are needed.
  packages: 'external',
  legalComments: 'none',
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
