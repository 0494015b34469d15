import { isObject } from '../../source/json.ts';
import { type Documents, formatLocation } from '../documents.ts';
import { hasKeywords, type KeywordPart, listParts, pointerOf, referredPart, type SchemaPart } from '../schema-part.ts';
import type { Home } from './model.ts';

/** What is looked for: the properties of a message, the alternatives of one, or the values of an enum. */
export type HomeKind = 'fields' | 'choice' | 'enum';

/**
 * Where a message or an enum is written, whatever leads there: one that several properties refer to is one and the same, also where
 * descriptions or bounds stand beside the reference. What is put together of several schemas is at home where they meet.
 */
export function findHome(documents: Documents, parts: readonly SchemaPart[], kind: HomeKind): Home {
  const found = parts.map((part) => findIn(documents, part, kind, new Set()));
  const telling = found.filter((home) => home !== undefined);
  const homes =
    telling.length > 0 ? [...new Map(telling.map((home) => [home.key, home])).values()] : parts.map((part) => endOf(documents, part));
  const [first, ...more] = homes;
  if (!first) throw new Error('A value without schemas travels as Protobuf.');
  if (more.length === 0) return first;
  return { key: homes.map(({ key }) => key).join(' & '), at: homes.at(-1)?.at ?? first.at };
}

function findIn(documents: Documents, part: SchemaPart | undefined, kind: HomeKind, seen: Set<unknown>): Home | undefined {
  if (!hasKeywords(part) || seen.has(part.schema)) return undefined;
  seen.add(part.schema);
  const own = says(part, kind) ? homeAt(part) : undefined;
  const inner = [referredPart(documents, part), ...listParts(part, 'allOf')].flatMap((each) => findIn(documents, each, kind, seen) ?? []);
  const [first, ...more] = own ? [own, ...inner] : inner;
  return first && more.length > 0 ? homeAt(part) : first;
}

function says({ schema }: KeywordPart, kind: HomeKind): boolean {
  if (kind === 'enum') return Array.isArray(schema.enum);
  return kind === 'choice' ? Array.isArray(schema.oneOf) : isObject(schema.properties);
}

/** Where references end of what says nothing: an object without properties. */
function endOf(documents: Documents, part: SchemaPart): Home {
  const seen = new Set<unknown>();
  let end = part;
  for (let next = referredPart(documents, part); next && !seen.has(next.schema); next = referredPart(documents, next)) {
    seen.add(next.schema);
    end = next;
  }
  return homeAt(end);
}

function homeAt(part: SchemaPart): Home {
  const at = { file: part.file, pointer: pointerOf(part) };
  return { key: formatLocation(at), at };
}
