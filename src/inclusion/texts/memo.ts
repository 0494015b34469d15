import type { KnownSets } from './expression/read-expression.ts';
import type { Texts } from './texts.ts';

/** What has been worked out before, for whoever asks about the same patterns again. It belongs to the caller. */
export type TextsMemo = {
  readonly sets: KnownSets;
  readonly patterns: Map<string, Texts>;
  readonly formats: Map<string, Texts | undefined>;
  /** What was listed for whole demands, by all that they say and how many were asked for. */
  readonly listed: Map<string, ListedTexts>;
};

/** Up to so many texts that fulfil a demand; `complete` where there are no others, for sure, and else why none was found. */
export type ListedTexts = { readonly texts: readonly string[]; readonly complete: boolean; readonly reason?: string };

export function createTextsMemo(): TextsMemo {
  return { sets: new Map(), patterns: new Map(), formats: new Map(), listed: new Map() };
}
