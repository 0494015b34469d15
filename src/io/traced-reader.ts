/**
 * What a project is read with, watched: every question that was put to a reader, with a digest of the answer. Whoever asks the same questions
 * again and gets the same answers has the same project before them, whatever lies between: files, folders, links, variables.
 */
import type { ProjectReader } from '../contract/project-reader.ts';
import { Failure } from '../diagnostics/failure.ts';

/** Makes of a text something that stands for it, and that nobody can make of another one. */
export type Digest = (text: string) => string;

/** A question to a reader, what it was about, and the digest of the answer. */
export type Asked = readonly [question: Question, about: string, answer: string];

type Question = 'variable' | 'files' | 'exists' | 'text';

/** A reader that gives each text once and keeps it: what was compared is what is used. */
export type KeepingReader = ProjectReader & {
  /** A text that was read already. */
  kept(path: string): string | undefined;
};

/** Lets a reader keep the texts that it has read. */
export function keepTexts(reader: ProjectReader): KeepingReader {
  const texts = new Map<string, string>();
  return {
    ...reader,
    async readText(path) {
      const text = texts.get(path) ?? (await reader.readText(path));
      texts.set(path, text);
      return text;
    },
    kept: (path) => texts.get(path),
  };
}

/** Watches a reader. `asked` gives all questions so far, each once, unless it was answered in two ways. */
export function traceReader(reader: ProjectReader, digest: Digest): { readonly reader: ProjectReader; asked(): readonly Asked[] } {
  const seen = new Map<string, Asked>();
  const note = (question: Question, about: string, answer: string): void => {
    const asked: Asked = [question, about, digest(answer)];
    seen.set(JSON.stringify(asked), asked);
  };
  const watch = async <T>(question: Question, about: string, answer: Promise<T>, write: (answer: T) => string): Promise<T> => {
    try {
      const given = await answer;
      note(question, about, write(given));
      return given;
    } catch (error) {
      if (error instanceof Failure) note(question, about, writeFailure(error));
      throw error;
    }
  };
  return {
    asked: () => [...seen.values()],
    reader: {
      label: reader.label,
      readText: (path) => watch('text', path, reader.readText(path), writeText),
      exists: (path) => watch('exists', path, reader.exists(path), JSON.stringify),
      listFiles: (globs) => watch('files', JSON.stringify(globs), reader.listFiles(globs), JSON.stringify),
      variable(name) {
        const value = reader.variable(name);
        note('variable', name, JSON.stringify(value ?? null));
        return value;
      },
    },
  };
}

/** Whether a reader gives the same answers as before to all questions. */
export async function answersAlike(asked: readonly Asked[], reader: ProjectReader, digest: Digest): Promise<boolean> {
  for (const [question, about, answer] of asked) if (digest(await answerTo(reader, question, about)) !== answer) return false;
  return true;
}

async function answerTo(reader: ProjectReader, question: Question, about: string): Promise<string> {
  try {
    switch (question) {
      case 'text':
        return writeText(await reader.readText(about));
      case 'exists':
        return JSON.stringify(await reader.exists(about));
      case 'files':
        return JSON.stringify(await reader.listFiles(JSON.parse(about)));
      case 'variable':
        return JSON.stringify(reader.variable(about) ?? null);
    }
  } catch (error) {
    if (error instanceof Failure) return writeFailure(error);
    throw error;
  }
}

/** No answer of one kind is written like one of another. */
function writeText(text: string): string {
  return `text ${text}`;
}

function writeFailure({ id, message, why, advice }: Failure): string {
  return `failure ${JSON.stringify([id, message, why ?? null, advice ?? null])}`;
}
