import type { Primitives } from './evaluate.ts';
import type { Claim } from './schema.ts';
import type { Solution } from './solution.ts';
import type { ListedTexts } from './texts/memo.ts';
import type { World } from './world.ts';

/** What is asked of texts: all that was said of them. */
export type TextDemand = {
  readonly patterns: readonly { readonly source: string; readonly holds: boolean }[];
  readonly formats: readonly { readonly name: string; readonly holds: boolean }[];
  readonly least: number;
  readonly most: number;
  readonly unlisted: ReadonlySet<string>;
};

/** Lists texts that fulfil a demand, the most readable first. */
export type ListTexts = (demand: TextDemand, count: number) => ListedTexts;

/** One question being decided. */
export type Run = {
  readonly world: World;
  readonly primitives: Primitives;
  readonly listTexts: ListTexts;
  /** Steps left. */
  readonly budget: { steps: number };
  /** Goals that are solved, by their keys. */
  readonly known: Map<string, Solution>;
  /** Goals that are being solved, with their depths. */
  readonly open: Map<string, number>;
  /** Known ones that take it for granted that an open goal has no value. */
  readonly resting: { key: string; rests: number }[];
  /** Solves the claims of a part of a value. */
  readonly solve: (claims: readonly Claim[]) => Solution;
};
