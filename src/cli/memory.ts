/**
 * What earlier runs found out about a project, remembered with all that it was made of. docs/decisions/0014-remembered-verdicts.md says why
 * that is sound.
 */
import type { ProjectReader } from '../contract/project-reader.ts';
import { identifyCode } from '../io/built-code.ts';
import { type CacheFolder, findCachePlace, openCacheFolder } from '../io/cache-folder.ts';
import type { ProjectPlace } from '../io/find-project.ts';
import { type Asked, answersAlike } from '../io/traced-reader.ts';
import type { Session } from './session.ts';

/** Where things are kept, and the code that found them: another build of msgctl may find something else. */
export type Memory = { readonly folder: CacheFolder; readonly tool: string };

/** The project that something is about, and what decides about it beside the answers of its reader. */
export type Subject = {
  readonly place: ProjectPlace;
  readonly environment: string | undefined;
  /** Days decide what has expired, so whatever is found is of its day. */
  readonly today: string;
  /** Where the user stands: failures to read a file name it from there. */
  readonly from: string;
};

/** What is remembered of a subject. `form` changes whenever what is kept has another form or another meaning. */
export type Entry = Subject & { readonly kind: 'verdict' | 'output'; readonly form: number };

/** An entry larger than this (characters) is not kept: a project with so many findings is about to change. */
const MAX_KEPT = 8 * 1024 * 1024;

/** The user's memory, where there can be one: code that nobody can tell apart from other code has none. */
export function openMemory(environment: Session['host']['environment']): Memory | undefined {
  const folder = findCachePlace(environment);
  const tool = folder === undefined ? undefined : identifyCode(new URL('.', import.meta.url));
  const opened = folder === undefined || tool === undefined ? undefined : openCacheFolder(folder);
  return opened && tool !== undefined ? { folder: opened, tool } : undefined;
}

type Stamps = { readonly maker: string; readonly occasion: string };

type Kept<Value> = Stamps & { readonly asked: readonly Asked[]; readonly value: Value };

/** What was kept. `isCurrent` says whether everything that was read for it would be read the same now, so that the same would come out. */
export type Recalled<Value> = { readonly value: Value; readonly isCurrent: boolean };

/** What the same msgctl kept of a subject before. */
export async function recall<Value>(memory: Memory, entry: Entry, reader: ProjectReader): Promise<Recalled<Value> | undefined> {
  const { folder } = memory;
  const kept = parseKept<Value>(folder.read(nameOf(entry)));
  const { maker, occasion } = stampsOf(entry, memory);
  if (kept?.maker !== maker) return undefined;
  return { value: kept.value, isCurrent: kept.occasion === occasion && (await answersAlike(kept.asked, reader, folder.digest)) };
}

/** Keeps a value with what was asked for it. */
export function keep<Value>(memory: Memory, entry: Entry, asked: readonly Asked[], value: Value): void {
  const kept: Kept<Value> = { ...stampsOf(entry, memory), asked, value };
  const text = JSON.stringify(kept);
  if (text.length <= MAX_KEPT) memory.folder.write(nameOf(entry), text);
}

/** The folder has seen to it that we wrote the text, and the stamps say whether we still mean the same by it. */
function parseKept<Value>(text: string | undefined): Kept<Value> | undefined {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One entry of a kind for each project and environment: a new day, or a new msgctl, takes the place of the old one's. */
function nameOf({ kind, place, environment }: Entry): string {
  return JSON.stringify([kind, place.root, place.file, environment ?? null]);
}

function stampsOf({ form, today, from }: Entry, { folder, tool }: Memory): Stamps {
  return { maker: folder.digest(JSON.stringify([form, tool])), occasion: folder.digest(JSON.stringify([today, from])) };
}
