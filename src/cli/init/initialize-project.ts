import { basename, join, relative, resolve, sep } from 'node:path';
import { Failure } from '../../diagnostics/failure.ts';
import { generateCode } from '../../gen/generate.ts';
import { type FileToWrite, filesBelow } from '../../io/generated-files.ts';
import { createMemoryReader } from '../../io/memory-project.ts';
import { createFiles, folderAbove, refuseAllButFolder, textIfThere } from '../../io/new-files.ts';
import { readTemplates } from '../../io/templates.ts';
import type { InitializationView, NewFileState } from '../../report/views.ts';
import type { Exit } from '../exit-code.ts';
import { type Session, shownPath } from '../session.ts';
import { loadChecked } from '../workspace.ts';
import { askStarter, type StarterWish } from './ask-starter.ts';
import { changeFolder } from './change-folder.ts';
import { completePackage } from './complete-package.ts';
import { portableNameProblem } from './portable-names.ts';
import { type Starter, starterFiles, suggestName } from './starter.ts';

/** What a new project is asked for; `folder` is here when left out. */
type Wish = StarterWish & { readonly folder?: string | undefined };

/** The msgctl that makes the project: the folder of its package.json, and its version. */
type Tool = { readonly root: string; readonly version: string };

/** A file of the new project and what was found in its place. */
type Place = FileToWrite & { readonly state: NewFileState; readonly found: string | null | undefined };

const PROJECT_FILE = 'msgctl.yaml';
/** Files that would become a part of the project, or be taken for stale generated code, where they are not ours. */
const TAKEN_IN = [
  { folder: 'contracts', files: /\.yaml$/ },
  { folder: 'src/generated', files: /\.[jt]s$/ },
];

/** Makes a project that works at once. A file that is there stays as it is; nothing is written before every question is answered. */
export async function initializeProject(session: Session, wish: Wish, tool: Tool): Promise<Exit> {
  const { host, flags } = session;
  if (flags.config !== undefined || flags.env !== undefined) throw noProjectYet(flags.config === undefined ? '--env' : '--config');
  const root = await freeFolder(session, wish.folder);
  const shown = (path: string) => shownPath(host.cwd, root, path) || '.';
  const starter = await askStarter(session, wish, suggestName(basename(root)));
  if (!starter) return interrupted(session);
  const files = await projectFiles(starter, tool, host.today());
  const places = await lookAt(root, files, shown);
  await refuseStrangers(session, root, places);
  // The project file comes last: what has none is no project yet.
  const missing = places.filter(({ found }) => found === undefined).sort((a, b) => rank(a) - rank(b));
  let stopped = false;
  const stopListening = host.onInterrupt(() => {
    stopped = true;
  });
  try {
    if (!(await createFiles(root, missing, { isStopped: () => stopped, shown }))) return interrupted(session);
  } finally {
    stopListening();
  }
  const view: InitializationView = {
    kind: 'initialization',
    command: 'init',
    project: starter.name,
    files: places.map(({ path, state }) => ({ path, state })),
    ...(await wayOn(session, root, places)),
  };
  await session.show({ view, root, documents: new Map() });
  return 'good';
}

function noProjectYet(flag: string): Failure {
  return new Failure('bad-usage', {
    message: `msgctl init has no use for ${flag}.`,
    why: 'It makes a project; there is none yet that could be read.',
    advice: 'Leave the flag out; the folder is named as an argument: msgctl init FOLDER.',
  });
}

function interrupted(session: Session): Exit {
  session.tell('Nothing was written.');
  return 'interrupted';
}

function rank({ path }: FileToWrite): number {
  return path === PROJECT_FILE ? 1 : 0;
}

/** The folder of the new project, absolute. Throws a `Failure` where there is a project already, or something else than a folder. */
async function freeFolder({ host }: Session, folder: string | undefined): Promise<string> {
  if (folder === '') {
    throw new Failure('bad-usage', {
      message: 'No folder is named.',
      why: 'A variable of the shell may be empty.',
      advice: 'Name the folder, or leave the argument out to make the project here.',
    });
  }
  const root = resolve(host.cwd, folder ?? '.');
  await refuseAllButFolder(root, folder ?? 'This folder');
  await refuseUnportable(root);
  const project = await folderAbove(root, PROJECT_FILE);
  if (project === root) {
    throw new Failure('project-exists', {
      message: `${shownPath(host.cwd, root, PROJECT_FILE)} is there already: this is a project.`,
      why: 'What is there is never changed by msgctl init.',
      advice: 'Go on with msgctl validate there, or name another folder: msgctl init FOLDER.',
    });
  }
  if (project !== undefined && folder === undefined) {
    throw new Failure('project-exists', {
      message: `This folder belongs to the project of ${shownPath(host.cwd, project, PROJECT_FILE)}.`,
      why: 'Most likely that is the project that is meant, and a second one inside it would hide it here.',
      advice: 'Where it shall be a project of its own, name the folder: msgctl init .',
    });
  }
  return root;
}

