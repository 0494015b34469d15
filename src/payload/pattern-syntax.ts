/** A regular expression as a tree; what stands for a single character is kept as written. */
export type PatternNode =
  | { readonly kind: 'character'; readonly source: string }
  | { readonly kind: 'edge'; readonly at: 'start' | 'end' }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly PatternNode[] }
  | Repeat;

/** A part that is repeated, as rarely as possible where `lazy`, and where that is written: from `start` up to `end`. */
export type Repeat = {
  readonly kind: 'repeat';
  readonly part: PatternNode;
  readonly least: number;
  readonly most: number;
  readonly lazy: boolean;
  readonly start: number;
  readonly end: number;
};

type Reader = { readonly text: string; at: number };

/** What is no regular expression in the strict sense (it looks around or back), or is not read here. */
class NotRegular extends Error {}

const COUNT = /^(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})(\??)/;
const ESCAPE = /^\\(?:[pP]\{[^}]*\}|u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[a-zA-Z]|[dDwWsStnvfr0]|[^a-zA-Z0-9])/u;
const SURROGATE = /^\\u[dD][89a-fA-F]/;
const CLASS = /^\[(?:[^\]\\]|\\.)*\]/su;
const GROUP = /^\((?:\?:|\?<(?![=!])[^>]*>|(?!\?))/u;

/**
 * Reads a pattern in the syntax of JavaScript with the flag `u`; it must be valid. `undefined` for one that is no regular expression in the
 * strict sense (lookaround, references back, modifiers) or looks for the edges of words, where engines differ on characters of two halves.
 */
export function readPattern(pattern: string): PatternNode | undefined {
  const reader: Reader = { text: pattern, at: 0 };
  try {
    const node = readChoice(reader);
    return reader.at === pattern.length ? node : undefined;
  } catch (error) {
    if (error instanceof NotRegular || error instanceof RangeError) return undefined;
    throw error;
  }
}

function readChoice(reader: Reader): PatternNode {
  const choices: PatternNode[][] = [[]];
  for (let letter = reader.text[reader.at]; letter !== undefined && letter !== ')'; letter = reader.text[reader.at]) {
    if (letter === '|') {
      reader.at += 1;
      choices.push([]);
    } else choices.at(-1)?.push(readRepeated(reader));
  }
  const parts = choices.map((sequence): PatternNode => ({ kind: 'sequence', parts: sequence }));
  return parts.length === 1 && parts[0] ? parts[0] : { kind: 'choice', parts };
}

function readRepeated(reader: Reader): PatternNode {
  const start = reader.at;
  const part = readAtom(reader);
  const [whole, sign, low, range, high, lazy] = COUNT.exec(reader.text.slice(reader.at)) ?? [];
  if (whole === undefined) return part;
  reader.at += whole.length;
  const written = { lazy: lazy !== '', start, end: reader.at };
  if (sign !== undefined)
    return { kind: 'repeat', part, least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : Number.POSITIVE_INFINITY, ...written };
  const least = Number(low);
  const most = range === undefined ? least : high === '' ? Number.POSITIVE_INFINITY : Number(high);
  return { kind: 'repeat', part, least, most, ...written };
}

const EDGES: ReadonlyMap<string, PatternNode> = new Map([
  ['^', { kind: 'edge', at: 'start' }],
  ['$', { kind: 'edge', at: 'end' }],
]);

function readAtom(reader: Reader): PatternNode {
  const rest = reader.text.slice(reader.at);
  const edge = EDGES.get(rest.slice(0, 1));
  if (edge) {
    reader.at += 1;
    return edge;
  }
  if (rest.startsWith('(')) return readGroup(reader, rest);
  const letter = String.fromCodePoint(rest.codePointAt(0) ?? 0);
  const source = rest.startsWith('[') ? CLASS.exec(rest)?.[0] : rest.startsWith('\\') ? ESCAPE.exec(rest)?.[0] : letter;
  // Two escaped halves of a character are one character.
  if (source === undefined || SURROGATE.test(source)) throw new NotRegular();
  reader.at += source.length;
  return { kind: 'character', source };
}

function readGroup(reader: Reader, rest: string): PatternNode {
  const opening = GROUP.exec(rest)?.[0];
  if (opening === undefined) throw new NotRegular();
  reader.at += opening.length;
  const inside = readChoice(reader);
  if (reader.text[reader.at] !== ')') throw new NotRegular();
  reader.at += 1;
  return inside;
}
