import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GeneratedFile } from '../../../src/gen/emitter.ts';
import { generateCode } from '../../../src/gen/generate.ts';
import { runBuf, writeBufModule } from '../../support/buf.ts';
import { compileStrictly } from '../../support/generated.ts';
import { loadSystem, readProjectFiles } from '../../support/load-system.ts';

const root = join(import.meta.dirname, '../../..');
const everyKind = join(root, 'test/cases/protobuf');

describe.each([
  ['every kind of value', everyKind],
  ['the bookshop', join(root, 'test/cases/gen/bookshop')],
  ['the example of this repository', root],
])('%s', (_, project) => {
  let files: readonly GeneratedFile[] = [];
  let folder = '';
  beforeAll(async () => {
    files = await generateCode(await loadSystem(readProjectFiles(project)));
    folder = writeBufModule(files);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('is built by buf', () => {
    expect(readdirSync(folder).length).toBeGreaterThan(1);
    expect(runBuf(folder, 'build')).toBe('');
  });

  test('is what buf wants of style', () => {
    expect(runBuf(folder, 'lint')).toBe('');
  });

  test('compiles', () => {
    expect(compileStrictly(files)).toBe('');
  });
});

test('every kind of value becomes these .proto files and tables', async () => {
  const files = await generateCode(await loadSystem(readProjectFiles(everyKind)));
  for (const { path, text } of files.filter((file) => file.path.endsWith('.proto') || file.path === 'generated/every.ts')) {
    await expect(text).toMatchFileSnapshot(join(everyKind, 'expected', path));
  }
});
