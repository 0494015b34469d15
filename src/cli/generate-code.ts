import type { ProjectReader } from '../contract/project-reader.ts';
import { generateCode } from '../gen/generate.ts';
import { isGenerated } from '../gen/header.ts';
import type { ProjectPlace } from '../io/find-project.ts';
import { applyDifferences, compareFiles, type ExpectedFile, expectTexts } from '../io/generated-files.ts';
import { keepTexts, traceReader } from '../io/traced-reader.ts';
import { isGood } from '../report/outcome.ts';
import type { GenerationView } from '../report/views.ts';
import type { Exit } from './exit-code.ts';
import { type Entry, keep, type Memory, openMemory, recall } from './memory.ts';
import { expectRemembered, OUTPUT_FORM, type Output, takeOver, withPlainLines } from './remembered-output.ts';
import { type Session, shownPath } from './session.ts';
import { loadChecked, openProject, validationView } from './workspace.ts';

/** What to generate, and how. */
export type GenerateOptions = {
  readonly mode: GenerationView['mode'];
  /** Whether it may be taken from an earlier run what would be generated, and this one be remembered. */
  readonly cache: boolean;
};

/** A project to generate code for. */
type Subject = { readonly place: ProjectPlace; readonly reader: ProjectReader };

/** Generates the code of a project and writes what differs; with `check` and `dry-run` only says what differs. */
export async function generateProject(session: Session, { mode, cache }: GenerateOptions): Promise<Exit> {
  const { place, reader } = await openProject(session);
  return generateFrom(
    session,
    { place, reader: keepTexts(reader) },
    { mode, memory: cache ? openMemory(session.host.environment) : undefined },
  );
}

/** The same for a project that was found already. */
export async function generateFrom(
  session: Session,
  subject: Subject,
  { mode, memory }: { readonly mode: GenerationView['mode']; readonly memory: Memory | undefined },
): Promise<Exit> {
  const recalled = memory && (await recall<Output>(memory, entryOf(session, subject.place), subject.reader));
  const files = memory && recalled?.isCurrent ? await compareRecalled(subject, recalled.value, memory) : undefined;
  // What is not there or has changed is told without being made, but cannot be written so.
  const isEnough = files !== undefined && (mode !== 'write' || files.every(({ state }) => state === 'unchanged'));
  if (isEnough) return showGeneration(session, subject, { mode, files });
  return generateAnew(session, subject, { mode, memory, earlier: recalled?.value });
}

/** How what is on disk differs from what an earlier run generated from the same project. */
async function compareRecalled({ place }: Subject, output: Output, memory: Memory): Promise<GenerationView['files']> {
  return compareFiles(place.root, expectRemembered(output, memory).map(inAnyLines), output.folder, isGenerated);
}

type Making = { readonly mode: GenerationView['mode']; readonly memory: Memory | undefined; readonly earlier: Output | undefined };

async function generateAnew(session: Session, { place, reader }: Subject, { mode, memory, earlier }: Making): Promise<Exit> {
  const traced = memory && traceReader(reader, memory.folder.digest);
  const options = { environment: session.flags.env, today: session.host.today() };
  const loading = loadChecked(traced?.reader ?? reader, place, options);
  const checked = await session.during('Checking the contracts', loading);
  const { root } = place;
  if (!checked.system) {
    const view = validationView(checked, 'gen', 'No code was generated: the contracts must be valid first.');
    await session.show({ view, root, documents: checked.loaded.documents });
    return 'bad';
  }
  const takeover = memory && takeOver(root, memory, earlier);
  const folder = checked.system.project.generate.out;
  const wanted = await session.during('Generating code', generateCode(checked.system, takeover?.recall));
  if (memory && traced && takeover) keep<Output>(memory, entryOf(session, place), traced.asked(), takeover.remember(folder, wanted));
  const files = await compareFiles(root, expectTexts(wanted).map(inAnyLines), folder, isGenerated);
  if (mode === 'write') await applyDifferences(root, wanted, files);
  return showGeneration(session, { place, reader }, { mode, files });
}

/** A file is what it should be also where git has checked it out with the ends of lines of Windows. */
function inAnyLines({ path, matches }: ExpectedFile): ExpectedFile {
  return { path, matches: (text) => matches(withPlainLines(text)) };
}

function entryOf({ host, flags }: Session, place: ProjectPlace): Entry {
  return {
    kind: 'output',
    form: OUTPUT_FORM,
    place,
    environment: flags.env,
    today: host.today(),
    from: shownPath(host.cwd, place.root, ''),
  };
}

async function showGeneration(session: Session, { place }: Subject, told: Pick<GenerationView, 'mode' | 'files'>): Promise<Exit> {
  const view: GenerationView = { kind: 'generation', command: 'gen', ...told };
  await session.show({ view, root: place.root, documents: new Map() });
  return isGood(view) ? 'good' : 'bad';
}
