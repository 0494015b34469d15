import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');

/** What a service has of the runtime beside its transport: `docs/runtime.md` promises it. */
const MOST_BYTES = 25 * 1024;

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
