import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { generateCode } from '../../../src/gen/generate.ts';
import { loadSystem, readProjectFiles } from '../../support/load-system.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** The largest service of the example, minified: 14 KB of formats and helpers that all services share, the rest its own 22 validators. */
const MOST_BYTES = 60_000;

test('the descriptor and the validators of a service are all that its bundle holds', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'msgctl-bundle-'));
  try {
    for (const { path, text } of await generateCode(await loadSystem(readProjectFiles(root)))) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const { metafile, outputFiles } = await build({
      absWorkingDir: root,
      alias: Object.fromEntries(
        ['errors', 'validation'].map((name) => [`msgctl/runtime/${name}`, join(root, 'src', 'runtime', `${name}.ts`)]),
      ),
      bundle: true,
      entryPoints: [join(folder, 'examples/school/generated/payments.ts')],
      format: 'esm',
      legalComments: 'none',
      metafile: true,
      minify: true,
      platform: 'node',
      write: false,
    });
    const packages = Object.keys(metafile.inputs).flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+\/.*)$/.exec(path)?.[1] ?? []);
    expect(packages.sort()).toEqual(['ajv-formats/dist/formats.js', 'ajv/dist/runtime/ucs2length.js']);
    const code = outputFiles[0]?.text ?? '';
    if (/new Function|oclif/.test(code)) throw new Error('The bundle compiles something, or holds parts of the command line.');
    const { outputFiles: one } = await build({
      absWorkingDir: root,
      alias: { 'msgctl/runtime/errors': join(root, 'src', 'runtime', 'errors.ts') },
      bundle: true,
      stdin: {
        contents: "import { CardDeclinedError } from './payments.errors.js'; console.log(CardDeclinedError);",
        resolveDir: join(folder, 'examples/school/generated'),
      },
      format: 'esm',
      write: false,
    });
    expect(one[0]?.text).toContain('card-declined');
    expect(one[0]?.text, 'what is not used is left out').not.toContain('amount-changed');
    console.info(`bundle of payments: ${code.length} bytes minified, ${gzipSync(code).length} compressed`);
    expect(code.length).toBeLessThan(MOST_BYTES);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
