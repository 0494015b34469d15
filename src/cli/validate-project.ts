import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Failure } from '../diagnostics/failure.ts';
import { isGood } from '../report/outcome.ts';
import type { Exit } from './exit-code.ts';
import type { Session } from './session.ts';
import { openWorkspace, projectPath, validationView, type Workspace } from './workspace.ts';

/** Shows every finding about the project, or about the given files and folders of it; all files are read either way. */
export async function validateProject(session: Session, paths: readonly string[]): Promise<Exit> {
  const workspace = await openWorkspace(session);
  const all = validationView(workspace, 'validate');
  const wanted = await Promise.all(paths.map((path) => existingPath(workspace, session.host.cwd, path)));
  const isWanted = (file: string) => wanted.some((path) => path === '' || file === path || file.startsWith(`${path}/`));
  const here = all.diagnostics.filter((diagnostic) => isWanted(diagnostic.at.file));
  const view =
    wanted.length === 0
      ? all
      : {
          ...all,
          services: all.services.filter(({ file }) => isWanted(file)),
          diagnostics: here,
          elsewhere: all.diagnostics.length - here.length,
        };
  await session.show({ view, root: workspace.place.root, documents: workspace.loaded.documents });
  return isGood(view) ? 'good' : 'bad';
}

async function existingPath(workspace: Workspace, cwd: string, path: string): Promise<string> {
  const relative = projectPath(workspace, cwd, path);
  if (relative !== '..' && !relative.startsWith('../') && (await isThere(resolve(cwd, path)))) return relative;
  throw new Failure('file-missing', {
    message: `${path} is not a file or folder of the project.`,
    advice: 'Name files below the project file, relative to where you are.',
  });
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
