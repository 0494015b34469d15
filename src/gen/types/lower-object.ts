import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import { saysAllItself } from './evaluated.ts';
import { NOTHING_AROUND, type Scope } from './scope.ts';
import { attribute, isUnknown, NEVER, type PropertyType, type TypeSchema, textType, UNKNOWN, unionOf } from './type-schema.ts';

type Lower = (schema: JsonValue, scope: Scope) => TypeSchema;

/** Present, whatever its value. In an intersection it makes a property required that another part declares as optional. */
const PRESENT: TypeSchema = textType('({} | null)');

/** Keywords by which a schema without `type` speaks of objects. */
const OBJECT_KEYWORDS = ['properties', 'required', 'additionalProperties', 'patternProperties'];

/** Keywords that add to an object what another schema can state just as well. */
const FRAGMENT_KEYWORDS: ReadonlySet<string> = new Set(['type', 'properties', 'required', '$comment']);

/** Whether a schema without `type` describes an object. */
export function saysObject(schema: JsonObject): boolean {
  return OBJECT_KEYWORDS.some((keyword) => Object.hasOwn(schema, keyword));
}

/**
 * Joins with `schema` those branches of its `allOf` that only add properties or require some: as members of an intersection they would be
 * objects of their own and a bare `required` nothing at all. Where the schema types properties that it does not declare, those of a branch
 * are among them, so that the branch stays.
 */
export function mergeFragments(schema: JsonObject): { readonly base: JsonObject; readonly branches: readonly JsonValue[] } {
  const all = ownProperty(schema, 'allOf');
  if (!Array.isArray(all)) return { base: schema, branches: [] };
  const typesOthers = othersOf(schema).length > 0;
  const joins = (branch: JsonValue): branch is JsonObject => isFragment(branch) && !(typesOthers && Object.hasOwn(branch, 'properties'));
  const fragments = all.filter(joins);
  if (fragments.length === 0) return { base: schema, branches: all };
  const parts = [schema, ...fragments];
  const types = mergeTypes(parts);
  const base = {
    ...schema,
    ...(types && { type: types }),
    properties: mergeProperties(parts),
    required: [...new Set(parts.flatMap(requiredOf))],
  };
  return { base, branches: all.filter((branch: JsonValue) => !joins(branch)) };
}

/** The type of an object: its declared properties, and an index signature where the schema lets in others. */
export function lowerObject(schema: JsonObject, scope: Scope, lower: Lower): TypeSchema {
  const below: Scope = { ...scope, around: NOTHING_AROUND };
  const declared = Object.entries(propertiesOf(schema));
  const required = new Set(requiredOf(schema));
  const properties: PropertyType[] = declared.map(([name, property]) => ({
    name,
    required: required.has(name) || scope.around.required.has(name),
    type: lower(property, below),
  }));
  const undeclared = lowerOthers(schema, (value) => lower(value, below));
  for (const name of required) {
    if (declared.some(([other]) => other === name)) continue;
    properties.push({ name, required: true, type: undeclared ? { ...undeclared, doc: [] } : lowerRequired(name, schema, scope, lower) });
  }
  const bare = properties.length > 0 ? undefined : isShut(schema) ? NEVER : UNKNOWN;
  const others = besideDeclared(undeclared ?? bare, properties);
  return {
    kind: 'object',
    properties,
    ...(others && { others: { ...others, doc: [] } }),
    doc: attribute('Other properties', others?.doc ?? []),
  };
}

function isFragment(schema: JsonValue): schema is JsonObject {
  if (!isObject(schema) || !saysObject(schema)) return false;
  return Object.keys(schema).every((keyword) => FRAGMENT_KEYWORDS.has(keyword)) && ['object', undefined].includes(typeOf(schema));
}

function typeOf(schema: JsonObject): string | undefined {
  const type = ownProperty(schema, 'type');
  return type === undefined ? undefined : String(type);
}

/** The types that every part admits which names some. */
function mergeTypes(parts: readonly JsonObject[]): readonly JsonValue[] | undefined {
  const written = parts.flatMap((part): (readonly JsonValue[])[] => {
    const type = ownProperty(part, 'type');
    return type === undefined ? [] : [Array.isArray(type) ? type : [type]];
  });
  const [first, ...more] = written;
  return first?.filter((type) => more.every((types) => types.includes(type)));
}

