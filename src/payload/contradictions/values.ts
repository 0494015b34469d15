import type { JsonValue } from '../../source/json.ts';
import { quoteText } from '../../source/quote.ts';
import type { Documents } from '../documents.ts';
import { fitsKeyword } from '../fits.ts';
import { type KeywordPart, pointerOf } from '../schema-part.ts';
import { type Contradiction, type Said, type Search, spotOf, type Together } from './contradiction.ts';

/** Every value that schemas may have together, where one of them lists its values; not all of them need be allowed by the others. */
export function listedValues(members: readonly KeywordPart[]): readonly JsonValue[] | undefined {
  const lists = members.flatMap((member) => valuesOf(member) ?? []);
  return lists.sort((a, b) => a.values.length - b.values.length)[0]?.values;
}

function valuesOf(part: KeywordPart): (Said & { readonly values: readonly JsonValue[] }) | undefined {
  const { schema } = part;
  if (schema.const !== undefined) return { part, keyword: 'const', values: [schema.const] };
  return Array.isArray(schema.enum) && schema.enum.length > 0 ? { part, keyword: 'enum', values: schema.enum } : undefined;
}

/** Longer lists are not gone through: holding them against each other would take long. */
export const MOST_VALUES = 1_000;

/** Why none of the listed values is allowed. `listed` tells whether there is a list at all: then no other question remains. */
export function findValueContradiction(search: Search, { members }: Together): { readonly listed: boolean; readonly why?: Contradiction } {
  if (!members.some(({ schema }) => schema.enum !== undefined || schema.const !== undefined)) return UNLISTED;
  const lists = members.flatMap((member) => valuesOf(member) ?? []).sort((a, b) => a.values.length - b.values.length);
  const [shortest] = lists;
  if (!shortest) return UNLISTED;
  if (shortest.values.length > MOST_VALUES) return { listed: true };
  const refusals = new Map<string, { readonly said: Said; readonly value: JsonValue }>();
  for (const value of shortest.values) {
    const said = refusalOf(search.documents, members, { value, own: shortest });
    if (!said) return { listed: true };
    const key = `${said.keyword} ${pointerOf(said.part)}`;
    if (!refusals.has(key)) refusals.set(key, { said, value });
  }
  const keywords = [...new Set([...refusals.values()].map(({ said }) => quoteText(said.keyword)))];
  const what = shortest.values.length === 1 ? `the only value ${jsonWords(shortest.values[0])}` : 'each of the listed values';
  return {
    listed: true,
    why: {
      reason: `${what} is refused by ${keywords.join(' or ')}`,
      at: spotOf(shortest),
      also: [...refusals.values()].slice(0, 3).map(({ said, value }) => ({ spot: spotOf(said), label: `refuses ${jsonWords(value)}` })),
      advice: 'Mend the values, or what refuses them.',
    },
  };
}

const UNLISTED = { listed: false } as const;

/** The first keyword that refuses a value, of schemas that hold together; `own` is the list from which the value comes. */
export function refusalOf(
  documents: Documents,
  members: readonly KeywordPart[],
  { value, own }: { readonly value: JsonValue; readonly own: Said },
): Said | undefined {
  for (const part of members) {
    for (const keyword of Object.keys(part.schema)) {
      // What these lead to is among the members.
      if (keyword === '$ref' || keyword === 'allOf' || (keyword === own.keyword && part.schema === own.part.schema)) continue;
      if (fitsKeyword(documents, part, keyword, value) === false) return { part, keyword };
    }
  }
  return undefined;
}

/** A value as JSON, cut where it is long. */
export function jsonWords(value: JsonValue | undefined): string {
  const text = JSON.stringify(value ?? null);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
