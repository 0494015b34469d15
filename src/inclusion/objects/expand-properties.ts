import { coversOf } from '../covers.ts';
import type { Expansion } from '../expansion.ts';
import type { Assertion, Schema } from '../schema.ts';
import { ANY_NAME, claimed, countStep, type Region, told, type Ways } from '../steps.ts';
import { coveringIn, regionsOf } from './regions.ts';

/** What an assertion about properties means for an object. */
export function expandProperties(expansion: Expansion, owner: Schema, assertion: Assertion, holds: boolean): Ways {
  switch (assertion.kind) {
    case 'property-count':
      return [[countStep(assertion, holds)]];
    case 'required':
      if (holds) return [assertion.names.map((name) => told({ kind: 'present', name }))];
      return assertion.names.map((name) => [told({ kind: 'absent', name })]);
    case 'names': {
      const claim = { schema: assertion.schema, holds };
      return [[told(holds ? { kind: 'each-name', claim } : { kind: 'some', region: ANY_NAME, value: [], name: [claim] })]];
    }
    case 'dependent':
      if (!holds) return [[told({ kind: 'present', name: assertion.trigger }), claimed(assertion.schema, false)]];
      return [[told({ kind: 'absent', name: assertion.trigger })], [claimed(assertion.schema, true)]];
    case 'properties':
      return expandNamed(assertion, holds);
    case 'unevaluated':
      return holds ? [[told({ kind: 'unevaluated', owner, assertion })]] : refuseUnevaluated(expansion, owner, assertion.schema);
    default:
      return [[told({ kind: 'unknown', reason: `the keyword of ${assertion.kind} is not understood` })]];
  }
}

function expandNamed({ named, patterns, rest }: Extract<Assertion, { kind: 'properties' }>, holds: boolean): Ways {
  const parts: { readonly region: Region; readonly schema: Schema }[] = [...named].map(([name, schema]) => ({
    region: { kind: 'name', name },
    schema,
  }));
  for (const { source, schema } of patterns)
    parts.push({ region: { kind: 'others', matching: [source], avoiding: [], except: new Set() }, schema });
  const avoiding = patterns.map(({ source }) => source);
  if (rest) parts.push({ region: { kind: 'others', matching: [], avoiding, except: new Set(named.keys()) }, schema: rest });
  // What is anything goes without saying, and is nothing that could be missed.
  const telling = parts.filter(({ schema }) => schema.assertions.length > 0);
  if (holds) return [telling.map(({ region, schema }) => told({ kind: 'each', region, claim: { schema, holds } }))];
  return telling.map(({ region, schema }) => [told({ kind: 'some', region, value: [{ schema, holds }], name: [] })]);
}

/** Some property that nothing has evaluated is refused. */
function refuseUnevaluated({ world, primitives }: Expansion, owner: Schema, schema: Schema): Ways {
  const covers = coversOf(world, owner, 'properties');
  const regions = regionsOf(covers);
  if (!regions) return [[told({ kind: 'unknown', reason: 'too many patterns stand side by side' })]];
  return regions.flatMap((region): Ways => {
    const covering = coveringIn(primitives, covers, region);
    if (covering === undefined) return [[told({ kind: 'unknown', reason: 'a pattern cannot be tried' })]];
    if (covering.some(({ guard }) => !guard)) return [];
    return [
      [
        ...covering.flatMap(({ guard }) => (guard ? [claimed(guard, false)] : [])),
        told({ kind: 'some', region, value: [{ schema, holds: false }], name: [] }),
      ],
    ];
  });
}
