/**
 * The patterns of RabbitMQ's policies, which Erlang's `re` (PCRE) runs over the bytes of a name: what of them can be decided here, as a tree.
 * Whatever is left out (references back, lookbehind, atomic groups, options in the middle) is not guessed at: such a pattern is undecided.
 */
import { type ByteSet, invert, oneByte, withCases } from './byte-classes.ts';
import { LINE_FEED, type Reading, readClass, readEscapedBytes, sees, take } from './reading.ts';

/** A part of a pattern. */
export type Node =
  | { readonly kind: 'byte'; readonly bytes: ByteSet }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly parts: readonly Node[] }
  | { readonly kind: 'repeat'; readonly part: Node; readonly least: number; readonly most: number | undefined }
  /** `last`: at the end, or before a line feed that ends the name. */
  | { readonly kind: 'edge'; readonly edge: 'start' | 'end' | 'last' | 'word' | 'inside' }
  | { readonly kind: 'ahead'; readonly part: Node; readonly negative: boolean };

/** A pattern as a tree. `asciiOnly`: what it says depends on tables of letters, which are only sure for ASCII. */
export type Syntax = { readonly root: Node; readonly asciiOnly: boolean };

/** Deeper nesting is not followed. */
const DEEPEST = 200;

/** Reads a pattern; undefined where it says something that is not decided here, or that is no pattern. */
export function readPattern(pattern: string): Syntax | undefined {
  const bytes = new TextEncoder().encode(pattern);
  const ignoresCase = pattern.startsWith('(?i)');
  const reading: Reading = { bytes, at: ignoresCase ? '(?i)'.length : 0, ignoresCase, asciiOnly: ignoresCase };
  const root = readChoice(reading, 0);
  return root && reading.at === bytes.length ? { root, asciiOnly: reading.asciiOnly } : undefined;
}

function readChoice(reading: Reading, depth: number): Node | undefined {
  if (depth > DEEPEST) return undefined;
  const parts: Node[] = [];
  for (;;) {
    const part = readSequence(reading, depth);
    if (!part) return undefined;
    parts.push(part);
    if (!take(reading, '|')) return parts.length === 1 ? part : { kind: 'choice', parts };
  }
}

function readSequence(reading: Reading, depth: number): Node | undefined {
  const parts: Node[] = [];
  while (reading.at < reading.bytes.length && !sees(reading, '|') && !sees(reading, ')')) {
    const part = readAtom(reading, depth);
    const repeated = part && readRepetition(reading, part);
    if (!repeated) return undefined;
    parts.push(repeated);
  }
  return { kind: 'sequence', parts };
}

function readAtom(reading: Reading, depth: number): Node | undefined {
  const byte = reading.bytes[reading.at] ?? 0;
  reading.at += 1;
  switch (String.fromCharCode(byte)) {
    case '(':
      return readGroup(reading, depth);
    case '[': {
      const bytes = readClass(reading);
      return bytes && { kind: 'byte', bytes };
    }
    case '.':
      return { kind: 'byte', bytes: invert(oneByte(LINE_FEED)) };
    case '^':
      return { kind: 'edge', edge: 'start' };
    case '$':
      return { kind: 'edge', edge: 'last' };
    case '\\':
      return readEscape(reading);
    case '*':
    case '+':
    case '?':
      return undefined;
    case '{':
      return isBrace(reading) ? literal(reading, byte) : undefined;
    default:
      return literal(reading, byte);
  }
}

/** A brace that says no range stands for itself; newer versions of PCRE read some more as ranges, with spaces or without the least number. */
function isBrace({ bytes, at }: Reading): boolean {
  return !/^[ \t\d,]+\}/.test(String.fromCharCode(...bytes.subarray(at, at + 32)));
}

function literal({ ignoresCase }: Reading, byte: number): Node {
  return { kind: 'byte', bytes: ignoresCase ? withCases(oneByte(byte)) : oneByte(byte) };
}

function readGroup(reading: Reading, depth: number): Node | undefined {
  const ahead = take(reading, '?=') ? 'positive' : take(reading, '?!') ? 'negative' : undefined;
  const isPlain = ahead === undefined && (take(reading, '?:') || readName(reading) || (!sees(reading, '?') && !sees(reading, '*')));
  if (ahead === undefined && !isPlain) return undefined;
  const part = readChoice(reading, depth + 1);
  if (!part || !take(reading, ')')) return undefined;
  return ahead === undefined ? part : { kind: 'ahead', part, negative: ahead === 'negative' };
}

/** `?<name>`, `?P<name>` or `?'name'`: what a group is called makes no difference. */
function readName(reading: Reading): boolean {
  const rest = String.fromCharCode(...reading.bytes.subarray(reading.at, reading.at + 64));
  const name = /^\?(?:P?<[A-Za-z_]\w*>|'[A-Za-z_]\w*')/.exec(rest)?.[0];
  reading.at += name?.length ?? 0;
  return name !== undefined;
}

const EDGES: Readonly<Record<string, Extract<Node, { readonly kind: 'edge' }>['edge']>> = {
  A: 'start',
  z: 'end',
  Z: 'last',
  b: 'word',
  B: 'inside',
};

function readEscape(reading: Reading): Node | undefined {
  const byte = reading.bytes[reading.at];
  if (byte === undefined) return undefined;
  const letter = String.fromCharCode(byte);
  if (letter in EDGES) {
    reading.at += 1;
    reading.asciiOnly ||= letter === 'b' || letter === 'B';
    return { kind: 'edge', edge: EDGES[letter] ?? 'start' };
  }
  const bytes = readEscapedBytes(reading);
  return bytes && { kind: 'byte', bytes: reading.ignoresCase ? withCases(bytes) : bytes };
}

/** Quantifiers that ask for as little as possible match the same names; those that give nothing back (`a*+`) do not. */
function readRepetition(reading: Reading, part: Node): Node | undefined {
  let node = part;
  const range = readRange(reading);
  if (!range) return node;
  node = { kind: 'repeat', part, ...range };
  take(reading, '?');
  return sees(reading, '+') || sees(reading, '*') || sees(reading, '?') || readRange({ ...reading }) ? undefined : node;
}

const RANGE = /^\{(\d{1,5})(,(\d{1,5})?)?\}/;

type Range = { readonly least: number; readonly most: number | undefined };

function readRange(reading: Reading): Range | undefined {
  if (take(reading, '*')) return { least: 0, most: undefined };
  if (take(reading, '+')) return { least: 1, most: undefined };
  if (take(reading, '?')) return { least: 0, most: 1 };
  const rest = String.fromCharCode(...reading.bytes.subarray(reading.at, reading.at + 16));
  const match = RANGE.exec(rest);
  if (!match) return undefined;
  reading.at += match[0].length;
  const least = Number(match[1]);
  return { least, most: match[2] === undefined ? least : match[3] === undefined ? undefined : Number(match[3]) };
}
