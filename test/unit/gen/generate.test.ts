import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { GeneratedFile } from '../../../src/gen/emitter.ts';
import { generateCode } from '../../../src/gen/generate.ts';
import { isGenerated } from '../../../src/gen/header.ts';
import { checkScripts, compileStrictly } from '../../support/generated.ts';
import { loadSystem, readProjectFiles } from '../../support/load-system.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const bookshop = join(root, 'test', 'cases', 'gen', 'bookshop');

function pathsOf(files: readonly GeneratedFile[]): readonly string[] {
  return files.map((file) => file.path);
}

describe('the bookshop', () => {
  let files: readonly GeneratedFile[] = [];
  beforeAll(async () => {
    files = await generateCode(await loadSystem(readProjectFiles(bookshop)));
  });

  test('becomes the files of the case', async () => {
    for (const file of files) await expect(file.text).toMatchFileSnapshot(join(bookshop, 'expected', file.path));
    const expected = readdirSync(join(bookshop, 'expected'), { recursive: true, encoding: 'utf8' }).filter((path) =>
      /\.(ts|js|json|proto)$/.test(path),
    );
    expect(pathsOf(files)).toEqual(expected.sort());
  });

  test('compiles under every strict option, and so does what infers from it', () => {
    const usage = { path: 'usage.ts', text: readFileSync(join(bookshop, 'usage.ts'), 'utf8') };
    expect(compileStrictly([...files, usage])).toBe('');
  });

  test('gives nobody errors who has JavaScript checked', () => {
    expect(checkScripts(files)).toBe('');
    const unmarked = files.map((file) => ({ ...file, text: file.text.replace('// @ts-nocheck\n', '') }));
    expect(checkScripts(unmarked)).toContain('error TS');
  });

  test('every file begins with the mark', () => {
    for (const { text } of files) expect(isGenerated(text)).toBe(true);
  });

  test('the same contracts give the same bytes, in whatever order they were read', async () => {
    const read = Object.entries(readProjectFiles(bookshop));
    const again = await generateCode(await loadSystem(Object.fromEntries(read.reverse())));
    expect(again).toEqual(files);
  });

  test('a change of one contract leaves the modules of unrelated ones alone', async () => {
    const read = readProjectFiles(bookshop);
    const courier = 'contracts/courier.yaml';
    const changed = { ...read, [courier]: read[courier]?.replace('kilograms', 'grams') ?? '' };
    const again = await generateCode(await loadSystem(changed));
    const different = again.filter(({ path, text }) => files.find((file) => file.path === path)?.text !== text);
    expect(pathsOf(different)).toEqual([
      'generated/orders.validators.js',
      'generated/schemas/orders.schema.json',
      'generated/types/courier.ts',
    ]);
  });

  test('generate.services limits the modules, not the types that they need', async () => {
    const read = readProjectFiles(bookshop);
    const project = (read['msgctl.yaml'] ?? '').replace('out: generated', 'out: src/api, services: [archive]');
    const limited = await generateCode(await loadSystem({ ...read, 'msgctl.yaml': project }));
    expect(pathsOf(limited)).toEqual([
      'src/api/archive.ts',
      'src/api/archive.validators.d.ts',
      'src/api/archive.validators.js',
      'src/api/orders.errors.d.ts',
      'src/api/orders.errors.js',
      'src/api/schemas/archive.schema.json',
      'src/api/types/common.types.ts',
      'src/api/types/orders.ts',
    ]);
    expect(compileStrictly(limited)).toBe('');
  });
});

describe('the example of this repository', () => {
  test('compiles under every strict option', async () => {
    expect(compileStrictly(await generateCode(await loadSystem(readProjectFiles(root))))).toBe('');
  });
});
