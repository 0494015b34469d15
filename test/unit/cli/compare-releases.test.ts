import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compareContracts } from '../../../src/cli/compare-contracts.ts';
import { openSession } from '../../../src/cli/session.ts';
import { NO_FLAGS, testHost } from './fixtures.ts';

// Today is 2026-11-23 for a test's host.
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'msgctl-releases-'));
  git('2026-01-01', 'init', '-q', '-b', 'main');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function git(day: string, ...args: readonly string[]): void {
  const date = `${day}T12:00:00Z`;
  const environment = { PATH: process.env.PATH, HOME: root, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: root, env: environment, stdio: 'pipe' });
}

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

const project = (history = "history: { tags: '{service}-v*' }") => `msgctl: 1
project: school
${history}
transports:
  log: { kind: kafka, brokers: 'localhost:9092' }
  rabbit: { kind: rabbitmq, url: 'amqp://localhost' }
`;

/** A shop whose event has one property of interest. */
const shop = (version: string, property: string, { via = 'log', delivery = 'retain: 30d' } = {}) => `msgctl: 1
service: shop
version: ${version}
provides:
  placed:
    pattern: publish-subscribe
    via: ${via}
    delivery: { ${delivery} }
    message: { type: object, properties: { ${property} } }
`;
const desk = 'msgctl: 1\nservice: desk\nversion: 1.0.0\nuses:\n  shop.placed: {}\n';

function release(day: string, contract: string, ...tags: readonly string[]): void {
  write({ 'msgctl.yaml': project(), 'contracts/shop.yaml': contract, 'contracts/desk.yaml': desk });
  git(day, 'add', '.');
  git(day, 'commit', '-q', '--allow-empty', '-m', day);
  for (const tag of tags) git(day, 'tag', '-a', tag, '-m', tag);
}

async function diff(against: readonly string[] = ['HEAD'], failOn: 'breaking' | 'risky' = 'breaking') {
  const host = testHost(root);
  const exit = await compareContracts(openSession(host, NO_FLAGS, '1.2.3'), { against, failOn, strict: false, all: false });
  return { exit, out: host.stdout() };
}

