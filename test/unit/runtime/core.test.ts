import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');

/** What a service has of the runtime beside its transport: `docs/runtime.md` promises it. */
const MOST_BYTES = 25 * 1024;

/** What each entry may load of other packages: the driver or the library that it is there for, when it is needed. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  index: ['@bufbuild/protobuf'],
  errors: [],
  validation: ['ajv-formats/dist/formats.js', 'ajv/dist/runtime/ucs2length.js'],
  memory: ['@bufbuild/protobuf'],
  rabbitmq: ['amqplib'],
  redis: [],
  protobuf: ['@bufbuild/protobuf'],
  opentelemetry: ['@opentelemetry/api'],
};

test('no entry of the runtime reaches the command line, a reader of YAML or a compiler of schemas', async () => {
  const entries = readFileSync(join(root, 'package.json'), 'utf8').matchAll(/"\.\/runtime(?:\/(\w+))?": \{/g);
  expect([...entries].map(([, name]) => name ?? 'index').sort()).toEqual(Object.keys(ALLOWED).sort());
  for (const [name, allowed] of Object.entries(ALLOWED)) {
    const { metafile } = await build({
      absWorkingDir: root,
      bundle: true,
      entryPoints: [`src/runtime/${name}.ts`],
      format: 'esm',
      metafile: true,
      outdir: 'out',
      packages: 'external',
      platform: 'node',
      splitting: true,
      write: false,
    });
    const inputs = Object.keys(metafile.inputs).filter((path) => !path.startsWith('src/runtime/'));
    expect(inputs, name).toEqual([]);
    const packages = Object.values(metafile.outputs)
      .flatMap(({ imports }) => imports)
      .flatMap(({ path, external }) => (external && !path.startsWith('node:') ? [path] : []))
      .filter((path) => !allowed.some((one) => path === one || path.startsWith(`${one}/`)));
    expect(packages, name).toEqual([]);
  }
});

test('msgctl/runtime is small, and needs no package until a message is Protobuf', async () => {
  const { metafile } = await build({
    absWorkingDir: root,
    bundle: true,
    entryPoints: ['src/runtime/index.ts'],
    format: 'esm',
    legalComments: 'none',
    metafile: true,
    minify: true,
    outdir: 'out',
    platform: 'node',
    splitting: true,
    write: false,
  });
  const entry = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === 'src/runtime/index.ts');
  if (!entry) throw new Error('esbuild wrote no such bundle');
  const chunks = [entry[0], ...entry[1].imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => path)];
  const loaded = chunks.flatMap((path) => (metafile.outputs[path] ? [metafile.outputs[path]] : []));
  expect(loaded.flatMap(({ inputs }) => Object.keys(inputs)).filter((path) => !path.startsWith('src/runtime/'))).toEqual([]);
  const bytes = loaded.reduce((sum, output) => sum + output.bytes, 0);
  console.info(`msgctl/runtime: ${bytes} bytes minified`);
  expect(bytes).toBeLessThan(MOST_BYTES);
  expect(bytes, 'it is all there').toBeGreaterThan(10_000);
});