function mergeProperties(parts: readonly JsonObject[]): JsonObject {
  const merged = new Map<string, JsonValue>();
  for (const [name, property] of parts.flatMap((part) => Object.entries(propertiesOf(part)))) {
    const before = merged.get(name);
    merged.set(name, before === undefined ? property : { allOf: [before, property] });
  }
  return Object.fromEntries(merged);
}

/** The `properties` of a schema. */
export function propertiesOf(schema: JsonObject): JsonObject {
  const properties = ownProperty(schema, 'properties');
  return isObject(properties) ? properties : {};
}

/** The names under `required`. */
export function requiredOf(schema: JsonObject): readonly string[] {
  const required = ownProperty(schema, 'required');
  return Array.isArray(required) ? required.filter((name): name is string => typeof name === 'string') : [];
}

/** A property that is required here and declared elsewhere, or nowhere. */
function lowerRequired(name: string, schema: JsonObject, scope: Scope, lower: Lower): TypeSchema {
  const declared = scope.around.declared.get(name);
  const type = declared === undefined ? undefined : lower(declared, { ...scope, around: NOTHING_AROUND });
  if (type?.kind === 'text') return { ...type, doc: [] };
  return declared !== undefined || isComposed(schema) ? PRESENT : UNKNOWN;
}

/** The type of properties that are not declared; undefined where the type lists the declared ones only. */
function lowerOthers(schema: JsonObject, lower: (schema: JsonValue) => TypeSchema): TypeSchema | undefined {
  const members = othersOf(schema).map(lower);
  return members.length === 0 ? undefined : unionOf(members);
}

/** The schemas of properties that are not declared, by pattern or whatever their name. */
function othersOf(schema: JsonObject): readonly JsonValue[] {
  const patterns = ownProperty(schema, 'patternProperties');
  const byPattern = isObject(patterns) ? Object.values(patterns) : [];
  const additional = ownProperty(schema, 'additionalProperties') ?? (saysAllItself(schema) ? unevaluatedOf(schema) : undefined);
  return additional === undefined || additional === false ? byPattern : [additional, ...byPattern];
}

/** Whether nothing but what a schema declares itself may be there; `unevaluatedProperties` also knows what others declare of the same value. */
function isShut(schema: JsonObject): boolean {
  return ownProperty(schema, 'additionalProperties') === false || (saysAllItself(schema) && unevaluatedOf(schema) === false);
}

function unevaluatedOf(schema: JsonObject): JsonValue | undefined {
  return ownProperty(schema, 'unevaluatedProperties');
}

/**
 * The type of undeclared properties as an index signature has to say it: wide enough for the declared ones, which the library sees to, unless
 * one of them is an intersection: TypeScript does not always find such a type again in a union.
 */
function besideDeclared(others: TypeSchema | undefined, properties: readonly PropertyType[]): TypeSchema | undefined {
  if (!others || isUnknown(others) || !properties.some(({ type }) => holdsIntersection(type))) return others;
  return { ...UNKNOWN, doc: [...others.doc, 'of a type that cannot be said beside the declared ones'] };
}

function holdsIntersection(type: TypeSchema): boolean {
  switch (type.kind) {
    case 'text':
      return false;
    case 'intersection':
      return true;
    case 'union':
      return type.members.some(holdsIntersection);
    case 'array':
      return holdsIntersection(type.items);
    case 'tuple':
      return type.items.some(holdsIntersection) || (type.rest !== undefined && holdsIntersection(type.rest));
    case 'object':
      return (
        type.properties.some((property) => holdsIntersection(property.type)) ||
        (type.others !== undefined && holdsIntersection(type.others))
      );
  }
}

/** Whether a type is any object at all, so that it adds nothing to another object type. */
export function isAnyObject(type: TypeSchema): boolean {
  return type.kind === 'object' && type.properties.length === 0 && type.others !== undefined && isUnknown(type.others);
}

function isComposed(schema: JsonObject): boolean {
  return ['$ref', 'allOf', 'anyOf', 'oneOf'].some((keyword) => Object.hasOwn(schema, keyword));
}
