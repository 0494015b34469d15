import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../../src/diagnostics/failure.ts';
import { createGitReader } from '../../../src/io/git.ts';

let folder: string;
const environment = { PATH: process.env.PATH, HOME: undefined as string | undefined };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'msgctl-git-'));
  environment.HOME = folder;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a project at a revision', () => {
  it('is read as it was, whatever the working tree says now', async () => {
    const root = repository('repo');
    commit(root, { 'msgctl.yaml': 'project: old', 'contracts/a.yaml': 'service: a' });
    const reader = await createGitReader({ root, revision: 'main', environment });
    write(root, { 'msgctl.yaml': 'project: new', 'contracts/b.yaml': 'service: b' });
    expect(await reader.readText('msgctl.yaml')).toBe('project: old');
    expect(await reader.listFiles(['contracts/**/*.yaml'])).toEqual(['contracts/a.yaml']);
    expect(await reader.exists('contracts/b.yaml')).toBe(false);
    expect(reader.label).toMatch(/^main \([0-9a-f]{7}\)$/);
  });

  it('may stand in a sub-folder, under a name that git would quote', async () => {
    const top = repository('repo');
    const root = join(top, 'services', 'shop éè');
    commit(top, { 'services/shop éè/contracts/x "y".yaml': 'service: x', 'services/shop éè/msgctl.yaml': 'p', 'msgctl.yaml': 'other' });
    const reader = await createGitReader({ root, revision: 'HEAD', environment });
    expect(await reader.listFiles(['contracts/*.yaml'])).toEqual(['contracts/x "y".yaml']);
    expect(await reader.readText('contracts/x "y".yaml')).toBe('service: x');
    expect(await reader.readText('msgctl.yaml')).toBe('p');
    await expect(reader.readText('../msgctl.yaml')).rejects.toThrow(Failure);
  });

  it('follows a symbolic link within the project and no other', async () => {
    const root = repository('repo');
    write(root, { 'contracts/a.yaml': 'service: a' });
    symlinkSync('a.yaml', join(root, 'contracts', 'link.yaml'));
    symlinkSync('/etc/hostname', join(root, 'out.yaml'));
    commit(root, {});
    const reader = await createGitReader({ root, revision: 'HEAD', environment });
    expect(await reader.readText('contracts/link.yaml')).toBe('service: a');
    await expect(reader.readText('out.yaml')).rejects.toMatchObject({ id: 'file-outside-project' });
  });

  it('reads many files, empty ones and large ones alike', async () => {
    const root = repository('repo');
    const files = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`contracts/c${index}.yaml`, 'x'.repeat(index * 997)]));
    commit(root, files);
    const reader = await createGitReader({ root, revision: 'HEAD', environment });
    for (const path of await reader.listFiles(['contracts/*.yaml'])) expect(await reader.readText(path)).toBe(files[path]);
  });

  it('is not disturbed by variables of a git hook', async () => {
    const root = repository('repo');
    commit(root, { 'msgctl.yaml': 'p' });
    const reader = await createGitReader({
      root,
      revision: 'HEAD',
      environment: { ...environment, GIT_DIR: '/nowhere', GIT_INDEX_FILE: 'x' },
    });
    expect(await reader.readText('msgctl.yaml')).toBe('p');
  });

  it('gives the variables of the environment', async () => {
    const root = repository('repo');
    commit(root, { 'msgctl.yaml': 'p' });
    const reader = await createGitReader({ root, revision: 'HEAD', environment: { ...environment, NAME: 'value' } });
    expect(reader.variable('NAME')).toBe('value');
  });
});