describe('with released versions, msgctl diff', () => {
  // Pairwise all is well: a property goes, and later comes back as something else.
  const texts = ['bar: { type: string }', '', 'bar: { type: integer }'] as const;

  it('finds what a log still keeps and nobody can read any more, which no step between two versions shows', async () => {
    release('2026-10-01', shop('1.0.0', texts[0]), 'shop-v1.0.0');
    release('2026-11-01', shop('1.1.0', texts[1]), 'shop-v1.1.0');
    write({ 'contracts/shop.yaml': shop('1.2.0', texts[2]) });
    const { exit, out } = await diff();
    expect(exit).toBe('bad');
    expect(out).toMatch(/against HEAD[\s\S]*compatible[\s\S]*against shop-v1\.0\.0 \([0-9a-f]{7}\), a release/);
    expect(out).toMatch(/"bar":".*"\} is sent by 1\.0\.0 and rejected by 1\.2\.0/);
    expect(out).toContain('Such messages are kept in its log for 30d.');
    expect(out).toContain('What 2 releases sent and is still kept was looked at too.');
  });

  it('leaves out what the log has forgotten', async () => {
    release('2026-08-01', shop('1.0.0', texts[0]), 'shop-v1.0.0');
    // Replaced 83 days ago.
    release('2026-09-01', shop('1.1.0', texts[1]), 'shop-v1.1.0');
    write({ 'contracts/shop.yaml': shop('1.2.0', texts[2]) });
    expect(await diff()).toMatchObject({ exit: 'good' });
  });

  it('looks at every release where the log is compacted', async () => {
    const compacted = { delivery: 'key: id, retain: { compact: true }' };
    const id = 'id: { type: string }';
    release('2020-01-01', shop('1.0.0', `${id}, ${texts[0]}`, compacted), 'shop-v1.0.0');
    release('2020-02-01', shop('1.1.0', id, compacted), 'shop-v1.1.0');
    write({ 'contracts/shop.yaml': shop('1.2.0', `${id}, ${texts[2]}`, compacted) });
    const { exit, out } = await diff();
    expect(exit).toBe('bad');
    expect(out).toContain('Such messages are kept in its log.');
  });

  it('asks what today is read of what is kept, whatever was read when it was sent', async () => {
    const id = 'id: { type: string }';
    release('2026-10-01', shop('1.0.0', `${id}, ${texts[0]}`), 'shop-v1.0.0');
    release('2026-11-01', shop('1.1.0', id), 'shop-v1.1.0');
    const reading = (reads: string) => desk.replace('{}', `{ reads: [${reads}] }`);
    write({ 'contracts/shop.yaml': shop('1.2.0', `${id}, ${texts[2]}`), 'contracts/desk.yaml': reading('id') });
    expect(await diff()).toMatchObject({ exit: 'good', out: expect.stringContaining('desk does not read it.') });
    write({ 'contracts/desk.yaml': reading('id, bar') });
    expect(await diff()).toMatchObject({ exit: 'bad', out: expect.stringContaining('kept in its log for 30d') });
  });

  it('fails where a contract says how long dead letters are kept, and warns where none does', async () => {
    const parked = (delivery: string) => ({ via: 'rabbit', delivery });
    const history = (delivery: string) => {
      release('2026-10-01', shop('1.0.0', texts[0], parked(delivery)), 'shop-v1.0.0');
      release('2026-11-01', shop('1.1.0', texts[1], parked(delivery)), 'shop-v1.1.0');
      write({ 'contracts/shop.yaml': shop('1.2.0', texts[2], parked(delivery)) });
    };
    history('dead-letters: { retain: 60d }');
    expect(await diff()).toMatchObject({ exit: 'bad', out: expect.stringContaining('kept among dead letters for 60d') });
    git('2026-11-02', 'tag', '-d', 'shop-v1.0.0', 'shop-v1.1.0');
    history('order: none');
    expect(await diff()).toMatchObject({ exit: 'good', out: expect.stringContaining('Such messages are kept among dead letters.') });
    expect(await diff(['HEAD'], 'risky')).toMatchObject({ exit: 'bad' });
  });

  it('holds the version against the newest release and not against the commit before', async () => {
    release('2026-10-01', shop('1.0.0', texts[0]), 'shop-v1.0.0');
    release('2026-11-01', shop('1.1.0', `${texts[0]}, more: { type: string }`));
    const more = `${texts[0]}, more: { type: string }, most: { type: string }`;
    write({ 'contracts/shop.yaml': shop('1.1.0', more) });
    expect((await diff()).out).not.toContain('version-bump-too-small');
    write({ 'contracts/shop.yaml': shop('1.0.1', more) });
    expect((await diff()).out).toMatch(
      /version-bump-too-small[\s\S]*The version went from 1\.0\.0 to 1\.0\.1; what changed asks for 1\.1\.0\./,
    );
  });

  it('reads services that were released together once, and tells the same finding once', async () => {
    release('2026-10-01', shop('1.0.0', texts[0]), 'shop-v1.0.0', 'desk-v1.0.0');
    release('2026-10-02', shop('1.0.1', texts[0]), 'shop-v1.0.1');
    release('2026-11-01', shop('1.1.0', texts[1]), 'shop-v1.1.0');
    write({ 'contracts/shop.yaml': shop('1.2.0', texts[2]) });
    const { out } = await diff();
    expect(out.match(/type-changed|property-added/g)?.length).toBe(out.match(/, a release/g)?.length);
    expect(out).toContain('against shop-v1.0.1');
    expect(out).not.toContain('against shop-v1.0.0');
    expect(out).toContain('What 3 releases sent');
  });

  it('finds a break that the same change is not to the version before', async () => {
    const stock = (version: string, schema: string) => `msgctl: 1
service: shop
version: ${version}
provides:
  count:
    pattern: notification
    via: rabbit
    delivery: { dead-letters: { retain: 60d } }
    message: { type: object, properties: { left: { type: integer, ${schema} } } }
`;
    const released = (day: string, contract: string, tag: string) => {
      write({ 'msgctl.yaml': project(), 'contracts/shop.yaml': contract });
      git(day, 'add', '.');
      git(day, 'commit', '-q', '-m', day);
      git(day, 'tag', '-a', tag, '-m', tag);
    };
    released('2026-10-01', stock('1.0.0', 'minimum: 1'), 'shop-v1.0.0');
    // Only what may be sent matters to the next version: 7 and 8 are at least 5.
    released('2026-11-01', stock('2.0.0', 'minimum: 1, enum: [7, 8]'), 'shop-v2.0.0');
    write({ 'contracts/shop.yaml': stock('3.0.0', 'minimum: 5') });
    const { exit, out } = await diff();
    expect(exit).toBe('bad');
    expect(out).toMatch(/against HEAD[^\n]*\n\nshop 2\.0\.0 → 3\.0\.0: 2 compatible changes\./);
    expect(out).toMatch(/against shop-v1\.0\.0 [\s\S]*breaking {4}constraint-changed/);
  });

  it('asks for no more of what is kept than the provider promises', async () => {
    const forward = (version: string, property: string) =>
      shop(version, property).replace('    via: log\n', '    via: log\n    compatibility: forward\n');
    release('2026-10-01', forward('1.0.0', texts[0]), 'shop-v1.0.0');
    release('2026-11-01', forward('1.1.0', texts[1]), 'shop-v1.1.0');
    write({ 'contracts/shop.yaml': forward('1.2.0', texts[2]) });
    expect(await diff()).toMatchObject({ exit: 'good' });
  });

  it('says that there is no release yet', async () => {
    release('2026-10-01', shop('1.0.0', texts[0]));
    expect((await diff()).out).toContain('No release was looked at');
  });

  it('refuses a release whose contracts are not valid, instead of passing over it', async () => {
    release('2026-10-01', shop('1.0.0', 'bar: { type: strnig }'), 'shop-v1.0.0');
    release('2026-11-01', shop('1.1.0', texts[1]), 'shop-v1.1.0');
    write({ 'contracts/shop.yaml': shop('1.2.0', texts[2]) });
    await expect(diff()).rejects.toMatchObject({ id: 'invalid-base' });
  });

  it('refuses a shallow clone without tags, where releases cannot be seen', async () => {
    release('2026-10-01', shop('1.0.0', texts[0]));
    release('2026-11-01', shop('1.1.0', texts[0]));
    execFileSync('git', ['clone', '-q', '--depth', '1', `file://${root}`, join(root, 'clone')], { stdio: 'pipe' });
    const host = testHost(join(root, 'clone'));
    const session = openSession(host, NO_FLAGS, '1.2.3');
    await expect(compareContracts(session, { against: ['HEAD'], failOn: 'breaking', strict: false, all: false })).rejects.toMatchObject({
      id: 'shallow-clone',
    });
  });
});

