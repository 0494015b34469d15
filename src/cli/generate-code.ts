import { generateCode } from '../gen/generate.ts';
import { isGenerated } from '../gen/header.ts';
import { applyDifferences, compareFiles } from '../io/generated-files.ts';
import { isGood } from '../report/outcome.ts';
import type { GenerationView } from '../report/views.ts';
import type { Exit } from './exit-code.ts';
import type { Session } from './session.ts';
import { openWorkspace, validationView } from './workspace.ts';

/** Generates the code of a project and writes what differs; with `check` and `dry-run` only says what differs. */
export async function generateProject(session: Session, mode: GenerationView['mode']): Promise<Exit> {
  const workspace = await openWorkspace(session);
  const { root } = workspace.place;
  const { documents } = workspace.loaded;
  if (!workspace.system) {
    const view = validationView(workspace, 'gen', 'No code was generated: the contracts must be valid first.');
    await session.show({ view, root, documents });
    return 'bad';
  }
  const wanted = await session.during('Generating code', generateCode(workspace.system));
  const differences = await compareFiles(root, wanted, workspace.system.project.generate.out, isGenerated);
  if (mode === 'write') await applyDifferences(root, wanted, differences);
  const view: GenerationView = { kind: 'generation', command: 'gen', mode, files: differences };
  await session.show({ view, root, documents });
  return isGood(view) ? 'good' : 'bad';
}
