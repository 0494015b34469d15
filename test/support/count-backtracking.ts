import type { PatternNode, Repeat } from '../../src/payload/pattern-syntax.ts';

/** How a text is searched: the steps so far, and how many are taken at most. */
type Search = { readonly text: readonly string[]; readonly limit: number; steps: number };

/** Goes on behind a part, at a place of the text; whether that leads to a match. */
type Continue = (at: number) => boolean;

/**
 * Searches a text as engines do that try one way after the other, by the rules of ECMAScript, and counts how often a character is tried. Gives
 * up beyond the limit. Written for tests, straight from the rules: what it does takes as long as it counts.
 */
export function countBacktracking(root: PatternNode, text: string, limit: number): number {
  const search: Search = { text: [...text], limit, steps: 0 };
  for (let at = 0; at <= search.text.length && search.steps < limit; at += 1) if (match(search, root, at, () => true)) break;
  return search.steps;
}

function match(search: Search, node: PatternNode, at: number, next: Continue): boolean {
  if (search.steps >= search.limit) return false;
  switch (node.kind) {
    case 'character': {
      const letter = search.text[at];
      if (letter === undefined) return false;
      search.steps += 1;
      return new RegExp(`^${node.source}$`, 'u').test(letter) && next(at + 1);
    }
    case 'edge':
      return at === (node.at === 'start' ? 0 : search.text.length) && next(at);
    case 'sequence':
      return node.parts.reduceRight<Continue>((after, part) => (here) => match(search, part, here, after), next)(at);
    case 'choice':
      return node.parts.some((part) => match(search, part, at, next));
    case 'repeat':
      return repeat(search, node, at, next);
  }
}

function repeat(search: Search, node: Repeat, at: number, next: Continue): boolean {
  const { part, least, most, lazy } = node;
  const round = (): boolean =>
    most > 0 &&
    match(
      search,
      part,
      at,
      (here) => (least > 0 || here > at) && repeat(search, { ...node, least: Math.max(0, least - 1), most: most - 1 }, here, next),
    );
  if (least > 0) return round();
  return lazy ? next(at) || round() : round() || next(at);
}
