/**
 * The verdict about a project, remembered: what an earlier run found is found again without looking, where everything that it read would be
 * read the same today. docs/decisions/0014-remembered-verdicts.md says why that is sound.
 */
import type { ProjectReader } from '../contract/project-reader.ts';
import { parseProjectFile } from '../contract/read-project.ts';
import type { CacheFolder } from '../io/cache-folder.ts';
import type { ProjectPlace } from '../io/find-project.ts';
import { type Asked, answersAlike, type KeepingReader, keepTexts, traceReader } from '../io/traced-reader.ts';
import type { Documents } from '../payload/documents.ts';
import type { ValidationView } from '../report/views.ts';
import { parseYaml, type YamlTree } from '../source/yaml-tree.ts';
import { loadChecked, validationView } from './workspace.ts';

/** Changes whenever what is kept has another form or another meaning. */
const FORM = 1;

/** An entry larger than this (characters) is not kept: a project with so many findings is about to change. */
const MAX_KEPT = 8 * 1024 * 1024;

/** What a verdict is about. */
export type Question = {
  readonly place: ProjectPlace;
  readonly reader: ProjectReader;
  readonly environment: string | undefined;
  /** Days decide what has expired, so a verdict is of its day. */
  readonly today: string;
  /** Where the user stands: failures to read a file name it from there. */
  readonly from: string;
};

/** What was found, with the documents that it speaks of. */
export type Verdict = { readonly view: ValidationView; readonly documents: Pick<Documents, 'get'>; readonly recalled: boolean };

/** Where verdicts are kept, and what gave them: another build of msgctl may find something else. */
export type Memory = { readonly folder: CacheFolder; readonly tool: string };

type Kept = { readonly stamp: string; readonly asked: readonly Asked[]; readonly view: ValidationView };

/** Checks a project, or recalls what was found when everything was the same. */
export async function checkOrRecall(question: Question, memory: Memory | undefined): Promise<Verdict> {
  if (!memory) return check(question, question.reader);
  const reader = keepTexts(question.reader);
  const recalled = await recall(question, reader, memory);
  if (recalled) return { view: recalled, documents: parseWhenAsked(question, reader), recalled: true };
  const { digest } = memory.folder;
  const traced = traceReader(reader, digest);
  const verdict = await check(question, traced.reader);
  keep(question, memory, { asked: traced.asked(), view: verdict.view }, reader);
  return verdict;
}

async function check({ place, environment, today }: Question, reader: ProjectReader): Promise<Verdict> {
  const checked = await loadChecked(reader, place, { environment, today });
  return { view: validationView(checked, 'validate'), documents: checked.loaded.documents, recalled: false };
}

async function recall(question: Question, reader: KeepingReader, memory: Memory): Promise<ValidationView | undefined> {
  const { folder } = memory;
  const kept = parseKept(folder.read(nameOf(question)));
  if (kept?.stamp !== stampOf(question, memory) || !(await answersAlike(kept.asked, reader, folder.digest))) return undefined;
  return kept.view;
}

/** The folder has seen to it that we wrote the text, and the stamp says whether we still mean the same by it. */
function parseKept(text: string | undefined): Kept | undefined {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function keep(question: Question, memory: Memory, parts: Omit<Kept, 'stamp'>, reader: KeepingReader): void {
  const files = parts.view.diagnostics.flatMap(({ at, related }) => [at.file, ...related.map((other) => other.at.file)]);
  // What is told of a file is shown with its text; a file that has none is told of anew each time.
  if (files.some((file) => reader.kept(file) === undefined)) return;
  const kept: Kept = { stamp: stampOf(question, memory), ...parts };
  const text = JSON.stringify(kept);
  if (text.length <= MAX_KEPT) memory.folder.write(nameOf(question), text);
}

/** One entry for each project and environment: a new day, or a new msgctl, takes the place of the old one's. */
function nameOf({ place, environment }: Question): string {
  return JSON.stringify(['verdict', place.root, place.file, environment ?? null]);
}

function stampOf({ today, from }: Question, { folder, tool }: Memory): string {
  return folder.digest(JSON.stringify([FORM, tool, today, from]));
}

/** The documents behind a recalled verdict: parsed when they are to be shown, from the very texts that were compared. */
function parseWhenAsked({ place }: Question, reader: KeepingReader): Pick<Documents, 'get'> {
  const parsed = new Map<string, YamlTree>();
  return {
    get(file) {
      const text = reader.kept(file);
      if (text === undefined) return undefined;
      const tree = parsed.get(file) ?? (file === place.file ? parseProjectFile : parseYaml)(file, text);
      parsed.set(file, tree);
      return tree;
    },
  };
}
