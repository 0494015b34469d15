import type { JsonValue } from '../../source/json.ts';
import { quoteText } from '../../source/quote.ts';
import type { Documents } from '../documents.ts';
import type { KeywordPart, SchemaPart } from '../schema-part.ts';

/** A place in a schema: one of its keywords, or a step below it. */
export type Spot = { readonly part: SchemaPart; readonly steps: readonly (string | number)[] };

/** Why no value can match some schemas that hold together. */
export type Contradiction = {
  /** The two things that exclude each other, as a sentence without its stop. */
  readonly reason: string;
  readonly at: Spot;
  readonly also: readonly { readonly spot: Spot; readonly label: string }[];
  /** What mends it, where that is not simply to change one of the two. */
  readonly advice?: string;
  /** Nothing but `false`, or `not` with an empty schema: written on purpose, and worth a word only where a value must be there. */
  readonly plain?: true;
};

/** Schemas that all hold for one value: those asked about, with what `$ref` and `allOf` add. */
export type Together = {
  readonly parts: readonly SchemaPart[];
  readonly members: readonly KeywordPart[];
};

/** What the search for contradictions offers its parts. Both may say nothing although there is a contradiction, never the other way round. */
export type Search = {
  readonly documents: Documents;
  /** Why nothing matches the schemas of a part of the value, a property or an item. */
  readonly inside: (parts: readonly SchemaPart[]) => Contradiction | undefined;
  /** Why nothing matches further schemas of the same value together with those at hand. */
  readonly beside: (parts: readonly SchemaPart[]) => Contradiction | undefined;
};

/** A keyword with its value, as it is spoken of. */
export type Said = { readonly part: KeywordPart; readonly keyword: string };

/** `minimum: 5`, cut where the value is long. */
export function wordsOf({ part, keyword }: Said): string {
  return quoteText(`${keyword}: ${shorten(part.schema[keyword])}`);
}

/** Two keywords that exclude each other. */
export function clash(one: Said, other: Said): Contradiction {
  return {
    reason: `${wordsOf(one)} and ${wordsOf(other)} exclude each other`,
    at: spotOf(other),
    also: [{ spot: spotOf(one), label: `${one.keyword}: ${shorten(one.part.schema[one.keyword])}` }],
  };
}

/** The place of a keyword's value. */
export function spotOf({ part, keyword }: Said): Spot {
  return { part, steps: [keyword] };
}

/** `false` where it stands. */
export function plainly(part: SchemaPart): Contradiction {
  return {
    reason: 'no value is allowed here',
    at: { part, steps: [] },
    also: [],
    advice: 'Say what values it has, or leave it out.',
    plain: true,
  };
}

/** The keyword among schemas that holds together whose value is greatest, or least; undefined where none of them has one. */
export function strictest(
  members: readonly KeywordPart[],
  keyword: string,
  of: 'greatest' | 'least',
): (Said & { readonly bound: number }) | undefined {
  let found: (Said & { readonly bound: number }) | undefined;
  for (const part of members) {
    const bound = part.schema[keyword];
    if (typeof bound !== 'number') continue;
    if (!found || (of === 'greatest' ? bound > found.bound : bound < found.bound)) found = { part, keyword, bound };
  }
  return found;
}

function shorten(value: JsonValue | undefined): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
