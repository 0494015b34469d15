import { type PatternNode, readPattern } from './pattern-syntax.ts';

/** Tells whether a pattern matches somewhere in a text. */
export type PatternTest = { readonly test: (text: string) => boolean };

/** What the matcher may do in one state: read a character, pass where the text has an edge, go on in several states, or be done. */
type State =
  | { readonly kind: 'read'; readonly reads: (character: string) => boolean; readonly next: number }
  | { readonly kind: 'edge'; readonly at: 'start' | 'end'; readonly next: number }
  | { readonly kind: 'fork'; next: readonly number[] }
  | { readonly kind: 'done' };

// Together with the length of the text they bound the work; a pattern that needs more is left to JavaScript.
const MOST_STATES = 2_000;

/** What ajv makes of patterns when it is told to try them with {@link createPatternTest}. */
export function patternEngine(longest?: number): PatternEngine {
  // ajv tells patterns apart by their text.
  const engine = (pattern: string) => ({ ...createPatternTest(pattern, longest), toString: () => pattern });
  // ajv takes it for code of its own; nothing is printed here.
  return Object.assign(engine, { code: 'pattern' });
}

type PatternEngine = ((pattern: string) => PatternTest) & { readonly code: string };

/**
 * A pattern as JavaScript reads it with the flag `u`, tried in time that grows with pattern and text only: all ways to match are followed
 * side by side, so a careless pattern (`(a+)+$`) takes no longer than another. One that looks around or back is tried by JavaScript, on
 * texts up to `longest` characters; beyond that `test` throws a RangeError. Throws a SyntaxError for what is no pattern.
 */
export function createPatternTest(pattern: string, longest = Number.POSITIVE_INFINITY): PatternTest {
  const native = new RegExp(pattern, 'u');
  const node = readPattern(pattern);
  const states = node && compile(node);
  if (states) return { test: (text) => run(states, [...text]) };
  return {
    test: (text) => {
      if (text.length > longest) throw new RangeError('The text is too long for a pattern that looks around or back.');
      return native.test(text);
    },
  };
}

/** The states of a pattern, where to begin last; `undefined` when there would be too many. */
function compile(root: PatternNode): readonly State[] | undefined {
  const states: State[] = [{ kind: 'done' }];
  const add = (state: State): number => {
    if (states.length >= MOST_STATES) throw new RangeError('too many states');
    return states.push(state) - 1;
  };
  const build = (node: PatternNode, next: number): number => {
    switch (node.kind) {
      case 'character':
        return add({ kind: 'read', reads: characterTest(node.source), next });
      case 'edge':
        return add({ kind: 'edge', at: node.at, next });
      case 'sequence':
        return node.parts.reduceRight((after, part) => build(part, after), next);
      case 'choice':
        return add({ kind: 'fork', next: node.parts.map((part) => build(part, next)) });
      case 'repeat':
        return buildRepeat(node, next);
    }
  };
  const buildRepeat = ({ part, least, most }: Extract<PatternNode, { kind: 'repeat' }>, next: number): number => {
    let from = next;
    if (most === Number.POSITIVE_INFINITY) {
      const fork: State = { kind: 'fork', next: [] };
      from = add(fork);
      fork.next = [build(part, from), next];
    } else {
      for (let count = least; count < most; count += 1) from = add({ kind: 'fork', next: [build(part, from), next] });
    }
    for (let count = 0; count < least; count += 1) from = build(part, from);
    return from;
  };
  try {
    add({ kind: 'fork', next: [build(root, 0)] });
    return states;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function run(states: readonly State[], characters: readonly string[]): boolean {
  let current: readonly number[] = [];
  for (let at = 0; at <= characters.length; at += 1) {
    // A match may begin anywhere.
    const reached = reach(states, [...current, states.length - 1], { characters, at });
    if (reached === 'done') return true;
    const character = characters[at];
    if (character === undefined) return false;
    const read = new Set<number>();
    for (const state of reached) if (state.kind === 'read' && state.reads(character)) read.add(state.next);
    current = [...read];
  }
  return false;
}

type Position = { readonly characters: readonly string[]; readonly at: number };

/** The states that read a character and can be reached without reading one. */
function reach(states: readonly State[], from: readonly number[], position: Position): readonly State[] | 'done' {
  const seen = new Set<number>(from);
  const reached: State[] = [];
  const pending = [...from];
  const go = (next: number): void => {
    if (!seen.has(next)) pending.push(next);
    seen.add(next);
  };
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    const state = states[index];
    if (state?.kind === 'done') return 'done';
    if (state?.kind === 'read') reached.push(state);
    else for (const next of passed(state, position)) go(next);
  }
  return reached;
}

/** Where a state leads without reading a character. */
function passed(state: State | undefined, { characters, at }: Position): readonly number[] {
  if (state?.kind === 'fork') return state.next;
  const edge = state?.kind === 'edge' && at === (state.at === 'start' ? 0 : characters.length);
  return edge ? [state.next] : [];
}

/** Single characters are left to JavaScript: nothing can run for long there. */
function characterTest(source: string): (character: string) => boolean {
  const expression = new RegExp(`^(?:${source})$`, 'u');
  const known = new Map<string, boolean>();
  return (character) => {
    const verdict = known.get(character) ?? expression.test(character);
    known.set(character, verdict);
    return verdict;
  };
}
