import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ProjectReader } from '../contract/project-reader.ts';
import type { System } from '../contract/system.ts';
import { Failure } from '../diagnostics/failure.ts';
import { createArchiveReader, isArchive } from '../io/archive.ts';
import type { ProjectPlace } from '../io/find-project.ts';
import { createGitReader } from '../io/git.ts';
import { listTags, matchTags } from '../io/git-tags.ts';
import { createFolderReader } from '../io/project-folder.ts';
import { severityCounts } from '../report/outcome.ts';
import { count } from '../report/prose.ts';
import { findingsText, validationSummary } from '../report/text/validation.ts';
import type { ComparedVersion } from '../report/views.ts';
import { type Session, shownPath } from './session.ts';
import { loadChecked, validationView, type Workspace } from './workspace.ts';

/** An earlier version: where its project stands (for a revision: where it would stand) and how to read it. */
export type Base = { readonly place: ProjectPlace; readonly reader: ProjectReader };

/** What is compared with, each once: a glob stands for all tags that it matches, the oldest first. */
export async function expandTags(session: Session, { place }: Workspace, against: readonly string[]): Promise<readonly string[]> {
  const versions = new Set<string>();
  for (const version of against) {
    // No revision may have these in its name, and a folder that has them can be named by way of its parent.
    if (!/[*?[]/.test(version) || (await isFolder(resolve(session.host.cwd, version)))) {
      versions.add(version);
      continue;
    }
    const tags = matchTags(await listTags({ folder: place.root, environment: session.host.environment }), version);
    if (tags.length === 0) throw noTags(version);
    for (const { name } of tags) versions.add(`refs/tags/${name}`);
  }
  return [...versions];
}

/** A folder that holds the project file is read as it is, an archive where it lies; anything else is a revision. Without a version: the default base, see `io/git-base.ts`. */
export async function openBase({ host }: Session, { place }: Workspace, version: string | undefined): Promise<Base> {
  const { environment } = host;
  if (version === '') throw unnamedVersion();
  if (version !== undefined) {
    const folder = resolve(host.cwd, version);
    if (folder === place.root) throw sameFolder(version);
    if (await isThere(join(folder, place.file))) {
      const reader = createFolderReader({ root: folder, label: version, environment, shown: (path) => shownPath(host.cwd, folder, path) });
      return { place: { ...place, root: folder }, reader };
    }
    if (await isArchive(folder)) {
      const reader = await createArchiveReader({ path: folder, label: version, projectFile: place.file, environment });
      return { place, reader };
    }
    if (/\.(?:tar|tgz|zip|tar\.gz)$/.test(version)) throw noArchive(version, await isThere(folder));
    if (/^\.{0,2}\/|\/$/.test(version)) throw noProjectIn(version, place.file);
    const reader = await createGitReader({ root: place.root, environment, revision: version }).catch(async (error: unknown) => {
      // A folder may have the name of a branch, so only what is no revision is told to be a folder without a project.
      throw (await isFolder(folder)) ? noProjectIn(version, place.file) : error;
    });
    return { place, reader };
  }
  return { place, reader: await createGitReader({ root: place.root, environment }) };
}

const ANOTHER_BASE = 'Compare with a version whose contracts are valid: --against REVISION.';

/** A base that cannot be understood must not look like one that is compatible. `advice`: what to do then. */
export async function loadBase(session: Session, { place, reader }: Base, advice = ANOTHER_BASE): Promise<System> {
  const base = await loadChecked(reader, place, { environment: session.flags.env, today: session.host.today() }).catch((error: unknown) => {
    throw error instanceof Failure ? atBase(error, reader.label) : error;
  });
  if (base.system) return base.system;
  const view = validationView(base, 'diff');
  const errors = { ...view, diagnostics: view.diagnostics.filter((diagnostic) => diagnostic.severity === 'error') };
  const context = session.contextFor({ root: place.root, documents: base.loaded.documents }, session.journeyStyle);
  session.tell(`${findingsText(errors.diagnostics, context, 'msgctl validate tells them in that version')}${validationSummary(errors)}`);
  throw new Failure('invalid-base', {
    message: `The contracts of ${reader.label} are not valid (${count(severityCounts(view).error, 'error')} above), so nothing was compared.`,
    why: 'What they promised cannot be told, so no change can be called compatible.',
    advice,
  });
}

/** The pattern of each interaction of two versions, by its id (`payments.charge@2`). */
export function patternsOf(before: System, after: System): ComparedVersion['patterns'] {
  const interactions = [before, after].flatMap(({ contracts }) => contracts.flatMap((contract) => contract.provides));
  return new Map(interactions.map(({ id, pattern }) => [id, pattern]));
}

function atBase(failure: Failure, label: string): Failure {
  const { id, message, why, advice } = failure;
  const said = message.includes(label) ? message : `In ${label}: ${message}`;
  return new Failure(id, {
    message: said,
    ...(why === undefined ? {} : { why }),
    ...(advice === undefined ? {} : { advice }),
    cause: failure,
  });
}

function noTags(glob: string): Failure {
  return new Failure('unknown-revision', {
    message: `No tag of this repository matches ${JSON.stringify(glob)}.`,
    why: 'There is nothing to compare the contracts with.',
    advice: 'Look at the names that git tag lists; the tags of the remote may have to be fetched first: git fetch --tags.',
  });
}

function unnamedVersion(): Failure {
  return new Failure('bad-usage', {
    message: '--against names no version.',
    why: 'A variable of the shell may be empty.',
    advice: 'Name a revision or a folder, or leave --against out to compare with where this branch began.',
  });
}

function sameFolder(folder: string): Failure {
  return new Failure('same-folder', {
    message: `${folder} is the project itself, and compared with itself nothing ever differs.`,
    advice: 'Name the folder of an older copy, or a revision: --against HEAD for what is committed.',
  });
}

function noArchive(path: string, exists: boolean): Failure {
  return exists
    ? new Failure('not-an-archive', {
        message: `${path} is no archive.`,
        why: 'By its first bytes it is neither a tar, nor one packed with gzip, nor a zip.',
        advice: 'Get it again, or name the folder or the revision with the older project.',
      })
    : new Failure('file-missing', {
        message: `${path} does not exist.`,
        why: 'There is nothing to compare the contracts with.',
        advice: 'Check the path; it is taken from the folder that msgctl runs in.',
      });
}

function noProjectIn(folder: string, file: string): Failure {
  return new Failure('no-project', {
    message: `There is no ${file} in ${folder}.`,
    why: 'A folder to compare with is a whole project, as it was; an archive holds one.',
    advice: 'Name the folder or the archive that holds the older project file, or a revision.',
  });
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
