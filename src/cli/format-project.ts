import { formatDocuments } from '../contract/format/format-documents.ts';
import { Failure } from '../diagnostics/failure.ts';
import { applyDifferences, compareTexts } from '../io/generated-files.ts';
import { isGood } from '../report/outcome.ts';
import type { FormattingView } from '../report/views.ts';
import { choosePaths } from './choose-paths.ts';
import type { Exit } from './exit-code.ts';
import type { Session } from './session.ts';
import { openProject } from './workspace.ts';

/** Formats the files of a project, or those among the given files and folders; with `check` only says which are not formatted. */
export async function formatProject(session: Session, paths: readonly string[], mode: FormattingView['mode']): Promise<Exit> {
  const { place, reader } = await openProject(session);
  const { root } = place;
  const isWanted = await choosePaths(root, session.host.cwd, paths);
  const { documents, files } = await session.during('Formatting the contracts', formatDocuments(reader, place.file));
  const chosen = files.filter(({ path }) => isWanted(path));
  if (chosen.length === 0) throw nothingToFormat(paths);
  const wanted = chosen.flatMap(({ path, text }) => (text === undefined ? [] : [{ path, text }]));
  const differences = await compareTexts(root, wanted);
  if (mode === 'write') await applyDifferences(root, wanted, differences);
  const changed = new Set(differences.filter(({ state }) => state !== 'unchanged').map(({ path }) => path));
  const view: FormattingView = {
    kind: 'formatting',
    command: 'fmt',
    mode,
    files: chosen.map(({ path, text, numbers }) => ({
      path,
      state: text === undefined ? 'invalid' : changed.has(path) ? 'changed' : 'unchanged',
      numbers,
    })),
    diagnostics: chosen.flatMap(({ diagnostics }) => diagnostics),
  };
  await session.show({ view, root, documents });
  return isGood(view) ? 'good' : 'bad';
}

function nothingToFormat(paths: readonly string[]): Failure {
  return new Failure('nothing-to-format', {
    message: `There is no contract in ${paths.join(', ')}.`,
    why: 'msgctl formats the project file, the files that contracts: in it names, and those that they refer to.',
    advice: 'Name one of them, or leave the paths out.',
  });
}
