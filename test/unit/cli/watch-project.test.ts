import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Exit } from '../../../src/cli/exit-code.ts';
import { openSession } from '../../../src/cli/session.ts';
import { watchProject } from '../../../src/cli/watch-project.ts';
import { NO_FLAGS, type TestHost, testHost } from './fixtures.ts';

const bookshop = join(import.meta.dirname, '../../cases/gen/bookshop');
const COURIER = 'contracts/courier.yaml';
const TYPES = 'generated/types/courier.ts';

let root = '';
let host: TestHost;
let ended: Promise<Exit>;

beforeEach(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'msgctl-watch-')));
  for (const name of ['msgctl.yaml', 'contracts']) cpSync(join(bookshop, name), join(root, name), { recursive: true });
  host = testHost(root);
  ended = watchProject(openSession(host, NO_FLAGS, '0'), false);
  await until(() => host.stderr().includes('Watching for changes'));
  // The folders are watched right after that is said.
  await wait(50);
}, 60_000);
afterEach(async () => {
  host.interrupt();
  expect(await ended).toBe('good');
  rmSync(root, { recursive: true, force: true });
}, 60_000);

/** Waits for something that happens soon, however busy the machine is. */
async function until(check: () => boolean): Promise<void> {
  await vi.waitFor(() => expect(check()).toBe(true), { timeout: 20_000, interval: 20 });
}

function read(path: string): string {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : '';
}

function write(path: string, text: string): void {
  writeFileSync(join(root, path), text);
}

function rounds(): number {
  return host.stdout().split(' unchanged.\n').length - 1;
}

describe('watching a project', { timeout: 60_000 }, () => {
  test('generates at once, and again after a file was written in its place', async () => {
    expect(read(TYPES)).toContain('kilograms');
    write(COURIER, read(COURIER).replaceAll('kilograms', 'grams'));
    await until(() => read(TYPES).includes('grams?:') && !read(TYPES).includes('kilograms'));
    // The file is written before the round is told of.
    await until(() => rounds() > 1);
    expect(rounds()).toBe(2);
  });

  test('follows editors that write beside a file and rename, time and again', async () => {
    for (const unit of ['grams', 'tons', 'stones']) {
      write('contracts/.courier.swp', read(COURIER).replace(/\w+: \{ type: number/, `${unit}: { type: number`));
      renameSync(join(root, 'contracts/.courier.swp'), join(root, COURIER));
      await until(() => read(TYPES).includes(unit));
    }
  });

  test('sees new contracts, also in a folder that was not there, and those that go', async () => {
    mkdirSync(join(root, 'contracts/deep/deeper'), { recursive: true });
    write(
      'contracts/deep/deeper/new.yaml',
      'msgctl: 1\nservice: new\nversion: 1.0.0\nprovides:\n  ping: { pattern: notification, via: web, message: { type: object } }\n'.replace(
        'web',
        /^ {2}(\w+): .*kind: (?:rabbitmq|kafka)/m.exec(read('msgctl.yaml'))?.[1] ?? 'rabbit',
      ),
    );
    await until(() => existsSync(join(root, 'generated/new.ts')));
    rmSync(join(root, 'contracts/deep'), { recursive: true });
    await until(() => !existsSync(join(root, 'generated/new.ts')));
  });

  test('follows the project file', async () => {
    write('msgctl.yaml', read('msgctl.yaml').replace('out: generated', 'out: elsewhere'));
    await until(() => existsSync(join(root, 'elsewhere/orders.ts')));
  });

  test('tells what is wrong in between, keeps what was generated, and goes on', async () => {
    const good = read('contracts/orders.yaml');
    const before = read('generated/orders.ts');
    write('contracts/orders.yaml', good.replace('timeout:', 'timeuot:'));
    await until(() => host.stdout().includes('timeuot'));
    expect(host.stdout()).toContain('No code was generated');
    expect(read('generated/orders.ts')).toBe(before);
    write('contracts/orders.yaml', good.replace('version: 2.1.0', 'version: 2.1.1'));
    await until(() => read('generated/orders.ts').includes('2.1.1'));
  });

  test('lives through a project file that is gone for a while', async () => {
    const text = read('msgctl.yaml');
    rmSync(join(root, 'msgctl.yaml'));
    await until(() => host.stderr().includes('msgctl.yaml does not exist'));
    write('msgctl.yaml', text.replace('out: generated', 'out: back'));
    await until(() => existsSync(join(root, 'back/orders.ts')));
  });

  test('does nothing about what it did not read, or about a file that says the same as before', async () => {
    write('notes.txt', 'new');
    write('contracts/notes.txt', 'new');
    write(COURIER, read(COURIER));
    await wait(500);
    expect(rounds()).toBe(1);
  });

  test('takes many changes in a row as one', async () => {
    for (let number = 0; number < 5; number++) write(COURIER, `${read(COURIER)}# ${number}\n`);
    await until(() => rounds() === 2);
    await wait(400);
    expect(rounds()).toBe(2);
  });
});
