/**
 * The verdict about a project, remembered: what an earlier run found is found again without looking, where everything that it read would be
 * read the same today. docs/decisions/0014-remembered-verdicts.md says why that is sound.
 */
import type { ProjectReader } from '../contract/project-reader.ts';
import { parseProjectFile } from '../contract/read-project.ts';
import { type KeepingReader, keepTexts, traceReader } from '../io/traced-reader.ts';
import type { Documents } from '../payload/documents.ts';
import type { ValidationView } from '../report/views.ts';
import { parseYaml, type YamlTree } from '../source/yaml-tree.ts';
import { type Entry, keep, type Memory, recall, type Subject } from './memory.ts';
import { loadChecked, validationView } from './workspace.ts';

/** Changes whenever what is kept has another form or another meaning. */
const FORM = 2;

/** What a verdict is about. */
export type Question = Subject & { readonly reader: ProjectReader };

/** What was found, with the documents that it speaks of. */
export type Verdict = { readonly view: ValidationView; readonly documents: Pick<Documents, 'get'>; readonly recalled: boolean };

/** Checks a project, or recalls what was found when everything was the same. */
export async function checkOrRecall(question: Question, memory: Memory | undefined): Promise<Verdict> {
  if (!memory) return check(question, question.reader);
  const reader = keepTexts(question.reader);
  const recalled = await recall<ValidationView>(memory, entryOf(question), reader);
  if (recalled?.isCurrent) return { view: recalled.value, documents: parseWhenAsked(question, reader), recalled: true };
  const { digest } = memory.folder;
  const traced = traceReader(reader, digest);
  const verdict = await check(question, traced.reader);
  const files = verdict.view.diagnostics.flatMap(({ at, related }) => [at.file, ...related.map((other) => other.at.file)]);
  // What is told of a file is shown with its text; a file that has none is told of anew each time.
  if (files.every((file) => reader.kept(file) !== undefined)) keep(memory, entryOf(question), traced.asked(), verdict.view);
  return verdict;
}

async function check({ place, environment, today }: Question, reader: ProjectReader): Promise<Verdict> {
  const checked = await loadChecked(reader, place, { environment, today });
  return { view: validationView(checked, 'validate'), documents: checked.loaded.documents, recalled: false };
}

function entryOf(question: Question): Entry {
  return { ...question, kind: 'verdict', form: FORM };
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
