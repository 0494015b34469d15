import { isMultiple } from '../../payload/multiples.ts';
import type { Primitives } from '../evaluate.ts';
import type { Assertion } from '../schema.ts';

/** One thing that is said of numbers, or its opposite. */
export type NumberFact = { readonly assertion: Extract<Assertion, { kind: 'bound' | 'multiple' | 'format' }>; readonly holds: boolean };

/** Numbers of one kind, what is said of them, and those that are not wanted. */
export type NumberDemand = {
  readonly whole: boolean;
  readonly facts: readonly NumberFact[];
  readonly isExcluded: (value: number) => boolean;
};

/** Whether everything said is true of a number; `undefined` where a format cannot be tried. */
export function isTrueOfNumber(primitives: Primitives, facts: readonly NumberFact[], value: number): boolean | undefined {
  let sure = true;
  for (const { assertion, holds } of facts) {
    const result = isTrueOf(primitives, assertion, value);
    if (result === undefined) sure = false;
    else if (result !== holds) return false;
  }
  return sure ? true : undefined;
}

function isTrueOf(primitives: Primitives, assertion: NumberFact['assertion'], value: number): boolean | undefined {
  if (assertion.kind === 'multiple') return isMultiple(value, assertion.step);
  if (assertion.kind === 'format') return primitives.hasFormat(assertion.name, value);
  const { side, limit, exclusive } = assertion;
  if (side === 'low') return exclusive ? value > limit : value >= limit;
  return exclusive ? value < limit : value <= limit;
}
