import type { JsonValue } from '../../source/json.ts';
import type { Documents } from '../documents.ts';
import { hasKeywords, type SchemaPart } from '../schema-part.ts';
import { findBranchContradiction } from './branches.ts';
import { type Contradiction, plainly, type Search, type Together } from './contradiction.ts';
import { followLone, gather, isUndemanding } from './gather.ts';
import { findListContradiction } from './lists.ts';
import { findNumberContradiction } from './numbers.ts';
import { findObjectContradiction } from './objects.ts';
import { findTextContradiction } from './texts.ts';
import { type TypeAtom, typesOfAll } from './types.ts';
import { findValueContradiction } from './values.ts';

/** What is known of some schemas together: why nothing matches, or that no reason was found. */
type Known = Contradiction | 'none';

type Run = {
  readonly documents: Documents;
  /** Results by the schema, or by the schemas' numbers where there are several. */
  readonly known: Map<JsonValue, Known>;
  readonly numbers: Map<JsonValue, number>;
  /** The questions being looked at, each with how deep in the message it was met and how many were open before it. */
  readonly open: Map<JsonValue, { readonly depth: number; readonly index: number }>;
  /** The first of the open questions whose outcome was taken for granted. */
  assumed: number;
  steps: number;
  /** How many steps are left for all questions together. */
  left: number;
  /** How often the search was given up. */
  cuts: number;
};

type Place = { readonly depth: number; readonly splits: number };

// Alternatives in alternatives multiply; beyond this the search says nothing.
const MOST_SPLITS = 3;
const MOST_STEPS = 2_000;
const MOST_DEPTH = 40;

// Ten times what the largest project needs, and some seconds for files that were made to take long.
const MOST_STEPS_IN_ALL = 1_000_000;

/**
 * Looks for a reason why no value can match schemas that hold together. Sound: where it finds one, none does. It does not find all: a
 * schema may contradict itself in ways that only trying all values would show.
 *
 * Values are finite. So when the very same question comes up again about a part of the value, the answer there may be taken to be "none
 * matches": if some value matched, its smallest one would hold a smaller one. Thus a type that requires itself is found.
 */
export function createContradictionFinder(documents: Documents): (parts: readonly SchemaPart[]) => Contradiction | undefined {
  const run: Run = {
    documents,
    known: new Map(),
    numbers: new Map(),
    open: new Map(),
    assumed: Number.POSITIVE_INFINITY,
    steps: 0,
    left: MOST_STEPS_IN_ALL,
    cuts: 0,
  };
  return (parts) => {
    run.steps = 0;
    run.assumed = Number.POSITIVE_INFINITY;
    return find(run, parts, { depth: 0, splits: 0 });
  };
}

function find(run: Run, written: readonly SchemaPart[], place: Place): Contradiction | undefined {
  const [first] = written;
  // Most schemas have values for sure, and cost no more than this.
  if (!first || (written.length === 1 && isUndemanding(first))) return undefined;
  const parts = followAll(run, written);
  if ('reason' in parts) return parts;
  const [only] = parts;
  if (!only || (parts.length === 1 && isUndemanding(only))) return undefined;
  const key =
    parts.length === 1
      ? only.schema
      : parts
          .map((part) => numberOf(run, part.schema))
          .sort((a, b) => a - b)
          .join(' ');
  const known = run.known.get(key);
  return known === undefined ? ask(run, parts, { key, place }) : withoutNone(known);
}

/** What the schemas lead to, each once; or the contradiction that `false` is among them. */
function followAll(run: Run, written: readonly SchemaPart[]): readonly SchemaPart[] | Contradiction {
  const parts: SchemaPart[] = [];
  for (const one of written) {
    const part = followLone(run.documents, one);
    if (part.schema === false) return plainly(one.schema === false ? one : part);
    if (hasKeywords(part) && !parts.some((other) => other.schema === part.schema)) parts.push(part);
  }
  return parts;
}

type Question = { readonly key: JsonValue; readonly place: Place };

function withoutNone(known: Known): Contradiction | undefined {
  return known === 'none' ? undefined : known;
}

/** Looks into a question that is not answered yet, unless it is just being looked into. */
function ask(run: Run, parts: readonly SchemaPart[], { key, place }: Question): Contradiction | undefined {
  const met = run.open.get(key);
  const [part] = parts;
  if (met && part) return met.depth < place.depth ? assume(run, part, met.index) : undefined;
  if (run.steps < MOST_STEPS && run.left > 0 && place.splits <= MOST_SPLITS && place.depth <= MOST_DEPTH)
    return look(run, parts, { key, place });
  run.cuts += 1;
  return undefined;
}

function look(run: Run, parts: readonly SchemaPart[], { key, place }: Question): Contradiction | undefined {
  const { assumed, cuts } = run;
  run.steps += 1;
  run.left -= 1;
  const index = run.open.size;
  run.open.set(key, { depth: place.depth, index });
  run.assumed = Number.POSITIVE_INFINITY;
  const search: Search = {
    documents: run.documents,
    inside: (inner) => find(run, inner, { depth: place.depth + 1, splits: place.splits }),
    beside: (more) => find(run, more, { depth: place.depth, splits: place.splits + 1 }),
  };
  const together = gather(run.documents, parts);
  const why = 'reason' in together ? together : findIn(search, together);
  run.open.delete(key);
  // What was taken for granted of an outer question holds only as long as that is open; of this very question it is now shown.
  const settled = run.assumed >= index;
  if (why ? settled : run.cuts === cuts) run.known.set(key, why ?? 'none');
  run.assumed = Math.min(assumed, why && !settled ? run.assumed : Number.POSITIVE_INFINITY);
  return why;
}

function assume(run: Run, part: SchemaPart, met: number): Contradiction {
  run.assumed = Math.min(run.assumed, met);
  return {
    reason: 'it requires itself, so that a value would never come to an end',
    at: { part, steps: [] },
    also: [],
    advice: 'Make one of the properties on the way optional, or let it be null or an empty list.',
  };
}

function numberOf(run: Run, schema: JsonValue): number {
  const known = run.numbers.get(schema) ?? run.numbers.size;
  run.numbers.set(schema, known);
  return known;
}

function findIn(search: Search, together: Together): Contradiction | undefined {
  const found = typesOfAll(together.members);
  if ('reason' in found) return found;
  const { listed, why } = findValueContradiction(search, together);
  if (why) return why;
  // Listed values were held against everything; alternatives included.
  if (listed) return undefined;
  return findOfTypes(search, together, found.types) ?? findBranchContradiction(search, together);
}

/** A reason for each type that values may have; undefined as soon as one of them has none. */
function findOfTypes(search: Search, together: Together, types: readonly TypeAtom[]): Contradiction | undefined {
  const whole = together.members.some(({ schema }) => typeof schema.multipleOf === 'number' && Number.isInteger(schema.multipleOf));
  let first: Contradiction | undefined;
  for (const type of types) {
    if (type === 'fraction' && whole && types.includes('integer')) continue;
    const why = FINDERS[type]?.(search, together);
    if (!why) return undefined;
    first ??= why;
  }
  return first;
}

const FINDERS: Readonly<Partial<Record<TypeAtom, (search: Search, together: Together) => Contradiction | undefined>>> = {
  integer: (search, together) => findNumberContradiction(search, together, true),
  fraction: (search, together) => findNumberContradiction(search, together, false),
  string: findTextContradiction,
  array: findListContradiction,
  object: findObjectContradiction,
};
