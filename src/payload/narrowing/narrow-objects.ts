import { type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import { fits, schemasOfProperty } from '../fits.ts';
import { childPart, type KeywordPart, namedPart, namesOf, partsOfValue, type SchemaPart } from '../schema-part.ts';
import { allOf, type Demand, type Narrowing, type NarrowKeywords } from './narrowing.ts';
import { type ReadPaths, stepsInOrder } from './read-paths.ts';

/**
 * What a schema demands of the properties that are read: that they are there, and what their own schemas demand. Everything that speaks of
 * all properties (`additionalProperties`, patterns, names) speaks of each that is read by name, and of no other any more; how many
 * properties there are is nobody's business who does not read them all.
 */
export const narrowObject: NarrowKeywords = (narrowing, part, read) => [
  ...narrowProperties(narrowing, part, read),
  ...narrowRequired(part, read),
  ...narrowDependents(narrowing, part, read),
];

function narrowProperties(narrowing: Narrowing, part: KeywordPart, read: ReadPaths): readonly Demand[] {
  const properties = stepsInOrder(read, namesOf(part, 'properties')).flatMap(([name, below]): readonly [string, JsonValue][] => {
    if (isRefused(narrowing, part, name)) return [[name, false]];
    const schemas = demandsOn(narrowing, part, name);
    return schemas.length === 0 ? [] : [[name, allOf(schemas.map((schema) => narrowing.narrowValue(schema, below)))]];
  });
  return properties.length === 0 ? [] : [{ properties: Object.fromEntries(properties) }];
}

/** Whether no object of this schema has a property of that name. */
function isRefused({ documents }: Narrowing, part: KeywordPart, name: string): boolean {
  const names = childPart(part, 'propertyNames');
  return names !== undefined && fits(documents, names, name) === false;
}

/** The schemas of a property, as far as that can be told; a pattern of which it cannot be told whether it matches demands nothing. */
function demandsOn({ documents }: Narrowing, part: KeywordPart, name: string): readonly SchemaPart[] {
  const declared = namedPart(part, 'properties', name);
  const schemas = schemasOfProperty(part, name) ?? (declared ? [declared] : undefined);
  if (schemas === undefined || schemas.length > 0) return schemas ?? [];
  const unevaluated = childPart(part, 'unevaluatedProperties');
  return unevaluated && isNeverEvaluated(documents, part, name) ? [unevaluated] : [];
}

/** Whether `unevaluatedProperties` is all that speaks of a property, whichever alternatives hold. */
function isNeverEvaluated(documents: Narrowing['documents'], whole: KeywordPart, name: string): boolean {
  const { parts, complete } = partsOfValue(documents, whole);
  const isSilent = (part: KeywordPart) =>
    schemasOfProperty(part, name)?.length === 0 && (part.schema === whole.schema || !Object.hasOwn(part.schema, 'unevaluatedProperties'));
  return complete && parts.every(isSilent);
}

function narrowRequired({ schema }: KeywordPart, read: ReadPaths): readonly Demand[] {
  const required = readNames(ownProperty(schema, 'required'), read);
  return required.length === 0 ? [] : [{ required }];
}

/** What comes with a property that is read; whether one that is not read is there makes no difference. */
function narrowDependents(narrowing: Narrowing, part: KeywordPart, read: ReadPaths): readonly Demand[] {
  const needed = ownProperty(part.schema, 'dependentRequired');
  const required = namesOf(part, 'dependentRequired')
    .filter((name) => read.has(name))
    .map((name) => [name, readNames(ownProperty(needed, name), read)] as const)
    .filter(([, names]) => names.length > 0);
  const schemas = namesOf(part, 'dependentSchemas').flatMap((name): readonly [string, JsonValue][] => {
    const dependent = read.has(name) ? namedPart(part, 'dependentSchemas', name) : undefined;
    const narrowed = dependent ? narrowing.narrow(dependent, read) : true;
    return narrowed === true ? [] : [[name, narrowed]];
  });
  const demands: JsonObject[] = [];
  if (required.length > 0) demands.push({ dependentRequired: Object.fromEntries(required) });
  if (schemas.length > 0) demands.push({ dependentSchemas: Object.fromEntries(schemas) });
  return demands;
}

/** Of a list of names those that are read. */
function readNames(names: JsonValue | undefined, read: ReadPaths): readonly string[] {
  return Array.isArray(names) ? names.filter((name): name is string => typeof name === 'string' && read.has(name)) : [];
}
