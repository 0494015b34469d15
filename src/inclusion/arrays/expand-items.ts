import { coversOf } from '../covers.ts';
import type { Expansion } from '../expansion.ts';
import type { Assertion, Claim, Schema } from '../schema.ts';
import { claimed, countStep, type Step, told, type Ways } from '../steps.ts';

const ALL = Number.POSITIVE_INFINITY;

/** What an assertion about items means for a list. */
export function expandItems(expansion: Expansion, owner: Schema, assertion: Assertion, holds: boolean): Ways {
  switch (assertion.kind) {
    case 'item-count':
      return [[countStep(assertion, holds)]];
    case 'unique':
      return [[told({ kind: holds ? 'distinct' : 'repeated' })]];
    case 'items':
      return expandPlaces(assertion, holds);
    case 'contains':
      return expandContains(assertion, holds);
    case 'unevaluated':
      return holds ? [[told({ kind: 'unevaluated', owner, assertion })]] : refuseUnevaluated(expansion, owner, assertion.schema);
    default:
      return [[told({ kind: 'unknown', reason: `the keyword of ${assertion.kind} is not understood` })]];
  }
}

function expandPlaces({ prefix, rest }: Extract<Assertion, { kind: 'items' }>, holds: boolean): Ways {
  const places = prefix.map((schema, index) => ({ from: index, to: index, schema }));
  if (rest) places.push({ from: prefix.length, to: ALL, schema: rest });
  // What is anything goes without saying, and is nothing that could be missed.
  const telling = places.filter(({ schema }) => schema.assertions.length > 0);
  if (holds) return [telling.map(({ from, to, schema }) => told({ kind: 'each-item', from, to, claim: { schema, holds } }))];
  return telling.map(({ from, to, schema }) => [someItem(from, to, [{ schema, holds }])]);
}

function someItem(from: number, to: number, claims: readonly Claim[], least = 1): Step {
  return told({ kind: 'some-items', from, to, claims, least });
}

function expandContains({ schema, least, most }: Extract<Assertion, { kind: 'contains' }>, holds: boolean): Ways {
  const some = (count: number): readonly Step[] => (count > 0 ? [someItem(0, ALL, [{ schema, holds: true }], count)] : []);
  const few = (count: number): Step => told({ kind: 'few-items', schema, most: count });
  if (holds) return [[...some(least), ...(most < ALL ? [few(most)] : [])]];
  return [...(least > 0 ? [[few(least - 1)]] : []), ...(most < ALL ? [some(most + 1)] : [])];
}

/** Some item that nothing has evaluated is refused. */
function refuseUnevaluated({ world }: Expansion, owner: Schema, schema: Schema): Ways {
  const covers = coversOf(world, owner, 'items');
  const ends = [...new Set(covers.map(({ items }) => items).filter((items) => items < ALL))].sort((a, b) => a - b);
  const last = ends.at(-1) ?? 0;
  const places = [...Array.from({ length: last }, (_, index) => ({ from: index, to: index })), { from: last, to: ALL }];
  return places.flatMap(({ from, to }): Ways => {
    const covering = covers.filter(({ items }) => items > from);
    if (covering.some(({ guard }) => !guard)) return [];
    return [[...covering.flatMap(({ guard }) => (guard ? [claimed(guard, false)] : [])), someItem(from, to, [{ schema, holds: false }])]];
  });
}
