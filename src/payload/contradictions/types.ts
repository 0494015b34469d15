import { isObject, type JsonValue } from '../../source/json.ts';
import type { KeywordPart } from '../schema-part.ts';
import { type Contradiction, clash, type Said, spotOf } from './contradiction.ts';

/** The parts that JSON's types fall into: `number` is `integer` and `fraction`. */
export type TypeAtom = 'null' | 'boolean' | 'integer' | 'fraction' | 'string' | 'array' | 'object';

const ALL: readonly TypeAtom[] = ['null', 'boolean', 'integer', 'fraction', 'string', 'array', 'object'];

const NO_KEYWORD_OF_VALUES: ReadonlySet<string> = new Set(['type', 'title', 'description', '$comment']);

/** The types that a value may have by the `type` keywords of schemas that hold together, or why there is none. */
export function typesOfAll(members: readonly KeywordPart[]): { readonly types: readonly TypeAtom[] } | Contradiction {
  const [only] = members;
  if (only && members.length === 1 && only.schema.not === undefined) return { types: allowedBy(only.schema.type) ?? ALL };
  let types = ALL;
  const said: (Said & { readonly allows: readonly TypeAtom[] })[] = [];
  for (const part of members) {
    const allows = allowedBy(part.schema.type);
    if (allows) said.push({ part, keyword: 'type', allows });
    const refused = onlyType(part.schema.not);
    if (refused) said.push({ part, keyword: 'not', allows: ALL.filter((type) => !refused.includes(type)) });
  }
  for (const { allows } of said) types = types.filter((type) => allows.includes(type));
  return types.length > 0 ? { types } : tellTypes(said);
}

function tellTypes(said: readonly (Said & { readonly allows: readonly TypeAtom[] })[]): Contradiction {
  for (const [index, other] of said.entries()) {
    const one = said.slice(0, index).find(({ allows }) => !allows.some((type) => other.allows.includes(type)));
    if (one) return clash(one, other);
  }
  const [last, ...rest] = [...said].reverse();
  return {
    reason: 'the types that are asked for exclude each other',
    at: last ? spotOf(last) : { part: { file: '', schema: null, keyword: '' }, steps: [] },
    also: rest.map((one) => ({ spot: spotOf(one), label: 'and these types here' })),
  };
}

function allowedBy(declared: JsonValue | undefined): readonly TypeAtom[] | undefined {
  if (typeof declared === 'string') return atomsOf(declared);
  if (!Array.isArray(declared)) return undefined;
  return declared.flatMap((type: JsonValue) => (typeof type === 'string' ? atomsOf(type) : ALL));
}

/** A name that is no type is a finding of the shape check, and refuses nothing here. */
function atomsOf(type: string): readonly TypeAtom[] {
  if (type === 'number') return ['integer', 'fraction'];
  return ALL.includes(type as TypeAtom) && type !== 'fraction' ? [type as TypeAtom] : ALL;
}

/** The types of a schema that says nothing else; those of which it lets through a part only are not among them. */
function onlyType(schema: JsonValue | undefined): readonly TypeAtom[] | undefined {
  if (!isObject(schema) || !Object.hasOwn(schema, 'type')) return undefined;
  const declared = [schema.type].flat();
  const known = declared.every((type) => typeof type === 'string' && (type === 'number' || ALL.includes(type as TypeAtom)));
  return known && Object.keys(schema).every((keyword) => NO_KEYWORD_OF_VALUES.has(keyword)) ? allowedBy(schema.type) : undefined;
}
