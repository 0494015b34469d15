import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createArchiveReader, isArchive } from '../../../src/io/archive.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'msgctl-archive-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Deep enough that tar has to split its name, or to write it beside. */
const LONG = `contracts/${'very-deep-folder/'.repeat(9)}shop é.yaml`;
const files = { 'msgctl.yaml': 'project: shop', 'contracts/a.yaml': 'service: a', [LONG]: 'service: deep' };

function write(folder: string, texts: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(root, folder, path)), { recursive: true });
    writeFileSync(join(root, folder, path), text);
  }
}

function run(command: string, ...args: readonly string[]): void {
  const environment = { PATH: process.env.PATH, HOME: root };
  execFileSync(command, args, { cwd: root, env: environment, stdio: 'pipe' });
}

function gitArchive(file: string, format: string): void {
  run('git', 'init', '-q', 'repo');
  write('repo', files);
  run('git', '-C', 'repo', 'add', '.');
  run('git', '-C', 'repo', '-c', 'user.name=t', '-c', 'user.email=t@example.org', 'commit', '-qm', 'a');
  run('git', '-C', 'repo', 'archive', `--format=${format}`, '--prefix=shop-1.0.0/', '-o', join(root, file), 'HEAD');
}

function read(file: string) {
  return createArchiveReader({ path: join(root, file), label: file, projectFile: 'msgctl.yaml', environment: { A: 'b' } });
}

describe('a project in an archive', () => {
  it.each([
    ['release.tar', () => gitArchive('release.tar', 'tar')],
    ['release.tar.gz', () => gitArchive('release.tar.gz', 'tar.gz')],
    ['release.zip', () => gitArchive('release.zip', 'zip')],
    [
      'plain.tgz',
      () => {
        write('plain', files);
        run('tar', '-czf', 'plain.tgz', '-C', 'plain', '.');
      },
    ],
    [
      'pax.tar',
      () => {
        write('plain', files);
        run('tar', '--format=pax', '-cf', 'pax.tar', 'plain');
      },
    ],
  ])('is read from %s', async (file, make) => {
    make();
    expect(await isArchive(join(root, file))).toBe(true);
    const reader = await read(file);
    expect(await reader.listFiles(['contracts/**/*.yaml'])).toEqual(['contracts/a.yaml', LONG]);
    for (const [path, text] of Object.entries(files)) expect(await reader.readText(path)).toBe(text);
    expect(await reader.exists('contracts')).toBe(false);
    expect(reader.variable('A')).toBe('b');
    await expect(reader.readText('../x')).rejects.toMatchObject({ id: 'file-missing' });
  });

  it('follows links within it and none out of it', async () => {
    write('p', files);
    symlinkSync('a.yaml', join(root, 'p/contracts/b.yaml'));
    symlinkSync('../../outside.yaml', join(root, 'p/contracts/c.yaml'));
    symlinkSync('/etc/hostname', join(root, 'p/contracts/d.yaml'));
    symlinkSync('e.yaml', join(root, 'p/contracts/e.yaml'));
    run('tar', '-cf', 'p.tar', 'p');
    const reader = await read('p.tar');
    expect(await reader.readText('contracts/b.yaml')).toBe('service: a');
    for (const name of ['c', 'd', 'e'])
      await expect(reader.readText(`contracts/${name}.yaml`)).rejects.toMatchObject({ id: 'file-missing' });
  });

  it('must be the only one', async () => {
    write('many', { 'a/msgctl.yaml': '', 'b/msgctl.yaml': '' });
    run('tar', '-cf', 'many.tar', '-C', 'many', '.');
    await expect(read('many.tar')).rejects.toMatchObject({ id: 'several-projects' });
    write('none', { 'a.txt': '' });
    run('tar', '-cf', 'none.tar', 'none');
    await expect(read('none.tar')).rejects.toMatchObject({ id: 'no-project' });
  });

  it('is not read where it is damaged or would fill the memory', async () => {
    gitArchive('release.tar.gz', 'tar.gz');
    const whole = readFileSync(join(root, 'release.tar.gz'));
    writeFileSync(join(root, 'half.tar.gz'), whole.subarray(0, whole.length / 2));
    await expect(read('half.tar.gz')).rejects.toMatchObject({ id: 'archive-damaged' });
    // gzip takes what is put one after the other as one.
    const part = gzipSync(Buffer.alloc(16 * 1024 * 1024));
    writeFileSync(join(root, 'bomb.gz'), Buffer.concat(Array.from({ length: 40 }, () => part)));
    await expect(read('bomb.gz')).rejects.toMatchObject({ id: 'archive-damaged' });
  });
});

describe('what is no archive', () => {
  it('is a text, a folder, nothing, or a name that no file can have', async () => {
    write('', { 'text.tgz': 'no archive' });
    for (const path of ['text.tgz', '.', 'missing', 'text.tgz/below', 'x'.repeat(400)])
      expect(await isArchive(join(root, path))).toBe(false);
  });
});
