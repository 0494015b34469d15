/** Whether a name matches a pattern of a policy, in a time that grows with both and never explodes: all ways are followed at once. */
import { expandNamePattern } from '../name-pattern.ts';
import type { ByteSet } from './byte-classes.ts';
import { type Node, readPattern } from './syntax.ts';

/** Says whether a name matches; undefined where that is not decided here. */
export type NameTest = (name: string) => boolean | undefined;

/** Longer patterns are not read: RabbitMQ refuses somewhat longer ones itself. */
const LONGEST = 60_000;
/** Larger programs are not made: `(a{1000}){1000}` is one. */
const LARGEST = 30_000;

/** What one name, and all names together, may take: a pattern that is looked at longer is not decided. */
const STEPS_PER_NAME = 150_000;
const STEPS_IN_ALL = 6_000_000;

/** The test that a pattern stands for; `names`: those that it lists, where it is such a list. It never throws and never takes long, whatever the pattern is. */
export function nameTest(pattern: string, names: readonly string[] | undefined = expandNamePattern(pattern)): NameTest {
  if (names) {
    const exact = new Set(names);
    // A line feed that ends a name is passed over.
    return (name) => exact.has(name) || (name.endsWith('\n') && exact.has(name.slice(0, -1)));
  }
  const syntax = pattern.length > LONGEST ? undefined : readPattern(pattern);
  const program = syntax && compile(syntax.root);
  if (!program) return () => undefined;
  const isAnchored = beginsAtStart(syntax.root);
  let left = STEPS_IN_ALL;
  return (name) => {
    const bytes = new TextEncoder().encode(name);
    if (left <= 0 || (syntax.asciiOnly && bytes.some((byte) => byte > 127))) return undefined;
    const run: Run = { program, bytes, known: new Map(), left: Math.min(left, STEPS_PER_NAME) };
    const granted = run.left;
    const found = runFrom(run, { entry: program.entry, at: 0, anywhere: !isAnchored });
    left -= granted - run.left;
    return run.left <= 0 ? undefined : found;
  };
}

/** Whether a pattern can only match from the beginning of a name: it need not be tried anywhere else. */
function beginsAtStart(node: Node): boolean {
  switch (node.kind) {
    case 'edge':
      return node.edge === 'start';
    case 'sequence':
      return node.parts[0] !== undefined && beginsAtStart(node.parts[0]);
    case 'choice':
      return node.parts.every(beginsAtStart);
    default:
      return false;
  }
}

/** One step of a program; numbers are indices of further steps. */
type Instruction =
  | { readonly op: 'byte'; readonly bytes: ByteSet; readonly next: number }
  | { readonly op: 'split'; readonly next: readonly number[] }
  | { readonly op: 'edge'; readonly edge: Extract<Node, { readonly kind: 'edge' }>['edge']; readonly next: number }
  | { readonly op: 'ahead'; readonly entry: number; readonly negative: boolean; readonly next: number }
  | { readonly op: 'match' };

type Program = { readonly steps: readonly Instruction[]; readonly entry: number };

/** Compiles from the end to the beginning, so that every step knows the next. Undefined where it becomes too large. */
function compile(root: Node): Program | undefined {
  const steps: Instruction[] = [{ op: 'match' }];
  const entry = emit(root, 0, steps);
  return entry === undefined ? undefined : { steps, entry };
}

function push(steps: Instruction[], step: Instruction): number | undefined {
  return steps.length >= LARGEST ? undefined : steps.push(step) - 1;
}

function emit(node: Node, next: number, steps: Instruction[]): number | undefined {
  switch (node.kind) {
    case 'byte':
      return push(steps, { op: 'byte', bytes: node.bytes, next });
    case 'edge':
      return push(steps, { op: 'edge', edge: node.edge, next });
    case 'sequence':
      return node.parts.reduceRight<number | undefined>(
        (after, part) => (after === undefined ? undefined : emit(part, after, steps)),
        next,
      );
    case 'choice': {
      const ways: number[] = [];
      for (const part of node.parts) {
        const way = emit(part, next, steps);
        if (way === undefined) return undefined;
        ways.push(way);
      }
      return push(steps, { op: 'split', next: ways });
    }
    case 'ahead': {
      const entry = emit(node.part, 0, steps);
      return entry === undefined ? undefined : push(steps, { op: 'ahead', entry, negative: node.negative, next });
    }
    case 'repeat':
      return emitRepeat(node, next, steps);
  }
}

