import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import { appendPointer, type Pointer } from '../../source/pointer.ts';

/** A place at which something else was read than was sent: the value is lost, or taken for another one; `text` is a listed value that was sent. */
export type Misreading = { readonly path: Pointer; readonly text?: string };

/** The texts that travel as numbers: listed values, and the properties whose values tell alternatives apart. */
export type NumberedTexts = { readonly listed: ReadonlySet<string>; readonly tags: ReadonlySet<string> };

// Beyond it a message does not tell more.
const MOST_MISREADINGS = 20;

/** Where what was read differs from what should have been, by paths into what was read; nothing twice, and no place inside another. */
export function findMisreadings(expected: JsonValue, read: JsonValue, texts: NumberedTexts): readonly Misreading[] {
  const found: Misreading[] = [];
  compare({ found, texts }, { expected, read }, '');
  return found;
}

type Search = { readonly found: Misreading[]; readonly texts: NumberedTexts };
type Both = { readonly expected: JsonValue | undefined; readonly read: JsonValue | undefined };

function compare(search: Search, { expected, read }: Both, path: Pointer): void {
  const { found, texts } = search;
  if (found.length >= MOST_MISREADINGS || expected === read) return;
  if (isObject(expected) && isObject(read)) compareObjects(search, expected, read, path);
  else if (Array.isArray(expected) && Array.isArray(read) && expected.length === read.length) {
    const items: readonly JsonValue[] = expected;
    for (const [index, item] of items.entries()) compare(search, { expected: item, read: read[index] }, appendPointer(path, index));
  } else found.push({ path, ...(typeof expected === 'string' && texts.listed.has(expected) && { text: expected }) });
}

function compareObjects(search: Search, expected: JsonObject, read: JsonObject, path: Pointer): void {
  const text = otherAlternative(expected, read, search.texts.tags);
  // Another message altogether: that its properties differ tells nothing more.
  if (text !== undefined) {
    search.found.push({ path, text });
    return;
  }
  for (const name of new Set([...Object.keys(expected), ...Object.keys(read)]))
    compare(search, { expected: ownProperty(expected, name), read: ownProperty(read, name) }, appendPointer(path, name));
}

/** The value that tells which alternative was sent, where another one was read. */
function otherAlternative(expected: JsonObject, read: JsonObject, tags: ReadonlySet<string>): string | undefined {
  const tag = Object.keys(expected).find((name) => tags.has(name) && expected[name] !== ownProperty(read, name));
  const text = tag === undefined ? undefined : expected[tag];
  return typeof text === 'string' ? text : undefined;
}
