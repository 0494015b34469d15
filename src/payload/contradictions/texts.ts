import { fits } from '../fits.ts';
import { type PatternNode, readPattern } from '../pattern-syntax.ts';
import type { KeywordPart } from '../schema-part.ts';
import { type Contradiction, clash, type Said, type Search, spotOf, strictest, type Together, wordsOf } from './contradiction.ts';

type Lengths = { readonly least: number; readonly most: number };

const ANY: Lengths = { least: 0, most: Number.POSITIVE_INFINITY };

/** How long the texts of formats are, where that is certain. */
const FORMAT_LENGTHS: ReadonlyMap<string, Lengths> = new Map([
  ['date', { least: 10, most: 10 }],
  ['uuid', { least: 36, most: 45 }],
  ['date-time', { least: 20, most: Number.POSITIVE_INFINITY }],
  ['ipv4', { least: 7, most: 15 }],
]);

/** Why no text fits: its length against other lengths, patterns and formats. */
export function findTextContradiction(search: Search, { members }: Together): Contradiction | undefined {
  const least = strictest(members, 'minLength', 'greatest');
  const most = strictest(members, 'maxLength', 'least');
  if (least && most && least.bound > most.bound) return clash(least, most);
  for (const part of members) {
    for (const { keyword, lengths } of lengthsIn(part)) {
      const said: Said = { part, keyword };
      if (most && most.bound < lengths.least) return clash(said, most);
      if (least && least.bound > lengths.most) return clash(said, least);
    }
  }
  return most?.bound === 0 ? tryEmpty(search, members, most) : undefined;
}

function lengthsIn({ schema: { pattern, format } }: KeywordPart): readonly { readonly keyword: string; readonly lengths: Lengths }[] {
  const known = typeof format === 'string' ? FORMAT_LENGTHS.get(format) : undefined;
  return [
    ...(typeof pattern === 'string' ? [{ keyword: 'pattern', lengths: patternLengths(pattern) }] : []),
    ...(known ? [{ keyword: 'format', lengths: known }] : []),
  ];
}

function tryEmpty(search: Search, members: readonly KeywordPart[], most: Said): Contradiction | undefined {
  const refusing = members.find((member) => fits(search.documents, member, '') === false);
  return (
    refusing && {
      reason: `${wordsOf(most)} leaves the empty text only, which is refused`,
      at: spotOf(most),
      also: [{ spot: { part: refusing, steps: [] }, label: 'by this schema' }],
    }
  );
}

/** The fewest characters of a text that a pattern matches, and the most where it speaks of the whole text. */
function patternLengths(pattern: string): Lengths {
  const node = isValid(pattern) ? readPattern(pattern) : undefined;
  if (!node) return ANY;
  const lengths = nodeLengths(node);
  const whole = node.kind === 'sequence' && isEdge(node.parts[0], 'start') && isEdge(node.parts.at(-1), 'end');
  return whole ? lengths : { ...lengths, most: Number.POSITIVE_INFINITY };
}

function isEdge(node: PatternNode | undefined, at: 'start' | 'end'): boolean {
  return node?.kind === 'edge' && node.at === at;
}

function nodeLengths(node: PatternNode): Lengths {
  if (node.kind === 'character') return { least: 1, most: 1 };
  if (node.kind === 'edge') return { least: 0, most: 0 };
  if (node.kind === 'repeat') {
    const { least, most } = nodeLengths(node.part);
    return { least: least * node.least, most: most === 0 || node.most === 0 ? 0 : most * node.most };
  }
  const parts = node.parts.map(nodeLengths);
  if (node.kind === 'sequence') {
    return parts.reduce((sum, { least, most }) => ({ least: sum.least + least, most: sum.most + most }), { least: 0, most: 0 });
  }
  return { least: Math.min(...parts.map(({ least }) => least)), most: Math.max(...parts.map(({ most }) => most)) };
}

function isValid(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
}
