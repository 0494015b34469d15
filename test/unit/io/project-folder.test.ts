import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFolderReader } from '../../../src/io/project-folder.ts';

let folder = '';
let root = '';
const reader = () => createFolderReader({ root, label: 'here', environment: { A: 'b' } });

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'msgctl-io-')));
  root = join(folder, 'project');
  mkdirSync(join(root, 'contracts/deep'), { recursive: true });
  writeFileSync(join(folder, 'outside.yaml'), 'secret: 1\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function failureOf(path: string): Promise<unknown> {
  return reader()
    .readText(path)
    .catch((error: unknown) => error);
}

describe('reading a file', () => {
  const texts: readonly (readonly [name: string, bytes: Buffer, text: string])[] = [
    ['an empty one', Buffer.from([]), ''],
    ['one with a byte order mark, which is dropped', Buffer.from('\ufeffa: 1', 'utf8'), 'a: 1'],
    ['one with astral characters', Buffer.from('a: 😀', 'utf8'), 'a: 😀'],
  ];
  test.each(texts)('%s', async (_, bytes, text) => {
    writeFileSync(join(root, 'a.yaml'), bytes);
    expect(await reader().readText('a.yaml')).toBe(text);
  });

  const invalid: readonly (readonly [name: string, bytes: readonly number[], what: string])[] = [
    ['Latin-1', [0x61, 0xe9, 0x62, 0x63], 'byte 1 (0xE9) does not belong to any character'],
    ['a lone continuation byte', [0x61, 0x80], 'byte 1 (0x80) does not belong to any character'],
    ['an incomplete character at the end', [0x61, 0xf0, 0x9f], 'byte 1 (0xF0) does not belong to any character'],
    ['an overlong form', [0xc0, 0xaf], 'byte 0 (0xC0) does not belong to any character'],
    ['a surrogate', [0x61, 0xed, 0xa0, 0x80], 'byte 1 (0xED) does not belong to any character'],
    ['UTF-16', [0xff, 0xfe, 0x61, 0x00], 'it is saved as UTF-16'],
    ['UTF-16 without its mark', [0x61, 0x00, 0x62, 0x00], 'it is saved as UTF-16'],
  ];
  test.each(invalid)('refuses %s and names the byte', async (_, bytes, what) => {
    writeFileSync(join(root, 'a.yaml'), Buffer.from(bytes));
    expect(await failureOf('a.yaml')).toMatchObject({
      id: 'file-not-utf8',
      message: `a.yaml is not UTF-8: ${what}.`,
    });
  });

  test('refuses one that is not there', async () => {
    expect(await failureOf('contracts/no.yaml')).toMatchObject({ id: 'file-missing', message: 'contracts/no.yaml does not exist.' });
  });

  test('refuses one below a file', async () => {
    writeFileSync(join(root, 'a.yaml'), '');
    expect(await failureOf('a.yaml/b.yaml')).toMatchObject({ id: 'file-missing' });
  });

  test('refuses a folder', async () => {
    expect(await failureOf('contracts')).toMatchObject({ id: 'file-is-folder' });
  });

  test('refuses a link to itself', async () => {
    symlinkSync('loop.yaml', join(root, 'loop.yaml'));
    expect(await failureOf('loop.yaml')).toMatchObject({ id: 'file-not-readable' });
  });

  // Root reads whatever the rights say.
  test.skipIf(process.getuid?.() === 0)('refuses one without the right to read it', async () => {
    writeFileSync(join(root, 'a.yaml'), '');
    chmodSync(join(root, 'a.yaml'), 0);
    expect(await failureOf('a.yaml')).toMatchObject({ id: 'file-not-readable', message: 'a.yaml may not be read by this user.' });
  });

  test.each(['../outside.yaml', 'contracts/../../outside.yaml', 'contracts/../../missing.yaml'])('refuses %s', async (path) => {
    expect(await failureOf(path)).toMatchObject({ id: 'file-outside-project' });
  });

  test('refuses a link that leads outside', async () => {
    symlinkSync('../outside.yaml', join(root, 'inside.yaml'));
    expect(await failureOf('inside.yaml')).toMatchObject({ id: 'file-outside-project' });
  });

  test('follows a link that stays inside', async () => {
    writeFileSync(join(root, 'a.yaml'), 'a');
    symlinkSync('../a.yaml', join(root, 'contracts/b.yaml'));
    expect(await reader().readText('contracts/b.yaml')).toBe('a');
  });

  test('reads a project whose own folder is a link', async () => {
    writeFileSync(join(root, 'a.yaml'), 'a');
    symlinkSync('project', join(folder, 'link'));
    const linked = createFolderReader({ root: join(folder, 'link'), label: 'here', environment: {} });
    expect(await linked.readText('a.yaml')).toBe('a');
  });
});

