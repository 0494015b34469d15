import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applyDifferences, compareFiles, expectTexts, writeTo } from '../../../src/io/generated-files.ts';

const isOurs = (start: string) => start.startsWith('// ours');
let folder = '';
let root = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'msgctl-io-'));
  root = join(folder, 'project');
  mkdirSync(join(root, 'out/deep'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const wanted = [
  { path: 'out/b.ts', text: '// ours b' },
  { path: 'out/deep/a.ts', text: '// ours a' },
  { path: 'out/new/c.ts', text: '// ours c' },
];

function write(path: string, text: string): void {
  writeFileSync(join(root, path), text);
}

describe('files that are generated', () => {
  test("are compared with what is there; what carries no mark is nobody's business", async () => {
    write('out/b.ts', '// ours b');
    write('out/deep/a.ts', '// ours, edited');
    write('out/deep/old.ts', '// ours, but asked for no more');
    write('out/mine.ts', 'mine');
    expect(await compareFiles(root, expectTexts(wanted), 'out', isOurs)).toEqual([
      { path: 'out/b.ts', state: 'unchanged' },
      { path: 'out/deep/a.ts', state: 'changed' },
      { path: 'out/deep/old.ts', state: 'surplus' },
      { path: 'out/new/c.ts', state: 'new' },
    ]);
  });

  test('are written where they differ; the others keep their time and nothing is left beside them', async () => {
    write('out/b.ts', '// ours b');
    write('out/old.ts', '// ours');
    write('out/mine.ts', 'mine');
    utimesSync(join(root, 'out/b.ts'), 1000, 1000);
    await applyDifferences(root, wanted, await compareFiles(root, expectTexts(wanted), 'out', isOurs));
    expect(wanted.map(({ path }) => readFileSync(join(root, path), 'utf8'))).toEqual(wanted.map(({ text }) => text));
    expect(statSync(join(root, 'out/b.ts')).mtimeMs).toBe(1_000_000);
    expect(readdirSync(join(root, 'out')).sort()).toEqual(['b.ts', 'deep', 'mine.ts', 'new']);
    expect((await compareFiles(root, expectTexts(wanted), 'out', isOurs)).every(({ state }) => state === 'unchanged')).toBe(true);
  });

  test('are looked for in the whole project where it is the folder, but not among installed packages', async () => {
    mkdirSync(join(root, 'node_modules/x'), { recursive: true });
    write('node_modules/x/a.ts', '// ours');
    write('a.ts', '// ours');
    expect(await compareFiles(root, [], '.', isOurs)).toEqual([{ path: 'a.ts', state: 'surplus' }]);
  });

  test('are all new where there is no folder', async () => {
    expect(await compareFiles(root, expectTexts(wanted), 'elsewhere', isOurs)).toHaveLength(3);
  });

  test.each(['../out.ts', 'out/../../out.ts'])('are not written to %s', async (path) => {
    const files = [{ path, text: 'x' }];
    await expect(applyDifferences(root, files, [{ path, state: 'new' }])).rejects.toMatchObject({ id: 'file-outside-project' });
    expect(existsSync(join(folder, 'out.ts'))).toBe(false);
  });

  test('are not written through a link that leads outside', async () => {
    mkdirSync(join(folder, 'elsewhere'));
    symlinkSync('../elsewhere', join(root, 'generated'));
    const files = [{ path: 'generated/a.ts', text: 'x' }];
    await expect(applyDifferences(root, files, [{ path: 'generated/a.ts', state: 'new' }])).rejects.toMatchObject({
      id: 'file-outside-project',
    });
    await expect(compareFiles(root, expectTexts(files), 'generated', isOurs)).rejects.toMatchObject({ id: 'file-outside-project' });
    expect(readdirSync(join(folder, 'elsewhere'))).toEqual([]);
  });

  test.runIf(process.platform !== 'win32')('are never looked for behind links and pipes, nor in what nobody may read', async () => {
    writeFileSync(join(folder, 'theirs.ts'), '// ours, by the look of it');
    symlinkSync('../../theirs.ts', join(root, 'out/link.ts'));
    symlinkSync('nowhere.ts', join(root, 'out/dangling.ts'));
    write('out/deep/old.ts', '// ours');
    symlinkSync('deep', join(root, 'out/linked'));
    symlinkSync('deep/old.ts', join(root, 'out/again.ts'));
    execFileSync('mkfifo', [join(root, 'out/pipe.ts')]);
    write('out/locked.ts', '// ours');
    chmodSync(join(root, 'out/locked.ts'), 0);
    const found = await compareFiles(root, [], 'out', isOurs);
    // Whoever may do anything can read it.
    const locked = process.getuid?.() === 0 ? [{ path: 'out/locked.ts', state: 'surplus' }] : [];
    expect(found).toEqual([{ path: 'out/deep/old.ts', state: 'surplus' }, ...locked]);
    await applyDifferences(root, [], found);
    expect(readFileSync(join(folder, 'theirs.ts'), 'utf8')).toBe('// ours, by the look of it');
    expect(readdirSync(join(root, 'out'))).toEqual(expect.arrayContaining(['again.ts', 'dangling.ts', 'link.ts', 'linked', 'pipe.ts']));
  });

  test('of another run that is at work are left alone, those of one that was stopped are removed', async () => {
    const stopped = spawnSync(process.execPath, ['-e', '']).pid;
    write(`out/a.ts.${process.pid}.tmp`, '// ours');
    write(`out/a.ts.${stopped}.tmp`, '// ours');
    const found = await compareFiles(root, [], 'out', isOurs);
    expect(found).toEqual([{ path: `out/a.ts.${stopped}.tmp`, state: 'surplus' }]);
    rmSync(join(root, `out/a.ts.${stopped}.tmp`));
    // Another run has removed it first.
    await applyDifferences(root, [], found);
    expect(readdirSync(join(root, 'out')).sort()).toEqual([`a.ts.${process.pid}.tmp`, 'deep']);
  });

  test('are written all or none', async () => {
    write('out/file', 'a file where a folder should be');
    const files = [...wanted, { path: 'out/file/x.ts', text: 'x' }];
    const before = readdirSync(join(root, 'out'), { recursive: true });
    const differences = [
      ...(await compareFiles(root, expectTexts(wanted), 'out', isOurs)),
      { path: 'out/file/x.ts', state: 'new' } as const,
    ];
    await expect(applyDifferences(root, files, differences)).rejects.toMatchObject({
      id: 'file-not-writable',
      message: expect.stringContaining('out/file/x.ts cannot be written'),
    });
    const after = readdirSync(join(root, 'out'), { recursive: true, encoding: 'utf8' });
    expect(after.filter((path) => statSync(join(root, 'out', path)).isFile())).toEqual(
      before.filter((path) => statSync(join(root, 'out', String(path))).isFile()),
    );
  });

  test('take the folders with them that hold nothing else', async () => {
    mkdirSync(join(root, 'out/old/older'), { recursive: true });
    write('out/old/older/a.ts', '// ours');
    write('out/deep/b.ts', '// ours');
    write('out/deep/mine.ts', 'mine');
    await applyDifferences(root, [], await compareFiles(root, [], 'out', isOurs));
    expect(readdirSync(join(root, 'out'), { recursive: true, encoding: 'utf8' }).sort()).toEqual(['deep', join('deep', 'mine.ts')]);
    rmSync(join(root, 'out/deep/mine.ts'));
    write('out/deep/b.ts', '// ours');
    await applyDifferences(root, [], await compareFiles(root, [], 'out', isOurs));
    expect(readdirSync(root)).toEqual([]);
  });

  test('are not written through a link in the place of a file that leads outside, be there something or not', async () => {
    writeFileSync(join(folder, 'there.ts'), 'theirs');
    symlinkSync('../../there.ts', join(root, 'out/b.ts'));
    await expect(applyDifferences(root, wanted, [{ path: 'out/b.ts', state: 'changed' }])).rejects.toMatchObject({
      id: 'file-outside-project',
    });
    expect(readFileSync(join(folder, 'there.ts'), 'utf8')).toBe('theirs');
    rmSync(join(root, 'out/b.ts'));
    symlinkSync('../../missing.ts', join(root, 'out/b.ts'));
    await applyDifferences(root, wanted, [{ path: 'out/b.ts', state: 'new' }]);
    expect(existsSync(join(folder, 'missing.ts'))).toBe(false);
    expect(readFileSync(join(root, 'out/b.ts'), 'utf8')).toBe('// ours b');
  });

  test('fail clearly where a folder is in the way', async () => {
    mkdirSync(join(root, 'out/b.ts'));
    await expect(compareFiles(root, expectTexts(wanted), 'out', isOurs)).rejects.toMatchObject({ id: 'file-not-readable' });
  });
});

describe('a file that a user names', () => {
  test('gets the folders above it', async () => {
    await writeTo(join(root, 'a/b/c/report.json'), 'all');
    expect(readFileSync(join(root, 'a/b/c/report.json'), 'utf8')).toBe('all');
    expect(readdirSync(join(root, 'a/b/c'))).toEqual(['report.json']);
  });

  test('gets them once, where several are written at the same time', async () => {
    const paths = Array.from({ length: 20 }, (_, index) => join(root, `a/b/c/${index}.json`));
    await Promise.all(paths.map((path) => writeTo(path, path)));
    expect(paths.map((path) => readFileSync(path, 'utf8'))).toEqual(paths);
  });

  test('is not written below another file', async () => {
    write('file', 'mine');
    for (const path of ['file/report.json', 'file/deep/report.json'])
      await expect(writeTo(join(root, path), 'x')).rejects.toMatchObject({ code: 'ENOTDIR' });
    expect(readFileSync(join(root, 'file'), 'utf8')).toBe('mine');
  });

  test.runIf(existsSync('/proc/self'))('is not written where the system makes no folders, and that is told at once', async () => {
    for (const path of ['/proc/nobody/report.json', '/proc/nobody/deep/er/report.json'])
      await expect(writeTo(path, 'x')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
