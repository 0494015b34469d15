import { equalJson } from '../payload/equal-json.ts';
import type { JsonValue } from '../source/json.ts';
import { type Claim, type Obstacle, obstacle, type Prover } from './claim.ts';
import { type Conjunction, type TypeAtom, typeAtoms, typesOf } from './conjunction.ts';

/** Formats that ajv-formats accepts whatever the value. */
const VACUOUS_FORMATS: ReadonlySet<JsonValue> = new Set(['password', 'binary']);

/** Patterns that match every text. */
const VACUOUS_PATTERNS: ReadonlySet<JsonValue> = new Set(['', '^', '.*', '^.*', '^.*?']);

/** Types, listed values, and bounds of numbers and strings. */
export const SCALAR_CLAIMS: Readonly<Record<string, Prover>> = {
  type: (claim) => {
    const accepted = typeAtoms(claim.value);
    const surplus = [...typesOf(claim.sender)].filter((type) => !accepted.has(type));
    return surplus.length === 0 ? [] : obstacle(claim, `the sender may send ${surplus.map(typeName).join(', ')}`);
  },
  // What the sender lists has been tried value by value before; an open list takes any value of the listed types.
  enum: (claim) => {
    if (claim.receiver.schema['x-open'] === true) {
      const accepted = new Set((Array.isArray(claim.value) ? claim.value : []).flatMap((value) => [...typeAtoms(openTypeOf(value))]));
      if ([...typesOf(claim.sender)].every((type) => accepted.has(type))) return [];
    }
    return obstacle(claim, 'the sender does not list its values');
  },
  const: (claim) => obstacle(claim, 'the sender does not list its values'),
  minimum: (claim) => showNumber(claim, (bounds, limit) => bounds.low >= limit),
  exclusiveMinimum: (claim) => showNumber(claim, (bounds, limit) => bounds.low > limit || (bounds.low === limit && bounds.lowExcluded)),
  maximum: (claim) => showNumber(claim, (bounds, limit) => bounds.high <= limit),
  exclusiveMaximum: (claim) => showNumber(claim, (bounds, limit) => bounds.high < limit || (bounds.high === limit && bounds.highExcluded)),
  multipleOf: (claim) => {
    if (!mayBe(claim.sender, 'integer', 'fraction') || sends(claim)) return [];
    const step = claim.value;
    const whole = !mayBe(claim.sender, 'fraction');
    // Validators round decimal steps, so only whole ones are compared: what is a multiple of 0.3 need not be one of 0.1 to them.
    const steps = numbers(claim.sender, 'multipleOf').filter(Number.isSafeInteger);
    const shown =
      typeof step === 'number' && Number.isSafeInteger(step) && whole && (step === 1 || steps.some((sent) => sent % step === 0));
    return shown ? [] : obstacle(claim, 'the sender may send other multiples');
  },
  minLength: (claim) => showLeast(claim, 'string'),
  maxLength: (claim) => showMost(claim, 'string'),
  pattern: (claim) =>
    !mayBe(claim.sender, 'string') || VACUOUS_PATTERNS.has(claim.value) || sends(claim)
      ? []
      : obstacle(claim, 'the sender may send other texts'),
  format: (claim) =>
    !mayBe(claim.sender, 'string', 'integer', 'fraction') || VACUOUS_FORMATS.has(claim.value) || sends(claim)
      ? []
      : obstacle(claim, 'the sender does not keep to this format'),
};

/** Whether a value of the conjunction may have one of the types. */
export function mayBe(conjunction: Conjunction, ...types: readonly TypeAtom[]): boolean {
  const possible = typesOf(conjunction);
  return types.some((type) => possible.has(type));
}

/** Whether the sender asserts the very same. */
export function sends(claim: Claim): boolean {
  return claim.sender.members.some(
    (member) => Object.hasOwn(member.schema, claim.keyword) && equalJson(member.schema[claim.keyword], claim.value),
  );
}

/** Shows a lower count (`minLength`, `minItems`): one of the sender's is at least as high. `least` is what is known besides. */
export function showLeast(claim: Claim, type: TypeAtom, least = 0): readonly Obstacle[] {
  if (!mayBe(claim.sender, type)) return [];
  const sent = Math.max(least, 0, ...numbers(claim.sender, claim.keyword));
  return typeof claim.value === 'number' && sent >= claim.value ? [] : obstacle(claim, 'the sender may send less');
}

/** Shows an upper count (`maxLength`, `maxItems`): one of the sender's is at most as high. `most` is what is known besides. */
export function showMost(claim: Claim, type: TypeAtom, most = Number.POSITIVE_INFINITY): readonly Obstacle[] {
  if (!mayBe(claim.sender, type)) return [];
  const sent = Math.min(most, ...numbers(claim.sender, claim.keyword));
  return typeof claim.value === 'number' && sent <= claim.value ? [] : obstacle(claim, 'the sender may send more');
}

/** The numbers that the members give for a keyword. */
export function numbers(conjunction: Conjunction, keyword: string): readonly number[] {
  return conjunction.members.map((member) => member.schema[keyword]).filter((value) => typeof value === 'number');
}

type Bounds = { readonly low: number; readonly lowExcluded: boolean; readonly high: number; readonly highExcluded: boolean };

function showNumber(claim: Claim, holds: (bounds: Bounds, limit: number) => boolean): readonly Obstacle[] {
  if (!mayBe(claim.sender, 'integer', 'fraction')) return [];
  const shown = typeof claim.value === 'number' && holds(boundsOf(claim.sender), claim.value);
  return shown ? [] : obstacle(claim, 'the sender may send numbers beyond it');
}

/** The effective bounds: of whole numbers the nearest whole ones, so that `> 4` is `>= 5`. */
function boundsOf(conjunction: Conjunction): Bounds {
  const low = Math.max(Number.NEGATIVE_INFINITY, ...numbers(conjunction, 'minimum'));
  const above = Math.max(Number.NEGATIVE_INFINITY, ...numbers(conjunction, 'exclusiveMinimum'));
  const high = Math.min(Number.POSITIVE_INFINITY, ...numbers(conjunction, 'maximum'));
  const below = Math.min(Number.POSITIVE_INFINITY, ...numbers(conjunction, 'exclusiveMaximum'));
  if (mayBe(conjunction, 'fraction')) {
    return { low: Math.max(low, above), lowExcluded: above >= low, high: Math.min(high, below), highExcluded: below <= high };
  }
  return {
    low: Math.max(Math.ceil(low), Math.floor(above) + 1),
    lowExcluded: false,
    high: Math.min(Math.floor(high), Math.ceil(below) - 1),
    highExcluded: false,
  };
}

function typeName(type: TypeAtom): string {
  return type === 'fraction' ? 'fractions' : type;
}

function openTypeOf(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}