/** Throws a `Failure` where a folder would be made that not every system can have. One that is there already is its owner's to decide about. */
async function refuseUnportable(root: string): Promise<void> {
  const there = (await folderAbove(root, '.')) ?? root;
  for (const name of relative(there, root).split(sep)) {
    const problem = portableNameProblem(name);
    if (problem === undefined) continue;
    throw new Failure('bad-usage', {
      message: `No folder ${JSON.stringify(name)} is made.`,
      why: problem,
      advice: 'Name the folder otherwise, such as web-shop.',
    });
  }
}

/** All files of the project, with its generated code, sorted by path. */
async function projectFiles(starter: Starter, tool: Tool, today: string): Promise<readonly FileToWrite[]> {
  const files = starterFiles(starter, await readTemplates(tool.root, 'init'), tool.version);
  const reader = createMemoryReader(new Map(files.map(({ path, text }) => [path, text])));
  const { system, diagnostics } = await loadChecked(reader, { root: '', file: PROJECT_FILE }, { environment: undefined, today });
  if (!system) throw new Error(`The templates are not valid: ${diagnostics.map(({ message }) => message).join(' ')}`);
  return [...files, ...(await generateCode(system))].sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function lookAt(root: string, files: readonly FileToWrite[], shown: (path: string) => string): Promise<readonly Place[]> {
  return Promise.all(
    files.map(async ({ path, text }) => {
      const found = await textIfThere(join(root, path), shown(path));
      return { path, text, found, state: found === undefined ? 'written' : found === text ? 'unchanged' : 'kept' };
    }),
  );
}

/** Throws a `Failure` where the folders of contracts and of generated code hold something else than would be written. */
async function refuseStrangers({ host }: Session, root: string, places: readonly Place[]): Promise<void> {
  const ours = new Set(places.filter(({ state }) => state !== 'kept').map(({ path }) => path));
  for (const { folder, files } of TAKEN_IN) {
    const stranger = (await filesBelow(root, folder)).find((path) => files.test(path) && !ours.has(path));
    if (stranger === undefined) continue;
    throw new Failure('folder-not-empty', {
      message: `${shownPath(host.cwd, root, stranger)} is there already.`,
      why: `What stands in ${folder} is a part of the project, so msgctl init needs that folder for itself.`,
      advice: 'Move it away, or make the project in another folder: msgctl init FOLDER.',
    });
  }
}

/** What is to be known and done next. */
async function wayOn({ host }: Session, root: string, places: readonly Place[]): Promise<Pick<InitializationView, 'notes' | 'next'>> {
  const kept = (path: string) => places.find((place) => place.path === path && place.state === 'kept');
  const ownPackage = kept('package.json');
  const { commands, notes } = ownPackage
    ? completePackage(ownPackage.found ?? null, ownPackage.text)
    : { commands: ['npm install', 'npm test', 'npm run plan'], notes: [] };
  return {
    notes: [
      ...notes,
      ...(kept('.gitlab-ci.yml') ? ['.gitlab-ci.yml stays as it is. Add to it: include: [{ local: .gitlab/contracts.yml }]'] : []),
      ...(await outOfReach(root, places)),
    ],
    next: [...changeFolder(host.cwd, root), ...commands],
  };
}

/** CI reads its files at the repository's root only. */
async function outOfReach(root: string, places: readonly Place[]): Promise<readonly string[]> {
  const ci = places.find(({ path }) => path.startsWith('.github/') || path.startsWith('.gitlab/'));
  const repository = await folderAbove(root, '.git');
  if (!ci || repository === undefined || repository === root) return [];
  const here = relative(repository, root).split(sep).join('/');
  return [`The repository begins further up, and ${ci.path} is read at its root only. Move it there, and let its commands run in ${here}.`];
}
