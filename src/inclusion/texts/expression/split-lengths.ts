import { EMPTY, innerParts, type Part, remembers } from './part.ts';

/** An expression as texts that match `part` and are of certain lengths, and that match what was looked ahead for, or do not. */
export type Split = {
  readonly part: Part;
  readonly least: number;
  readonly most: number;
  readonly looks: readonly { readonly part: Part; readonly negate: boolean }[];
};

// Up to here an automaton counts by itself.
const MOST_COUNTED = 32;

// So many alternatives are taken apart.
const MOST_ALTERNATIVES = 16;

/**
 * Takes the counting out of expressions that are about whole texts, such as `^[a-z]{1,2000}$`: one automaton for the letters, and two lengths.
 * A text matches when it matches one of the splits. `undefined` where there is nothing to gain.
 */
export function splitLengths(part: Part): readonly Split[] | undefined {
  if (!countsFar(part)) return undefined;
  const sequences = flatten([part]);
  if (sequences.length > MOST_ALTERNATIVES) return undefined;
  return sequences.map(splitSequence);
}

/** Whether a part counts further than an automaton should. */
function countsFar(part: Part): boolean {
  if (part.kind === 'repeat' && Math.max(part.least, Number.isFinite(part.most) ? part.most : 0) > MOST_COUNTED) return true;
  return innerParts(part).some(countsFar);
}

type Sequence = readonly Part[];

/** The sequences that a sequence stands for, when alternatives in it are taken apart as far as they hide what counts. */
function flatten(parts: Sequence): readonly Sequence[] {
  return parts.reduce<readonly Sequence[]>(
    (sequences, part) => {
      if (sequences.length > MOST_ALTERNATIVES) return sequences;
      const ways = waysOf(part);
      return sequences.flatMap((sequence) => ways.map((way) => [...sequence, ...way]));
    },
    [[]],
  );
}

function waysOf(part: Part): readonly Sequence[] {
  if (part.kind === 'sequence') return flatten(part.parts);
  if (part.kind === 'choice' && (countsFar(part) || lengthOf(part) === undefined)) return part.parts.flatMap((inner) => flatten([inner]));
  if (part.kind === 'repeat' && part.least === 0 && part.most === 1 && (countsFar(part) || lengthOf(part.part) !== undefined))
    return [[], ...flatten([part.part])];
  return [[part]];
}

/** How many characters all that a part matches has, if that is always the same. */
function lengthOf(part: Part): number | undefined {
  switch (part.kind) {
    case 'set':
      return 1;
    case 'edge':
    case 'look':
      return 0;
    case 'sequence':
      return part.parts.reduce<number | undefined>((sum, inner) => add(sum, lengthOf(inner)), 0);
    case 'choice': {
      const lengths = new Set(part.parts.map(lengthOf));
      return lengths.size === 1 ? [...lengths][0] : undefined;
    }
    case 'repeat': {
      const once = lengthOf(part.part);
      return part.least === part.most && once !== undefined ? part.least * once : undefined;
    }
    case 'group':
      return lengthOf(part.part);
    case 'reference':
      return undefined;
  }
}

function add(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : one + other;
}

function splitSequence(sequence: Sequence): Split {
  const whole: Split = { part: { kind: 'sequence', parts: sequence }, least: 0, most: Number.POSITIVE_INFINITY, looks: [] };
  const [first, ...rest] = sequence;
  if (!first || !isEdge(first, 'start')) return whole;
  const after = rest.findIndex(({ kind }) => kind !== 'look');
  const looks = rest.slice(0, Math.max(0, after)).flatMap((part) => (part.kind === 'look' && part.ahead && !remembers(part) ? [part] : []));
  const inner = rest.filter((part) => !looks.some((look) => look === part));
  const { parts, least, most } = splitCount(inner);
  return {
    part: { kind: 'sequence', parts: [first, ...parts] },
    least,
    most,
    looks: looks.map(({ part, negate }) => ({ part: { kind: 'sequence', parts: [first, part] }, negate })),
  };
}

/** The one repetition of a character that counts far becomes endless: how often it is repeated follows from the length of the text. */
function splitCount(parts: Sequence): { readonly parts: Sequence; readonly least: number; readonly most: number } {
  const whole = { parts, least: 0, most: Number.POSITIVE_INFINITY };
  const last = parts.at(-1);
  const counted = parts.find((part) => part.kind === 'repeat' && lengthOf(part) === undefined) ?? parts.find(countsFar);
  if (counted?.kind !== 'repeat' || !countsFar(counted) || lengthOf(counted.part) !== 1 || !last || !isEdge(last, 'end')) return whole;
  const others = lengthOf({ kind: 'sequence', parts: parts.map((part) => (part === counted ? EMPTY : part)) });
  if (others === undefined) return whole;
  const endless: Part = { ...counted, least: 0, most: Number.POSITIVE_INFINITY };
  return { parts: parts.map((part) => (part === counted ? endless : part)), least: counted.least + others, most: counted.most + others };
}

function isEdge(part: Part, at: 'start' | 'end'): boolean {
  return part.kind === 'edge' && part.at === at && !part.lines;
}