describe('the default base', () => {
  it('is where the branch left the default branch', async () => {
    const root = repository('repo');
    commit(root, { 'a.txt': 'fork' });
    git(root, 'checkout', '-q', '-b', 'feature');
    commit(root, { 'a.txt': 'mine' });
    git(root, 'checkout', '-q', 'main');
    commit(root, { 'a.txt': 'theirs' });
    git(root, 'checkout', '-q', 'feature');
    expect(await textAtBase(root)).toBe('fork');
  });

  it('is the parent commit on the default branch', async () => {
    const root = repository('repo');
    commit(root, { 'a.txt': 'first' });
    commit(root, { 'a.txt': 'second' });
    const reader = await createGitReader({ root, environment });
    expect(await reader.readText('a.txt')).toBe('first');
    expect(reader.label).toMatch(/^the parent commit \([0-9a-f]{7}\)$/);
  });

  it('is where a branch without a commit of its own left the default branch', async () => {
    const root = repository('repo');
    commit(root, { 'a.txt': 'first' });
    commit(root, { 'a.txt': 'second' });
    git(root, 'checkout', '-q', '-b', 'feature');
    expect(await textAtBase(root)).toBe('second');
  });

  it.each([
    ['GITHUB_BASE_REF', 'release'],
    ['CI_MERGE_REQUEST_TARGET_BRANCH_NAME', 'release'],
    ['CHANGE_TARGET', 'release'],
    ['BITBUCKET_PR_DESTINATION_BRANCH', 'release'],
    ['SYSTEM_PULLREQUEST_TARGETBRANCH', 'refs/heads/release'],
  ])('is where the branch left the one that %s names', async (variable, value) => {
    const origin = repository('origin');
    commit(origin, { 'a.txt': 'main' });
    git(origin, 'checkout', '-q', '-b', 'release');
    commit(origin, { 'a.txt': 'release' });
    git(origin, 'checkout', '-q', 'main');
    const root = cloneOf(origin);
    git(root, 'checkout', '-q', '-b', 'feature', 'origin/release');
    commit(root, { 'a.txt': 'mine' });
    expect(await textAtBase(root, { [variable]: value })).toBe('release');
    expect(await textAtBase(root, { [variable]: '' })).toBe('main');
  });
});

