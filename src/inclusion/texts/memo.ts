import type { KnownSets } from './expression/read-expression.ts';
import type { Texts } from './texts.ts';

/** What has been worked out before, for whoever asks about the same patterns again. It belongs to the caller. */
export type TextsMemo = {
  readonly sets: KnownSets;
  readonly patterns: Map<string, Texts>;
  readonly formats: Map<string, Texts | undefined>;
};

export function createTextsMemo(): TextsMemo {
  return { sets: new Map(), patterns: new Map(), formats: new Map() };
}
