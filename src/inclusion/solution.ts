import type { JsonValue } from '../source/json.ts';
import type { Claim } from './schema.ts';

/**
 * Whether a value exists that everything asked for is true of. `rests` is the depth of the outermost goal still open that an "unsat" takes
 * for granted to have no smaller value; infinite where it rests on nothing.
 */
export type Solution =
  | { readonly answer: 'sat'; readonly value: JsonValue }
  | { readonly answer: 'unsat'; readonly rests: number }
  | Unknown;

export type Unknown = {
  readonly answer: 'unknown';
  readonly reason: string;
  /** A goal too deep down to be followed now: with its solution more can be said. */
  readonly deferred?: readonly Claim[];
};

/** Why a decision is given up. */
export const TOO_MUCH = 'the schemas are too large to compare';

/** No value, whatever else turns out. */
export const UNSAT: Solution = { answer: 'unsat', rests: Number.POSITIVE_INFINITY };

/** A value that was found. */
export function sat(value: JsonValue): Solution {
  return { answer: 'sat', value };
}

/** Nothing is known, for a reason. */
export function unknownSolution(reason: string): Unknown {
  return { answer: 'unknown', reason };
}

/** What several ways that found nothing say together: nothing exists only if none of them does. */
export function noneOf(solutions: readonly Solution[]): Solution {
  const open = solutions.filter((solution) => solution.answer === 'unknown');
  const deferred = open.find((solution) => solution.deferred);
  if (open[0]) return deferred ?? open[0];
  return {
    answer: 'unsat',
    rests: Math.min(Number.POSITIVE_INFINITY, ...solutions.map((one) => (one.answer === 'unsat' ? one.rests : Number.POSITIVE_INFINITY))),
  };
}
