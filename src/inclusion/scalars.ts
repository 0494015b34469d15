import type { JsonValue } from '../source/json.ts';
import { solveNumber } from './numbers/solve-number.ts';
import type { Run, TextDemand } from './run.ts';
import { canonicalText } from './schema.ts';
import { type Solution, sat, UNSAT, unknownSolution } from './solution.ts';
import type { State } from './state.ts';
import type { Fact } from './steps.ts';

/** Looks for a text, number, boolean or null of which all facts of a state are true. */
export function solveScalar(run: Run, state: State): Solution {
  const isUnlisted = (value: JsonValue): boolean => {
    const key = canonicalText(value);
    return state.facts.some((fact) => fact.kind === 'unlisted' && fact.values.has(key));
  };
  const numberFacts = state.facts.flatMap((fact) =>
    fact.kind === 'scalar' && fact.assertion.kind !== 'length' && fact.assertion.kind !== 'pattern'
      ? [{ assertion: fact.assertion, holds: fact.holds }]
      : [],
  );
  switch (state.atom) {
    case 'null':
      return firstOf([null], isUnlisted);
    case 'boolean':
      return firstOf([false, true], isUnlisted);
    case 'string':
      return solveText(run, textDemand(state.facts));
    default:
      return solveNumber(run.primitives, { whole: state.atom === 'integer', facts: numberFacts, isExcluded: isUnlisted });
  }
}

function firstOf(values: readonly JsonValue[], isUnlisted: (value: JsonValue) => boolean): Solution {
  const found = values.find((value) => !isUnlisted(value));
  return found === undefined ? UNSAT : sat(found);
}

function solveText(run: Run, demand: TextDemand): Solution {
  if (demand.least > demand.most) return UNSAT;
  const { texts, complete, reason } = run.listTexts(demand, 1);
  if (texts[0] !== undefined) return sat(texts[0]);
  return complete ? UNSAT : unknownSolution(reason ?? 'no text was found, nor shown that there is none');
}

/** All that facts say of a text. */
function textDemand(facts: readonly Fact[]): TextDemand {
  const scalars = facts.filter((fact) => fact.kind === 'scalar');
  const lengths = scalars.flatMap(({ assertion, holds }) => {
    if (assertion.kind !== 'length') return [];
    if (holds) return [assertion];
    return [
      assertion.side === 'low'
        ? { side: 'high' as const, limit: assertion.limit - 1 }
        : { side: 'low' as const, limit: assertion.limit + 1 },
    ];
  });
  const limits = (side: 'low' | 'high'): readonly number[] => lengths.filter((length) => length.side === side).map(({ limit }) => limit);
  return {
    patterns: scalars.flatMap(({ assertion, holds }) => (assertion.kind === 'pattern' ? [{ source: assertion.source, holds }] : [])),
    formats: scalars.flatMap(({ assertion, holds }) => (assertion.kind === 'format' ? [{ name: assertion.name, holds }] : [])),
    least: Math.max(0, ...limits('low')),
    most: Math.min(Number.POSITIVE_INFINITY, ...limits('high')),
    unlisted: new Set(
      facts.flatMap((fact) => (fact.kind === 'unlisted' ? [...fact.values.values()].filter((value) => typeof value === 'string') : [])),
    ),
  };
}