describe('what cannot be compared is one clear failure', () => {
  it('without git', async () => {
    const root = repository('repo');
    await expect(createGitReader({ root, environment: { PATH: '/nowhere' } })).rejects.toMatchObject({ id: 'git-missing' });
  });

  it('outside a repository', async () => {
    const ceiling = { ...environment, GIT_CEILING_DIRECTORIES: dirname(folder) };
    await expect(createGitReader({ root: folder, environment: ceiling })).rejects.toMatchObject({ id: 'not-a-repository' });
  });

  it.each(['nowhere', 'HEAD~9', '--output=x', '-p', '', 'a\nb', 'HEAD:msgctl.yaml'])('for the revision %j', async (revision) => {
    const root = repository('repo');
    commit(root, { 'msgctl.yaml': 'p' });
    await expect(createGitReader({ root, revision, environment })).rejects.toMatchObject({ id: 'unknown-revision' });
  });

  it('on the first commit, and before it', async () => {
    const root = repository('repo');
    await expect(createGitReader({ root, environment })).rejects.toMatchObject({ id: 'no-parent-commit' });
    commit(root, { 'msgctl.yaml': 'p' });
    await expect(createGitReader({ root, environment })).rejects.toMatchObject({ id: 'no-parent-commit' });
  });

  it('where no default branch can be told', async () => {
    const root = repository('repo');
    commit(root, { 'msgctl.yaml': 'p' });
    git(root, 'branch', '-q', '-m', 'trunk');
    await expect(createGitReader({ root, environment })).rejects.toMatchObject({ id: 'no-default-branch' });
  });

  it('where the histories have nothing in common', async () => {
    const root = repository('repo');
    commit(root, { 'msgctl.yaml': 'p' });
    git(root, 'checkout', '-q', '--orphan', 'other');
    commit(root, { 'msgctl.yaml': 'q' });
    await expect(createGitReader({ root, environment })).rejects.toMatchObject({ id: 'unrelated-histories' });
  });

  it('in a shallow clone, with the remedy, whatever is asked for', async () => {
    const origin = repository('origin');
    commit(origin, { 'msgctl.yaml': 'one' });
    git(origin, 'tag', 'v1');
    commit(origin, { 'msgctl.yaml': 'two' });
    git(origin, 'checkout', '-q', '-b', 'feature');
    commit(origin, { 'msgctl.yaml': 'three' });
    const root = cloneOf(origin, '--depth=1', '--branch=feature');
    for (const options of [{}, { revision: 'v1' }, { revision: 'main' }]) {
      const failure = await createGitReader({ root, environment, ...options }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(Failure);
      expect(failure).toMatchObject({ id: 'shallow-clone', advice: expect.stringMatching(/git fetch --unshallow.*fetch-depth: 0/) });
    }
    const target = { ...environment, GITHUB_BASE_REF: 'main' };
    await expect(createGitReader({ root, environment: target })).rejects.toMatchObject({ id: 'shallow-clone' });
  });

  it('in a shallow clone of the default branch', async () => {
    const origin = repository('origin');
    commit(origin, { 'msgctl.yaml': 'one' });
    commit(origin, { 'msgctl.yaml': 'two' });
    const root = cloneOf(origin, '--depth=1');
    await expect(createGitReader({ root, environment })).rejects.toMatchObject({ id: 'shallow-clone' });
  });

  it('where the revision has no project there, no such file, no contracts', async () => {
    const top = repository('repo');
    commit(top, { 'readme.txt': 'x' });
    mkdirSync(join(top, 'sub'));
    await expect(createGitReader({ root: join(top, 'sub'), revision: 'HEAD', environment })).rejects.toMatchObject({ id: 'file-missing' });
    const reader = await createGitReader({ root: top, revision: 'HEAD', environment });
    await expect(reader.readText('msgctl.yaml')).rejects.toMatchObject({ id: 'file-missing' });
    await expect(reader.listFiles(['contracts/**/*.yaml'])).rejects.toMatchObject({ id: 'no-contracts-at-revision' });
  });

  it('where a branch that CI names was not fetched', async () => {
    const root = repository('repo');
    commit(root, { 'msgctl.yaml': 'p' });
    const failure = createGitReader({ root, environment: { ...environment, GITHUB_BASE_REF: 'release' } });
    await expect(failure).rejects.toMatchObject({ id: 'unknown-revision', message: expect.stringContaining('GITHUB_BASE_REF') });
  });

  it('without the password of a remote', async () => {
    const root = repository('repo');
    commit(root, { 'msgctl.yaml': 'p' });
    git(root, 'remote', 'add', 'origin', 'https://user:hunter2@example.invalid/repo.git');
    for (const options of [{}, { revision: 'nowhere' }]) {
      const failure = (await createGitReader({ root, environment, ...options }).catch((error: unknown) => error)) as Failure;
      expect(`${failure.message} ${failure.why} ${failure.advice}`).not.toContain('hunter2');
    }
  });
});

async function textAtBase(root: string, variables: Record<string, string> = {}): Promise<string> {
  const reader = await createGitReader({ root, environment: { ...environment, ...variables } });
  return reader.readText('a.txt');
}

function repository(name: string): string {
  const root = join(folder, name);
  mkdirSync(root);
  git(root, 'init', '-q', '-b', 'main');
  return root;
}

function cloneOf(origin: string, ...options: string[]): string {
  const root = join(folder, 'clone');
  git(folder, 'clone', '-q', ...options, pathToFileURL(origin).href, root);
  return root;
}

function write(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

function commit(root: string, files: Readonly<Record<string, string>>): void {
  write(root, files);
  git(root, 'add', '-A');
  git(root, '-c', 'user.name=Test', '-c', 'user.email=test@example.invalid', 'commit', '-q', '-m', 'change');
}

function git(root: string, ...args: string[]): void {
  execFileSync('git', args, { cwd: root, env: { PATH: process.env.PATH, HOME: folder }, stdio: 'pipe' });
}
