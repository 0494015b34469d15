import { type Budget, spend, TooLarge } from '../budget.ts';
import { ALL_POINTS, CODE_POINT_COUNT, type CodePoints } from '../code-points.ts';
import { LINE_ENDS } from './character-sets.ts';
import { ANY_TEXT, type Edge, innerParts, NEVER, type Part } from './part.ts';

/** A step of matching: read a character, go on in several ways, pass where a condition holds, or be done. */
export type Step =
  | { readonly kind: 'read'; readonly set: number; readonly next: number }
  | { readonly kind: 'fork'; next: readonly number[] }
  | { readonly kind: 'edge'; readonly edge: Edge; readonly asks: number; readonly next: number }
  /** What follows must begin with what `body` matches, or must not. */
  | { readonly kind: 'ahead'; readonly body: number; readonly negate: boolean; readonly next: number }
  /** What came before must end with what the numbered lookbehind matches, or must not. */
  | { readonly kind: 'behind'; readonly number: number; readonly negate: boolean; readonly next: number }
  | { readonly kind: 'done' };

/** The steps of an expression; `start` may be taken at the start of a text only, where it is not found elsewhere. */
export type Program = {
  readonly steps: readonly Step[];
  readonly start: number;
  readonly sets: readonly CodePoints[];
  /** Where each lookbehind begins, and where it has matched; those within others come first. */
  readonly behinds: readonly { readonly start: number; readonly done: number }[];
};

/** Whether what cannot be said exactly shall let an expression match less or more than it does. */
export type Bound = 'least' | 'most';

// Beyond that, automata are too large in any case.
const MOST_STEPS = 20_000;

type Draft = {
  readonly steps: Step[];
  readonly sets: CodePoints[];
  readonly setNumbers: Map<string, number>;
  readonly behinds: { start: number; done: number }[];
  readonly groups: ReadonlyMap<number, Part>;
  readonly budget: Budget;
  /** Which bound is built here: the other one within what must not match. */
  readonly bound: Bound;
  readonly withinBehind: boolean;
  readonly exact: { value: boolean };
};

/** Builds the steps that search for a part in a text. `exact` is false where the bound matters. */
export function buildProgram(part: Part, bound: Bound, budget: Budget): { readonly program: Program; readonly exact: boolean } {
  const groups = new Map<number, Part>();
  collectGroups(part, groups);
  const draft: Draft = {
    steps: [],
    sets: [],
    setNumbers: new Map(),
    behinds: [],
    groups,
    budget,
    bound,
    withinBehind: false,
    exact: { value: true },
  };
  const done = add(draft, { kind: 'done' });
  const body = build(draft, matchesWithinPair(part) ? { kind: 'choice', parts: [part, PAIR] } : part, done);
  const start = beginsAtStart(part) ? body : addSearch(draft, body);
  const { steps, sets, behinds, exact } = draft;
  return { program: { steps, start, sets, behinds }, exact: exact.value };
}

function collectGroups(part: Part, groups: Map<number, Part>): void {
  if (part.kind === 'group') groups.set(part.group, part.part);
  for (const inner of innerParts(part)) collectGroups(inner, groups);
}

/** Whether all that a part matches begins at the start of the text. */
function beginsAtStart(part: Part): boolean {
  switch (part.kind) {
    case 'edge':
      return part.at === 'start' && !part.lines;
    case 'sequence':
      return beginsAtStart(part.parts.find(({ kind }) => kind !== 'look') ?? NEVER);
    case 'choice':
      return part.parts.length > 0 && part.parts.every(beginsAtStart);
    case 'group':
      return beginsAtStart(part.part);
    default:
      return false;
  }
}

/** A character that JavaScript keeps as two halves. */
const PAIR: Part = { kind: 'set', points: [0x1_00_00, CODE_POINT_COUNT] };

/**
 * Whether a part matches between the halves of a character, where V8 looks as well, though nothing can be read there in either direction: what
 * asks for nothing, or asks for something not to be there. Then the expression is found in each text with such a character.
 */
export function matchesWithinPair(part: Part): boolean {
  switch (part.kind) {
    case 'set':
      return false;
    case 'sequence':
      return part.parts.every((inner) => matchesWithinPair(inner));
    case 'choice':
      return part.parts.some((inner) => matchesWithinPair(inner));
    case 'repeat':
      return part.least === 0 || matchesWithinPair(part.part);
    case 'group':
      return matchesWithinPair(part.part);
    case 'edge':
      return part.at === 'word' && part.negate;
    case 'look':
      return matchesWithinPair(part.part) !== part.negate;
    case 'reference':
      // V8 does not go on from there.
      return false;
  }
}

