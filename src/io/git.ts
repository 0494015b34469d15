import { posix } from 'node:path';
import type { ProjectReader } from '../contract/project-reader.ts';
import { Failure } from '../diagnostics/failure.ts';
import { findDefaultBase, findRevision, type Revision } from './git-base.ts';
import { matchFiles } from './match-files.ts';
import { decodeText, MAX_FILE_SIZE, tooLarge } from './read-file.ts';
import { askGit, type GitPlace, gitFailed, runGit } from './run-git.ts';

/** What reading a project at an earlier revision needs to know. */
export type GitOptions = {
  /** The project's root in the working tree, absolute: the folder of its file. It may be a sub-folder of the repository. */
  readonly root: string;
  /** A branch, a tag, a commit; absent: see {@link findDefaultBase}. */
  readonly revision?: string;
  /** The variables of the environment: those of CI name the target branch, and contracts may refer to others. */
  readonly environment: Readonly<Record<string, string | undefined>>;
};

/** A file of the revision: its object, and whether it is a symbolic link. */
type Entry = { readonly object: string; readonly link: boolean };

/** Where the texts come from. */
type Source = { readonly place: GitPlace; readonly base: Revision; readonly entries: ReadonlyMap<string, Entry> };

/**
 * Reads a project as it was at a revision, without touching the working tree. Throws a `Failure` with the remedy where git is missing,
 * the folder is in no repository, the revision is not there or the clone is too shallow, and where the revision has no such files: a
 * comparison that has nothing to compare with must not look like one that found nothing.
 */
export async function createGitReader({ root, revision, environment }: GitOptions): Promise<ProjectReader> {
  const place: GitPlace = { folder: root, environment };
  // Asked first, so that "no repository" is said before anything about revisions.
  const prefix = (await askGit(place, ['rev-parse', '--show-prefix'])).replace(/\/$/, '');
  const base = revision === undefined ? await findDefaultBase(place) : await findRevision(place, revision);
  const entries = await listTree(place, base, prefix);
  const texts = new Map<string, Promise<string>>();
  const read = (paths: readonly string[]) => {
    const missing = paths.filter((path) => !texts.has(path));
    const loading = readObjects({ place, base, entries }, missing);
    // Whoever awaits a text gets the failure; nobody may ever ask for some of them.
    loading.catch(() => undefined);
    for (const path of missing) {
      const text = loading.then((all) => all.get(path) ?? '');
      text.catch(() => undefined);
      texts.set(path, text);
    }
  };
  return {
    label: base.label,
    async readText(path) {
      const name = posix.normalize(path);
      if (!entries.has(name)) throw notThere(path, base);
      read([name]);
      return (await texts.get(name)) ?? '';
    },
    exists: async (path) => entries.has(posix.normalize(path)),
    async listFiles(globs) {
      const found = matchFiles(entries.keys(), globs);
      if (found.length === 0) throw noContracts(globs, base);
      read(found);
      return found;
    },
    variable: (name) => environment[name],
  };
}

/** Every file below the project's root at a revision, by its path from there. */
async function listTree(place: GitPlace, base: Revision, prefix: string): Promise<ReadonlyMap<string, Entry>> {
  const { code, output, complaint } = await runGit(place, [
    'ls-tree',
    '-r',
    '-z',
    '--full-tree',
    '--end-of-options',
    `${base.commit}:${prefix}`,
  ]);
  if (code !== 0 && prefix !== '') throw notThere(prefix, base);
  if (code !== 0) throw gitFailed('ls-tree', complaint);
  const entries = new Map<string, Entry>();
  for (const line of output.toString('utf8').split('\0')) {
    const found = /^(\d+) blob ([0-9a-f]+)\t([\s\S]*)$/.exec(line);
    if (found?.[2] && found[3]) entries.set(found[3], { object: found[2], link: found[1] === '120000' });
  }
  return entries;
}

/** The texts of some files, in one run of git however many there are. Symbolic links are followed within the project. */
async function readObjects(source: Source, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  let wanted = paths.map((path) => ({ path, at: path }));
  for (let round = 0; wanted.length > 0; round += 1) {
    if (round > MOST_LINKS) throw notThere(wanted[0]?.path ?? '', source.base);
    const objects = await catObjects(
      source.place,
      wanted.map(({ at }) => source.entries.get(at)?.object ?? ''),
    );
    const read = wanted.map((file, index) => ({ ...file, text: textOf(file.path, objects[index], source.base) }));
    const links = read.filter(({ at }) => source.entries.get(at)?.link === true);
    for (const { path, at, text } of read) if (!source.entries.get(at)?.link) texts.set(path, text);
    wanted = links.map(({ path, at, text }) => ({ path, at: linkTarget(at, text, source) }));
  }
  return texts;
}

function textOf(path: string, bytes: Buffer | undefined, base: Revision): string {
  if (!bytes) throw notThere(path, base);
  if (bytes.length > MAX_FILE_SIZE) throw tooLarge(`${path} at ${base.label}`, bytes.length, MAX_FILE_SIZE);
  return decodeText(bytes, `${path} at ${base.label}`);
}

/** More links in a row than that lead in a circle. */
const MOST_LINKS = 10;

function linkTarget(path: string, link: string, { entries, base }: Source): string {
  const target = posix.normalize(posix.join(posix.dirname(path), link));
  if (!link.startsWith('/') && entries.has(target)) return target;
  throw new Failure('file-outside-project', {
    message: `${path} at ${base.label} is a symbolic link that leads to no file of the project.`,
    why: 'A project is read from its own folder only, so that it means the same on every machine.',
    advice: 'Compare with a revision where it is a file.',
  });
}

/** The contents of objects in their order; `undefined` for one that git does not have. */
async function catObjects(place: GitPlace, objects: readonly string[]): Promise<readonly (Buffer | undefined)[]> {
  const { code, output, complaint } = await runGit(place, ['cat-file', '--batch'], objects.map((object) => `${object}\n`).join(''));
  if (code !== 0) throw gitFailed('cat-file', complaint);
  const found: (Buffer | undefined)[] = [];
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(0x0a, at);
    const size = /^[0-9a-f]+ blob (\d+)$/.exec(output.toString('latin1', at, end))?.[1];
    at = end + 1;
    found.push(size === undefined ? undefined : output.subarray(at, at + Number(size)));
    if (size !== undefined) at += Number(size) + 1;
  }
  return found;
}

function notThere(path: string, base: Revision): Failure {
  return new Failure('file-missing', {
    message: `${path} does not exist at ${base.label}.`,
    why: 'There is no earlier version of it to compare with.',
    advice: 'Compare with a revision that has it: --against REVISION.',
  });
}

function noContracts(globs: readonly string[], base: Revision): Failure {
  return new Failure('no-contracts-at-revision', {
    message: `No file matches ${globs.join(', ')} at ${base.label}.`,
    why: 'There are no earlier contracts to compare with.',
    advice: 'Compare with a revision that has them: --against REVISION.',
  });
}
