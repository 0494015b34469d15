import { isGood } from '../report/outcome.ts';
import { choosePaths } from './choose-paths.ts';
import type { Exit } from './exit-code.ts';
import { openMemory } from './memory.ts';
import { checkOrRecall } from './remembered-verdict.ts';
import { type Session, shownPath } from './session.ts';
import { openProject } from './workspace.ts';

/** What to validate. */
export type ValidateOptions = {
  /** Findings in these files and folders only; all are read either way. */
  readonly paths: readonly string[];
  /** Whether what an earlier run found may be used, and this one be remembered. */
  readonly cache: boolean;
};

/** Shows every finding about the project, or about the given files and folders of it. */
export async function validateProject(session: Session, { paths, cache }: ValidateOptions): Promise<Exit> {
  const { host, flags } = session;
  const { place, reader } = await openProject(session);
  const question = { place, reader, environment: flags.env, today: host.today(), from: shownPath(host.cwd, place.root, '') };
  const memory = cache ? openMemory(host.environment) : undefined;
  const { view: all, documents } = await session.during('Checking the contracts', checkOrRecall(question, memory));
  const isWanted = await choosePaths(place.root, host.cwd, paths);
  const here = all.diagnostics.filter((diagnostic) => isWanted(diagnostic.at.file));
  const view =
    paths.length === 0
      ? all
      : {
          ...all,
          services: all.services.filter(({ file }) => isWanted(file)),
          diagnostics: here,
          elsewhere: all.diagnostics.length - here.length,
        };
  await session.show({ view, root: place.root, documents });
  return isGood(view) ? 'good' : 'bad';
}