function emitRepeat(
  { part, least, most }: Extract<Node, { readonly kind: 'repeat' }>,
  next: number,
  steps: Instruction[],
): number | undefined {
  let after: number | undefined = next;
  if (most === undefined) {
    // The loop leads back to itself, so its place is taken before it is known where its inside begins.
    const loop = push(steps, { op: 'split', next: [] });
    const inside = loop === undefined ? undefined : emit(part, loop, steps);
    if (loop === undefined || inside === undefined) return undefined;
    steps[loop] = { op: 'split', next: [inside, next] };
    after = loop;
  }
  for (let time = least; time < (most ?? least) && after !== undefined; time += 1) {
    const inside = emit(part, after, steps);
    after = inside === undefined ? undefined : push(steps, { op: 'split', next: [inside, next] });
  }
  for (let time = 0; time < least && after !== undefined; time += 1) after = emit(part, after, steps);
  return after;
}

/** A run over one name. `known`: what lookaheads said at a place; `left`: how much further it may be looked at. */
type Run = { readonly program: Program; readonly bytes: Uint8Array; readonly known: Map<string, boolean>; left: number };
type Begin = { readonly entry: number; readonly at: number; readonly anywhere: boolean };

function runFrom(run: Run, { entry, at: first, anywhere }: Begin): boolean {
  let waiting: readonly number[] = [entry];
  for (let at = first; ; at += 1) {
    const reached = closure(run, waiting, at);
    if (reached === 'match') return true;
    const byte = run.bytes[at];
    if (byte === undefined) return false;
    const next = advance(run.program, reached, byte);
    if (run.left <= 0 || (next.length === 0 && !anywhere)) return false;
    waiting = anywhere ? [...next, entry] : next;
  }
}

/** Where those steps lead to that take a byte. */
function advance({ steps }: Program, waiting: readonly number[], byte: number): readonly number[] {
  return waiting.flatMap((step) => {
    const instruction = steps[step];
    return instruction?.op === 'byte' && instruction.bytes[byte] === 1 ? [instruction.next] : [];
  });
}

/** The steps that wait for a byte, after all that needs none; or that the end was reached. */
function closure(run: Run, starts: readonly number[], at: number): readonly number[] | 'match' {
  const seen = new Set<number>();
  const waiting: number[] = [];
  const open = [...starts];
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    if (seen.has(step)) continue;
    seen.add(step);
    run.left -= 1;
    if (run.left <= 0) return [];
    const instruction = run.program.steps[step];
    switch (instruction?.op) {
      case 'match':
        return 'match';
      case 'byte':
        waiting.push(step);
        break;
      case 'split':
        open.push(...instruction.next);
        break;
      case 'edge':
        if (isEdge(instruction.edge, run.bytes, at)) open.push(instruction.next);
        break;
      case 'ahead':
        if (looksAhead(run, instruction.entry, at) !== instruction.negative) open.push(instruction.next);
        break;
      default:
        break;
    }
  }
  return waiting;
}

function looksAhead(run: Run, entry: number, at: number): boolean {
  const key = `${entry}:${at}`;
  const known = run.known.get(key);
  if (known !== undefined) return known;
  const found = runFrom(run, { entry, at, anywhere: false });
  run.known.set(key, found);
  return found;
}

function isEdge(edge: Extract<Node, { readonly kind: 'edge' }>['edge'], bytes: Uint8Array, at: number): boolean {
  switch (edge) {
    case 'start':
      return at === 0;
    case 'end':
      return at === bytes.length;
    case 'last':
      return at === bytes.length || (at === bytes.length - 1 && bytes[at] === 10);
    case 'word':
      return isWord(bytes[at - 1]) !== isWord(bytes[at]);
    case 'inside':
      return isWord(bytes[at - 1]) === isWord(bytes[at]);
  }
}

function isWord(byte: number | undefined): boolean {
  return byte !== undefined && /\w/.test(String.fromCharCode(byte));
}
