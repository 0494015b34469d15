import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { Failure } from '../diagnostics/failure.ts';
import type { ProjectPlace } from '../io/find-project.ts';
import { foldersOfGlob, isInside } from '../io/project-folder.ts';
import { type Asked, answersAlike, type Digest, keepTexts, traceReader } from '../io/traced-reader.ts';
import { type FolderWatch, watchFolders } from '../io/watch-folders.ts';
import { failureText } from '../report/text/failure.ts';
import type { Exit } from './exit-code.ts';
import { generateFrom } from './generate-code.ts';
import { type Memory, openMemory } from './memory.ts';
import type { Session } from './session.ts';
import { failureView } from './tell-failure.ts';
import { openProject, openReader } from './workspace.ts';

/** What stays the same from one round to the next. */
type Watching = {
  readonly session: Session;
  readonly place: ProjectPlace;
  readonly watch: FolderWatch;
  readonly memory: Memory | undefined;
};

/**
 * Generates the code of a project, and again whenever anything that was read for it would be read differently, until it is interrupted, which
 * is the good end. A project that is not valid or cannot be read for a while is told of; what was generated stays.
 *
 * The same trace of questions as in decision 0014 says what matters: new files that a glob finds, files that were missing, links, all of it.
 * Events only say when to look.
 */
export async function watchProject(session: Session, cache: boolean): Promise<Exit> {
  const { place } = await openProject(session);
  const watch = watchFolders();
  const stopListening = session.host.onInterrupt(() => watch.close());
  const watching: Watching = { session, place, watch, memory: cache ? openMemory(session.host.environment) : undefined };
  try {
    let asked = await generateRound(watching);
    session.tell('Watching for changes; Ctrl-C ends it.');
    while (await waitForChange(watching, asked)) asked = await generateRound(watching);
    return 'good';
  } finally {
    stopListening();
    watch.close();
  }
}

/** Generates once and gives everything that was read. */
async function generateRound({ session, place, memory }: Watching): Promise<readonly Asked[]> {
  const { reader, asked } = traceReader(keepTexts(openReader(session, place)), digest);
  try {
    await generateFrom(session, { place, reader }, { mode: 'write', memory });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    session.host.journey.write(failureText(failureView(error, { command: 'gen' }), session.journeyStyle));
  }
  return asked();
}

/** Waits until something would be read differently; false when the watch is over before. */
async function waitForChange({ session, place, watch }: Watching, asked: readonly Asked[]): Promise<boolean> {
  for (;;) {
    // Folders first: what changes in one after it was looked at is heard of.
    watch.follow(await foldersOf(place.root, asked));
    if (!(await answersAlike(asked, openReader(session, place), digest))) return watch.isOpen();
    if (!(await watch.changed())) return false;
  }
}

/** The folders in which something must happen before an answer can change. Those above are among them: a folder may be replaced. */
async function foldersOf(root: string, asked: readonly Asked[]): Promise<ReadonlySet<string>> {
  const folders = new Set([root]);
  const add = (folder: string) => {
    for (let path = join(root, folder); path !== root && isInside(root, path); path = dirname(path)) folders.add(path);
  };
  for (const [question, about] of asked) {
    if (question === 'text' || question === 'exists') add(dirname(about));
    if (question !== 'files') continue;
    const globs: readonly string[] = JSON.parse(about);
    for (const pattern of globs) for (const folder of await foldersOfGlob(root, pattern)) add(folder);
  }
  return folders;
}

/** Nothing of it leaves the process, so it needs no key. */
const digest: Digest = (text) => createHash('sha256').update(text).digest('base64url');
