import type { CodePoints } from '../code-points.ts';

/** A regular expression as far as it matters which texts it matches: no captures, no order of trying, sets instead of escapes and flags. */
export type Part =
  | { readonly kind: 'set'; readonly points: CodePoints }
  | { readonly kind: 'sequence'; readonly parts: readonly Part[] }
  | { readonly kind: 'choice'; readonly parts: readonly Part[] }
  | { readonly kind: 'repeat'; readonly part: Part; readonly least: number; readonly most: number }
  | Edge
  | { readonly kind: 'look'; readonly ahead: boolean; readonly negate: boolean; readonly part: Part }
  | { readonly kind: 'reference'; readonly group: number }
  | { readonly kind: 'group'; readonly group: number; readonly part: Part };

/** A place in a text: its start or end, or where a line begins or ends, or where one side is in a set and the other is not. */
export type Edge =
  | { readonly kind: 'edge'; readonly at: 'start' | 'end'; readonly lines: boolean }
  | { readonly kind: 'edge'; readonly at: 'word'; readonly negate: boolean; readonly word: CodePoints };

/** The part that matches the empty text, and the one that matches nothing. */
export const EMPTY: Part = { kind: 'sequence', parts: [] };
export const NEVER: Part = { kind: 'choice', parts: [] };

export const ANY_TEXT = (points: CodePoints): Part => ({
  kind: 'repeat',
  part: { kind: 'set', points },
  least: 0,
  most: Number.POSITIVE_INFINITY,
});

/** The parts that a part consists of. */
export function innerParts(part: Part): readonly Part[] {
  switch (part.kind) {
    case 'sequence':
    case 'choice':
      return part.parts;
    case 'repeat':
    case 'look':
    case 'group':
      return [part.part];
    default:
      return [];
  }
}

/** Whether what a part captures may matter elsewhere, or the other way round. */
export function remembers(part: Part): boolean {
  return part.kind === 'group' || part.kind === 'reference' || innerParts(part).some(remembers);
}
