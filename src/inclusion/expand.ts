import { expandItems } from './arrays/expand-items.ts';
import type { Expansion } from './expansion.ts';
import { expandProperties } from './objects/expand-properties.ts';
import { areApart } from './outline.ts';
import { type Assertion, type Atom, concerns, type Schema } from './schema.ts';
import { claimed, type Step, told, type Ways } from './steps.ts';
import { madeUpSchema } from './world.ts';

/** What it means that an assertion of a schema holds for a value of some type, or does not. */
export function expandAssertion(expansion: Expansion, owner: Schema, assertion: Assertion, holds: boolean): Ways {
  if (!concerns(assertion, expansion.atom)) return holds ? [[]] : [];
  switch (assertion.kind) {
    case 'types':
      return assertion.atoms.has(expansion.atom) === holds ? [[]] : [];
    case 'values':
      return [[told({ kind: holds ? 'listed' : 'unlisted', values: assertion.values })]];
    case 'unknown':
      return [[told({ kind: 'unknown', reason: assertion.reason })]];
    case 'all':
      return holds ? [each(assertion.schemas, true)] : alternatives(assertion.schemas, false);
    case 'any':
      return holds ? alternatives(assertion.schemas, true) : [each(assertion.schemas, false)];
    case 'one':
      return expandOne(expansion, assertion.schemas, holds);
    case 'not':
      return [[claimed(assertion.schema, !holds)]];
    case 'if':
      return [
        [claimed(assertion.condition, true), claimed(assertion.then, holds)],
        [claimed(assertion.condition, false), claimed(assertion.otherwise, holds)],
      ];
    case 'bound':
    case 'multiple':
    case 'length':
    case 'pattern':
      return [[told({ kind: 'scalar', assertion, holds })]];
    case 'format':
      return expandFormat(expansion.atom, assertion, holds);
    default:
      return expansion.atom === 'array'
        ? expandItems(expansion, owner, assertion, holds)
        : expandProperties(expansion, owner, assertion, holds);
  }
}

function each(schemas: readonly Schema[], holds: boolean): readonly Step[] {
  return schemas.map((schema) => claimed(schema, holds));
}

function alternatives(schemas: readonly Schema[], hold: boolean): Ways {
  return schemas.map((schema) => [claimed(schema, hold)]);
}

/** Exactly one of several: where no two can hold together, any of them. */
function expandOne(expansion: Expansion, schemas: readonly Schema[], holds: boolean): Ways {
  const apart = areApart(expansion.world, schemas);
  if (holds && apart) return alternatives(schemas, true);
  if (holds)
    return schemas.map((schema, index) => [
      claimed(schema, true),
      ...each(
        schemas.filter((_, other) => other !== index),
        false,
      ),
    ]);
  if (apart) return [each(schemas, false)];
  const twice = schemas.slice(0, -1).map((schema, index): readonly Step[] => {
    const later = madeUpSchema(expansion.world, { kind: 'any', schemas: schemas.slice(index + 1) });
    return [claimed(schema, true), claimed(later, true)];
  });
  return [each(schemas, false), ...twice];
}

const NUMBER_FORMATS: ReadonlySet<string> = new Set(['int32', 'int64', 'float', 'double']);
const VACUOUS_FORMATS: ReadonlySet<string> = new Set(['password', 'binary']);

function expandFormat(atom: Atom, assertion: Extract<Assertion, { kind: 'format' }>, holds: boolean): Ways {
  const speaks = !VACUOUS_FORMATS.has(assertion.name) && NUMBER_FORMATS.has(assertion.name) === (atom !== 'string');
  if (!speaks) return holds ? [[]] : [];
  return [[told({ kind: 'scalar', assertion, holds })]];
}