describe('listing files', () => {
  test('gives what matches, sorted, without dot files and installed packages', async () => {
    for (const path of [
      'contracts/b.yaml',
      'contracts/a.yaml',
      'contracts/deep/c.yaml',
      'contracts/.hidden.yaml',
      'contracts/a.txt',
      'contracts/node_modules/x.yaml',
    ]) {
      mkdirSync(join(root, path, '..'), { recursive: true });
      writeFileSync(join(root, path), '');
    }
    mkdirSync(join(root, 'contracts/folder.yaml'));
    expect(await reader().listFiles(['contracts/**/*.yaml'])).toEqual(['contracts/a.yaml', 'contracts/b.yaml', 'contracts/deep/c.yaml']);
  });

  test('ends where a link leads to its own parent', async () => {
    writeFileSync(join(root, 'contracts/a.yaml'), '');
    symlinkSync('..', join(root, 'contracts/deep/up'));
    expect(await reader().listFiles(['contracts/**/*.yaml'])).toEqual(['contracts/a.yaml']);
  });

  test('passes over no link that leads nowhere, or to itself: reading it says so', async () => {
    writeFileSync(join(root, 'contracts/a.yaml'), '');
    symlinkSync('gone.yaml', join(root, 'contracts/deep/broken.yaml'));
    symlinkSync('loop.yaml', join(root, 'contracts/loop.yaml'));
    symlinkSync('gone.txt', join(root, 'contracts/broken.txt'));
    expect(await reader().listFiles(['contracts/**/*.yaml'])).toEqual([
      'contracts/a.yaml',
      'contracts/deep/broken.yaml',
      'contracts/loop.yaml',
    ]);
    expect(await failureOf('contracts/deep/broken.yaml')).toMatchObject({
      id: 'file-missing',
      message: 'contracts/deep/broken.yaml is a symbolic link that leads nowhere.',
    });
    expect(await failureOf('contracts/loop.yaml')).toMatchObject({
      message: 'contracts/loop.yaml is a symbolic link that leads to itself.',
    });
  });
});

// Root lists whatever the rights say.
test.skipIf(process.getuid?.() === 0)('refuses to pass over a folder that may not be listed', async () => {
  chmodSync(join(root, 'contracts/deep'), 0);
  await expect(reader().listFiles(['contracts/**/*.yaml'])).rejects.toMatchObject({
    id: 'folder-not-readable',
    message: 'The folder contracts/deep may not be listed by this user.',
  });
  chmodSync(join(root, 'contracts/deep'), 0o755);
});

test('exists says whether a file is there', async () => {
  writeFileSync(join(root, 'a.yaml'), '');
  const paths = ['a.yaml', 'contracts', 'no.yaml', 'contracts/no/no'];
  expect(await Promise.all(paths.map((path) => reader().exists(path)))).toEqual([true, false, false, false]);
});

test('variables come from the environment', () => {
  expect([reader().variable('A'), reader().variable('B'), reader().label]).toEqual(['b', undefined, 'here']);
});
