import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findCachePlace, openCacheFolder } from '../../../src/io/cache-folder.ts';

let root = '';
let folder = '';
const open = () => openCacheFolder(folder);
const entries = () => readdirSync(folder).filter((name) => name.endsWith('.entry'));
const onlyEntry = () => join(folder, entries()[0] ?? 'none');

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'msgctl-cache-'));
  folder = join(root, 'deep', 'msgctl');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('an entry', () => {
  test('is found again, by its name only, also by another run', () => {
    open()?.write('a', 'text\nof a');
    open()?.write('b', '');
    expect([open()?.read('a'), open()?.read('b'), open()?.read('c')]).toEqual(['text\nof a', '', undefined]);
  });

  test('is replaced as a whole', () => {
    open()?.write('a', 'one');
    open()?.write('a', 'two');
    expect([open()?.read('a'), entries().length]).toEqual(['two', 1]);
  });

  test.skipIf(process.platform === 'win32')('is for its user alone, as is the folder', () => {
    open()?.write('a', 'one');
    const modes = [folder, onlyEntry(), join(folder, 'secret')].map((path) => statSync(path).mode & 0o777);
    expect(modes).toEqual([0o700, 0o600, 0o600]);
  });

  const spoilers: readonly (readonly [string, () => void])[] = [
    ['is cut off', () => writeFileSync(onlyEntry(), readFileSync(onlyEntry()).subarray(0, -1))],
    ['is empty', () => writeFileSync(onlyEntry(), '')],
    ['has another letter', () => writeFileSync(onlyEntry(), readFileSync(onlyEntry(), 'utf8').replace('valid', 'vAlid'))],
    ['has lost its seal', () => writeFileSync(onlyEntry(), 'the verdict is valid')],
    ['has more behind it', () => writeFileSync(onlyEntry(), `${readFileSync(onlyEntry(), 'utf8')} `)],
    ['is a folder', () => [rmSync(onlyEntry()), mkdirSync(join(folder, 'x.entry'))]],
    ['is not there any more', () => rmSync(onlyEntry())],
    ['was sealed with another secret', () => writeFileSync(join(folder, 'secret'), Buffer.alloc(32))],
    ['has a secret that was cut off', () => writeFileSync(join(folder, 'secret'), Buffer.alloc(5))],
    ['has a secret that is gone', () => rmSync(join(folder, 'secret'))],
  ];
  test.each(spoilers)('counts as none when it %s, and can be written again', (_, spoil) => {
    open()?.write('a', 'the verdict is valid');
    spoil();
    expect(open()?.read('a')).toBeUndefined();
    open()?.write('a', 'again');
    expect(open()?.read('a')).toBe('again');
  });

  test('of one name does not pass for another', () => {
    open()?.write('a', 'valid');
    open()?.write('b', 'broken');
    const [first, second] = entries().map((name) => join(folder, name));
    const text = readFileSync(first ?? '');
    writeFileSync(first ?? '', readFileSync(second ?? ''));
    writeFileSync(second ?? '', text);
    expect([open()?.read('a'), open()?.read('b')]).toEqual([undefined, undefined]);
  });
});

describe('a folder', () => {
  test.skipIf(process.platform === 'win32')('that lets others in is shut', () => {
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o777);
    open()?.write('a', 'one');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  test('that is a file is none', () => {
    mkdirSync(join(root, 'deep'));
    writeFileSync(folder, '');
    expect(open()).toBeUndefined();
  });

  test.runIf(existsSync('/proc/self'))('where the system makes no folders is none, and is told so at once', () => {
    expect(openCacheFolder('/proc/nobody/.cache/msgctl')).toBeUndefined();
  });

  test('below a file is none', () => {
    writeFileSync(join(root, 'deep'), '');
    expect(open()).toBeUndefined();
  });

  test.skipIf(process.getuid?.() === 0)('that may not be written is none', () => {
    mkdirSync(join(root, 'deep'), { mode: 0o500 });
    expect(open()).toBeUndefined();
  });

  test('that goes away in between does no harm', () => {
    const opened = open();
    rmSync(folder, { recursive: true });
    opened?.write('a', 'one');
    expect(opened?.read('a')).toBeUndefined();
  });

  test('keeps the entries that were used last', () => {
    const opened = open();
    for (let index = 0; index < 60; index += 1) {
      opened?.write(`${index}`, 'text');
      const long = new Date(Date.UTC(2026, 0, 1) + index * 1000);
      for (const name of entries())
        if (statSync(join(folder, name)).mtimeMs > Date.UTC(2026, 1)) utimesSync(join(folder, name), long, long);
      // It was made first, and is read ever since.
      opened?.read('0');
    }
    expect(entries().length).toBeLessThanOrEqual(50);
    expect([opened?.read('0'), opened?.read('1'), opened?.read('59')]).toEqual(['text', undefined, 'text']);
  });

  test('is rid of what a killed run left, and of nothing that may still be written', () => {
    open();
    const [left, fresh] = [join(folder, 'x.1.unfinished'), join(folder, 'x.2.unfinished')];
    for (const path of [left, fresh]) writeFileSync(path, '');
    utimesSync(left, 0, 0);
    open()?.write('a', 'one');
    expect([existsSync(left), existsSync(fresh)]).toEqual([false, true]);
  });

  test('is the same for runs at once', () => {
    const [one, other] = [open(), open()];
    one?.write('a', 'one');
    other?.write('a', 'two');
    expect([one?.read('a'), other?.read('a')]).toEqual(['two', 'two']);
  });
});

describe('a digest', () => {
  test('is of one folder only, so that it cannot be looked up', () => {
    const digest = open()?.digest('hunter2');
    expect(open()?.digest('hunter2')).toBe(digest);
    expect(openCacheFolder(join(root, 'other'))?.digest('hunter2')).not.toBe(digest);
  });
});

test.each([
  [{ MSGCTL_CACHE_DIR: 'here', XDG_CACHE_HOME: '/x', HOME: '/h' }, 'linux', 'here'],
  [{ XDG_CACHE_HOME: '/x', HOME: '/h' }, 'linux', '/x/msgctl'],
  [{ XDG_CACHE_HOME: 'relative', HOME: '/h' }, 'linux', '/h/.cache/msgctl'],
  [{ MSGCTL_CACHE_DIR: '', HOME: '/h' }, 'linux', '/h/.cache/msgctl'],
  [{ HOME: '/h' }, 'darwin', '/h/Library/Caches/msgctl'],
  [{ HOME: 'h' }, 'linux', undefined],
  [{}, 'linux', undefined],
  [{}, 'win32', undefined],
])('with %j on %s it is in %s', (environment, platform, place) => {
  expect(findCachePlace(environment, platform)).toBe(place);
});
