import { isObject, ownProperty } from '../../source/json.ts';
import { quoteText } from '../../source/quote.ts';
import { fits, schemasOfProperty } from '../fits.ts';
import { childPart, type KeywordPart, namedPart, namesOf, partsOfValue, type SchemaPart } from '../schema-part.ts';
import { type Contradiction, clash, type Search, type Spot, spotOf, strictest, type Together, wordsOf } from './contradiction.ts';
import { isUndemanding } from './gather.ts';

/** Required names with where they are asked for. */
type Required = ReadonlyMap<string, Spot>;

/** Why no object fits: what it must have, and may not. */
export function findObjectContradiction(search: Search, together: Together): Contradiction | undefined {
  const { members, parts } = together;
  const required = requiredBy(members);
  const triggered = members.flatMap((part) => [...required.keys()].flatMap((name) => namedPart(part, 'dependentSchemas', name) ?? []));
  if (triggered.some(({ schema }) => isObject(schema) && !members.some((member) => member.schema === schema))) {
    const why = search.beside([...parts, ...triggered]);
    if (why) return why;
  }
  for (const [name, spot] of required) {
    const why = findPropertyContradiction(search, members, { name, spot });
    if (why) return why;
  }
  return findCountContradiction(members, required) ?? findMissing(members, required);
}

function requiredBy(members: readonly KeywordPart[]): Required {
  const required = new Map<string, Spot>();
  for (const part of members) addNames(required, part, ['required'], part.schema.required);
  // The map grows while it is walked: what a required property asks for is required too.
  for (const name of required.keys()) {
    for (const part of members) {
      const more = part.schema.dependentRequired;
      if (more !== undefined) addNames(required, part, ['dependentRequired', name], ownProperty(more, name));
    }
  }
  return required;
}

function addNames(required: Map<string, Spot>, part: KeywordPart, steps: readonly string[], names: unknown): void {
  if (!Array.isArray(names)) return;
  for (const [index, name] of names.entries()) {
    if (typeof name === 'string' && !required.has(name)) required.set(name, { part, steps: [...steps, index] });
  }
}

/** The schemas of a property in all of the schemas that hold together; those that cannot be told are left out. */
export function schemasOfAll(members: readonly KeywordPart[], name: string): readonly SchemaPart[] {
  const [only] = members;
  if (only && members.length === 1) return schemasOfProperty(only, name) ?? [];
  return members.flatMap((part) => schemasOfProperty(part, name) ?? []);
}

function findPropertyContradiction(
  search: Search,
  members: readonly KeywordPart[],
  { name, spot }: { readonly name: string; readonly spot: Spot },
): Contradiction | undefined {
  if (isFree(members, name)) return undefined;
  const refusing = members.find(
    (part) => part.schema.propertyNames !== undefined && fits(search.documents, childPart(part, 'propertyNames'), name) === false,
  );
  if (refusing) return tellForbidden(name, spot, { part: refusing, steps: ['propertyNames'] });
  const why = search.inside(schemasOfAll(members, name));
  if (why) return why.plain ? tellForbidden(name, spot, why.at) : why;
  const closed = members.find((part) => part.schema.unevaluatedProperties === false && isUnknownTo(search, part, name));
  return closed && tellForbidden(name, spot, spotOf({ part: closed, keyword: 'unevaluatedProperties' }));
}

/** Whether a property has values for sure: of one schema only, which is all that is said of names and properties. */
function isFree(members: readonly KeywordPart[], name: string): boolean {
  const [part] = members;
  if (!part || members.length > 1) return false;
  const { properties, patternProperties, propertyNames } = part.schema;
  const schema = ownProperty(properties, name);
  if (schema === undefined || patternProperties !== undefined || propertyNames !== undefined) return false;
  return isUndemanding({ file: '', schema, keyword: '' });
}

function tellForbidden(name: string, at: Spot, by: Spot): Contradiction {
  const closing = by.part.keyword === 'additionalProperties' && by.steps.length === 0;
  return {
    reason: `${quoteText(name)} is required, and not allowed`,
    at,
    also: [{ spot: by, label: closing ? 'no other properties here' : 'not allowed here' }],
    ...(closing && {
      advice: `Declare ${quoteText(name)} there too; or write "unevaluatedProperties: false" in the schema that joins them with "allOf", in place of "additionalProperties: false" in its members.`,
    }),
  };
}

/** Whether no schema of the same value speaks of a name, so that it is left unevaluated. */
function isUnknownTo(search: Search, part: KeywordPart, name: string): boolean {
  const { parts, complete } = partsOfValue(search.documents, part);
  return complete && parts.every((one) => !mayEvaluate(one, name, one === part || one.schema === part.schema));
}

function mayEvaluate({ schema }: KeywordPart, name: string, own: boolean): boolean {
  const others = own ? [schema.additionalProperties] : [schema.additionalProperties, schema.unevaluatedProperties];
  if (others.some((other) => other !== undefined) || schema.patternProperties !== undefined) return true;
  return ownProperty(schema.properties, name) !== undefined;
}

function findCountContradiction(members: readonly KeywordPart[], required: Required): Contradiction | undefined {
  const least = strictest(members, 'minProperties', 'greatest');
  const most = strictest(members, 'maxProperties', 'least');
  if (least && most && least.bound > most.bound) return clash(least, most);
  const [first] = required.values();
  if (most && first && required.size > most.bound) {
    return {
      reason: `${required.size} properties are required, and ${wordsOf(most)} allows fewer`,
      at: spotOf(most),
      also: [{ spot: first, label: 'required from here on' }],
    };
  }
  const closed = members.find(({ schema }) => schema.additionalProperties === false && schema.patternProperties === undefined);
  if (!least || !closed) return undefined;
  const allowed = namesOf(closed, 'properties').filter((name) => !schemasOfAll(members, name).some(({ schema }) => schema === false));
  if (allowed.length >= least.bound) return undefined;
  return {
    reason: `${wordsOf(least)} asks for more properties than there may be`,
    at: spotOf(least),
    also: [{ spot: spotOf({ part: closed, keyword: 'additionalProperties' }), label: `no others than these ${allowed.length} here` }],
  };
}

/** `not: { required: [a] }` beside what requires `a`. */
function findMissing(members: readonly KeywordPart[], required: Required): Contradiction | undefined {
  for (const part of members) {
    const not = part.schema.not;
    if (!isObject(not) || !Array.isArray(not.required) || Object.keys(not).length > 1) continue;
    const [name] = not.required;
    const spot = typeof name === 'string' ? required.get(name) : undefined;
    if (spot && not.required.every((one) => typeof one === 'string' && required.has(one))) {
      return {
        reason: `${quoteText(String(name))} is required, and must not be there`,
        at: spot,
        also: [{ spot: spotOf({ part, keyword: 'not' }), label: 'must not be there' }],
      };
    }
  }
  return undefined;
}
