import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { equal, formats, ucs2length } from '../../../src/runtime/validation.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** The files that a bundle of a module consists of. */
async function bundledFiles(module: string): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    bundle: true,
    entryPoints: [module],
    format: 'esm',
    metafile: true,
    platform: 'node',
    write: false,
  });
  return Object.keys(metafile.inputs).sort();
}

describe('what validators need', () => {
  test('equal compares JSON values', () => {
    expect(equal({ a: [1, null], b: 'x' }, { b: 'x', a: [1, null] })).toBe(true);
    expect(equal([1], { 0: 1 })).toBe(false);
  });

  test('ucs2length counts characters, not units', () => {
    expect(['', 'abc', 'é', '😀', '\ud800'].map(ucs2length)).toEqual([0, 3, 1, 1, 1]);
  });

  test('formats are checked in full', () => {
    const date = formats.date;
    expect(typeof date === 'object' && 'validate' in date).toBe(true);
  });
});

describe('what is loaded in production', () => {
  test('msgctl/runtime/validation loads helpers of ajv, never its compiler', async () => {
    expect(await bundledFiles('src/runtime/validation.ts')).toEqual([
      'node_modules/ajv-formats/dist/formats.js',
      'node_modules/ajv/dist/runtime/ucs2length.js',
      'src/runtime/equal-values.ts',
      'src/runtime/explain-error.ts',
      'src/runtime/explain-keyword.ts',
      'src/runtime/failed-keywords.ts',
      'src/runtime/show-value.ts',
      'src/runtime/text-length.ts',
      'src/runtime/validation.ts',
    ]);
  });
});