describe('the name of an archive', () => {
  it('is told from a file that is none, and from none at all', async () => {
    release('2026-10-01', shop('1.0.0', 'a: { type: string }'));
    write({ 'text.tgz': 'no archive' });
    await expect(diff(['text.tgz'])).rejects.toMatchObject({ id: 'not-an-archive', message: 'text.tgz is no archive.' });
    await expect(diff(['gone.zip'])).rejects.toMatchObject({ id: 'file-missing', message: 'gone.zip does not exist.' });
  });
});

describe('a glob of tags', () => {
  it('stands for every version that it matches', async () => {
    release('2026-10-01', shop('1.0.0', 'a: { type: string }'), 'v1.0.0');
    release('2026-10-02', shop('1.1.0', 'a: { type: string }, b: { type: string }'), 'v1.1.0');
    write({ 'contracts/shop.yaml': shop('1.2.0', 'a: { type: integer }') });
    const { exit, out } = await diff(['v1.*']);
    expect(exit).toBe('bad');
    expect(out).toMatch(/against v1\.0\.0 [\s\S]*against v1\.1\.0 /);
  });

  it('must match one', async () => {
    release('2026-10-01', shop('1.0.0', 'a: { type: string }'));
    await expect(diff(['v9.*'])).rejects.toMatchObject({ id: 'unknown-revision' });
  });
});