function add(draft: Draft, step: Step): number {
  spend(draft.budget, 1);
  if (draft.steps.length >= MOST_STEPS) throw new TooLarge();
  return draft.steps.push(step) - 1;
}

/** The expression may be found behind any characters. */
function addSearch(draft: Draft, body: number): number {
  const fork: Step = { kind: 'fork', next: [body] };
  const start = add(draft, fork);
  fork.next = [body, add(draft, { kind: 'read', set: numberSet(draft, ALL_POINTS), next: start })];
  return start;
}

function numberSet({ sets, setNumbers }: Draft, points: CodePoints): number {
  const key = points.join();
  const number = setNumbers.get(key) ?? sets.push(points) - 1;
  setNumbers.set(key, number);
  return number;
}

/** The step at which a part begins that goes on at `next`. */
function build(draft: Draft, part: Part, next: number): number {
  switch (part.kind) {
    case 'set':
      return add(draft, { kind: 'read', set: numberSet(draft, part.points), next });
    case 'sequence':
      return part.parts.reduceRight((after, inner) => build(draft, inner, after), next);
    case 'choice':
      return add(draft, { kind: 'fork', next: part.parts.map((inner) => build(draft, inner, next)) });
    case 'repeat':
      return buildRepeat(draft, part, next);
    case 'group':
      return build(draft, part.part, next);
    case 'edge':
      return add(draft, { kind: 'edge', edge: part, asks: numberAsked(draft, part), next });
    case 'look':
      return buildLook(draft, part, next);
    case 'reference':
      return buildReference(draft, part.group, next);
  }
}

/** The set that an edge asks about what stands beside it, if it does. */
function numberAsked(draft: Draft, edge: Edge): number {
  if (edge.at === 'word') return numberSet(draft, edge.word);
  return edge.lines ? numberSet(draft, LINE_ENDS) : -1;
}

function buildRepeat(draft: Draft, { part, least, most }: Extract<Part, { kind: 'repeat' }>, next: number): number {
  let from = next;
  if (most === Number.POSITIVE_INFINITY) {
    const fork: Step = { kind: 'fork', next: [next] };
    from = add(draft, fork);
    fork.next = [build(draft, part, from), next];
  } else for (let count = least; count < most; count += 1) from = add(draft, { kind: 'fork', next: [build(draft, part, from), next] });
  for (let count = 0; count < least; count += 1) from = build(draft, part, from);
  return from;
}

function buildLook(draft: Draft, { ahead, negate, part }: Extract<Part, { kind: 'look' }>, next: number): number {
  const bound = negate ? opposite(draft.bound) : draft.bound;
  if (ahead && draft.withinBehind) return guess(draft, next);
  const done = add(draft, { kind: 'done' });
  if (ahead) return add(draft, { kind: 'ahead', body: build({ ...draft, bound }, part, done), negate, next });
  const start = build({ ...draft, bound, withinBehind: true }, part, done);
  return add(draft, { kind: 'behind', number: draft.behinds.push({ start, done }) - 1, negate, next });
}

function opposite(bound: Bound): Bound {
  return bound === 'least' ? 'most' : 'least';
}

/** Goes on without looking, or not at all. */
function guess(draft: Draft, next: number): number {
  draft.exact.value = false;
  return draft.bound === 'most' ? next : add(draft, { kind: 'fork', next: [] });
}

/** What a group has matched, or nothing where it has not: at most anything that it could match. */
function buildReference(draft: Draft, group: number, next: number): number {
  draft.exact.value = false;
  if (draft.bound === 'least') return add(draft, { kind: 'fork', next: [] });
  const part = draft.groups.get(group);
  const repeated = part && isPlain(part) ? part : ANY_TEXT(ALL_POINTS);
  return add(draft, { kind: 'fork', next: [build(draft, repeated, next), next] });
}

/** Whether a part matches the same wherever it stands. */
function isPlain(part: Part): boolean {
  return part.kind !== 'edge' && part.kind !== 'look' && part.kind !== 'reference' && innerParts(part).every(isPlain);
}
