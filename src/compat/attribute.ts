import { appendPointer, parentPointer } from '../source/pointer.ts';
import type { ChangeKind } from './change.ts';
import { endsAlike, isAbove, samePath } from './message-path.ts';
import type { PayloadFact } from './payload-fact.ts';

/** Where two versions do not fit: a place in the message and the keyword that says so. */
export type Spot = { readonly path: string; readonly keyword: string; readonly name?: string };

const PRESENCE: ReadonlySet<ChangeKind> = new Set([
  'property-removed',
  'property-added',
  'property-became-required',
  'property-became-optional',
]);
const VALUES: ReadonlySet<ChangeKind> = new Set(['enum-value-added', 'enum-value-removed', 'enum-introduced', 'enum-dropped']);
const OPENNESS: ReadonlySet<ChangeKind> = new Set(['object-closed', 'object-opened']);

/** What the bytes of a message follow. */
const ON_WIRE: ReadonlySet<ChangeKind> = new Set([
  'field-number-changed',
  'field-number-reused',
  'field-renamed',
  'wire-type-changed',
  'oneof-changed',
  'enum-number-changed',
  'enum-value-renamed',
]);
/** What changes nothing about the messages of the two versions. */
const UNSEEN: ReadonlySet<ChangeKind> = new Set([
  ...['annotation-changed', 'default-changed', 'meaning-changed'],
  ...['number-not-reserved', 'reservation-dropped'],
] as const);

/** Whether receivers see what a fact tells of. */
export function isSeen({ kind }: PayloadFact): boolean {
  return !UNSEEN.has(kind);
}

/**
 * The facts that explain a spot: those of the same place and kind, else of the same place, else the nearest around it, else those below,
 * else those of the same place further up in a recursive type, else all. Never none while there is a fact that validators see, so that nothing found is lost.
 */
export function attribute(spot: Spot, facts: readonly PayloadFact[]): readonly PayloadFact[] {
  const telling = facts.filter(isSeen);
  const here = telling.filter((fact) => samePath(fact.path, spot.path));
  const above = telling.filter((fact) => isAbove(fact.path, spot.path));
  const nearest = above.filter((fact) => above.every((other) => other.path.length <= fact.path.length));
  const below = telling.filter((fact) => isAbove(spot.path, fact.path));
  // A recursive type has its facts where it is met first; the message may go on.
  const deeper = telling.filter((fact) => endsAlike(fact.path, spot.path));
  const choices = [
    here.filter((fact) => explains(fact, spot) && fact.name === spot.name),
    telling.filter((fact) => explains(fact, spot)),
    here,
    nearest,
    below,
    deeper.filter((fact) => explains(fact, { ...spot, path: fact.path })),
    deeper,
    telling,
  ];
  return choices.find((choice) => choice.length > 0) ?? [];
}

function explains(fact: PayloadFact, spot: Spot): boolean {
  return spot.keyword === 'wire' ? explainsBytes(fact, spot) : explainsKeyword(fact, spot);
}

function explainsBytes(fact: PayloadFact, spot: Spot): boolean {
  return ON_WIRE.has(fact.kind) && (samePath(fact.path, spot.path) || isTakenFor(fact, spot));
}

function explainsKeyword(fact: PayloadFact, spot: Spot): boolean {
  const closing = OPENNESS.has(fact.kind) || (fact.kind === 'constraint-changed' && fact.name === 'additionalProperties');
  if (spot.keyword === 'additionalProperties' && closing)
    return samePath(fact.path, spot.path) || samePath(fact.path, parentPointer(spot.path));
  if (!samePath(fact.path, spot.path)) return false;
  if (spot.keyword === 'required' || spot.keyword === 'additionalProperties') return PRESENCE.has(fact.kind);
  if (spot.keyword === 'enum' || spot.keyword === 'const') return VALUES.has(fact.kind);
  if (spot.keyword === 'type') return fact.kind === 'type-changed';
  return (fact.kind === 'constraint-changed' || fact.kind === 'schema-changed') && fact.name === spot.keyword;
}

/** Whether a number stands for one field there and for another here: it is looked for under both names. */
function isTakenFor({ kind, path, before, after }: PayloadFact, spot: Spot): boolean {
  if (kind !== 'field-number-reused') return false;
  const above = parentPointer(path);
  return [before.value, after.value].some((name) => typeof name === 'string' && samePath(appendPointer(above, name), spot.path));
}
