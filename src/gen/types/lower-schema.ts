import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import { describeSchema } from './describe-schema.ts';
import { literalType } from './literal-type.ts';
import { lowerArray } from './lower-array.ts';
import { isAnyObject, lowerObject, mergeFragments, propertiesOf, requiredOf, saysObject } from './lower-object.ts';
import type { Around, Scope } from './scope.ts';
import { intersectionOf, isUnknown, NEVER, type PropertyType, type TypeSchema, textType, UNKNOWN, unionOf } from './type-schema.ts';

/**
 * The type of a schema (JSON Schema 2020-12), with everything that the type cannot say in its doc. A type never promises more than the
 * schema does, but for one thing: an object type without `additionalProperties` lists its declared properties only.
 */
export function lowerSchema(schema: JsonValue, scope: Scope): TypeSchema {
  if (schema === false) return NEVER;
  if (!isObject(schema)) return UNKNOWN;
  const { base, branches } = mergeFragments(schema);
  const inner = { ...scope, around: addAround(base, scope.around) };
  const own = lowerOwn(base, scope);
  const others = [
    lowerReference(base, scope),
    ...branches.map((branch) => lowerSchema(branch, inner)),
    ...alternatives(base, 'anyOf', inner),
    ...alternatives(base, 'oneOf', inner),
  ];
  const redundant = isAnyObject(own) && !Object.hasOwn(base, 'additionalProperties') && !others.every(isUnknown);
  return intersectionOf(redundant ? others : [others.every(isUnknown) ? own : withoutIndex(own), ...others], describeSchema(base));
}

/** The same types, but an object of any kind lists no names, so that it does not open the objects that it is intersected with. */
function withoutIndex(type: TypeSchema): TypeSchema {
  if (type.kind !== 'union') return type;
  return { ...type, members: type.members.map((member) => (isAnyObject(member) ? { ...textType('object'), doc: member.doc } : member)) };
}

function addAround(schema: JsonObject, around: Around): Around {
  const declared = new Map([...around.declared, ...Object.entries(propertiesOf(schema))]);
  const types = typesOf(schema) ?? around.types;
  return { ...(types && { types }), declared, required: new Set([...around.required, ...requiredOf(schema)]) };
}

function lowerReference(schema: JsonObject, scope: Scope): TypeSchema {
  const reference = ownProperty(schema, '$ref');
  return typeof reference === 'string' ? textType(scope.nameOf(reference)) : UNKNOWN;
}

function alternatives(schema: JsonObject, keyword: 'anyOf' | 'oneOf', scope: Scope): readonly TypeSchema[] {
  const branches = ownProperty(schema, keyword);
  if (!Array.isArray(branches)) return [];
  const listed = branches.map((branch: JsonValue) => lowerSchema(branch, scope));
  if (keyword === 'anyOf') return [unionOf(listed)];
  const property = scope.discriminatorOf(branches);
  if (property === undefined)
    return [unionOf(listed, listed.filter(mayOverlap).length > 1 ? ['Fits exactly one of the alternatives.'] : [])];
  return [unionOf(isOpen(schema) ? [...listed, unlistedBranch(property, scope)] : listed)];
}

/** Whether a type may share values with another one: it is no single value and no kind of plain value. */
function mayOverlap(type: TypeSchema): boolean {
  return type.kind !== 'text' || !/^(?:null|true|false|boolean|-?\d[\d.e+-]*|'.*')$/.test(type.text);
}

/** What a receiver may meet where branches can be added: an object of which only the tag is known, and that it is none of the listed. */
function unlistedBranch(property: string, scope: Scope): TypeSchema {
  const tag: PropertyType = { name: property, required: true, type: textType(scope.unlisted()) };
  return { kind: 'object', properties: [tag], others: UNKNOWN, doc: [] };
}

function isOpen(schema: JsonObject): boolean {
  return ownProperty(schema, 'x-open') === true;
}

/** What the schema says by itself: its values where it lists them, else its types. */
function lowerOwn(schema: JsonObject, scope: Scope): TypeSchema {
  const listed = ownProperty(schema, 'const') === undefined ? ownProperty(schema, 'enum') : [schema.const ?? null];
  if (Array.isArray(listed)) return lowerValues(listed, typesOf(schema), isOpen(schema) ? scope.unlisted() : undefined);
  const types = typesOf(schema) ?? impliedTypes(schema, scope.around);
  return types ? unionOf(types.map((type) => lowerType(type, schema, scope))) : UNKNOWN;
}

/**
 * The types of a schema that names none. Keywords of objects say nothing of other values, so a branch narrows only the objects among what the
 * schemas around it let through; where none of them names types either, it is taken to describe what its keywords are about.
 */
function impliedTypes(schema: JsonObject, around: Around): readonly string[] | undefined {
  const about = [...(saysObject(schema) ? ['object'] : []), ...(hasItems(schema) ? ['array'] : [])];
  return about.length === 0 ? undefined : (around.types ?? about);
}

function typesOf(schema: JsonObject): readonly string[] | undefined {
  const written = ownProperty(schema, 'type');
  const types = Array.isArray(written) ? written : written === undefined ? undefined : [written];
  const names = types?.filter((type): type is string => typeof type === 'string').map((type) => (type === 'integer' ? 'number' : type));
  return names && [...new Set(names)];
}

function hasItems(schema: JsonObject): boolean {
  return Object.hasOwn(schema, 'items') || Object.hasOwn(schema, 'prefixItems');
}

function lowerType(type: string, schema: JsonObject, scope: Scope): TypeSchema {
  switch (type) {
    case 'object':
      return lowerObject(schema, scope, lowerSchema);
    case 'array':
      return lowerArray(schema, (item) => lowerSchema(item, scope));
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
      return textType(type);
    default:
      return UNKNOWN;
  }
}

/** The listed values that the types admit, and what else an open list lets through. */
function lowerValues(values: readonly JsonValue[], types: readonly string[] | undefined, unlisted: string | undefined): TypeSchema {
  const admitted = types ? values.filter((value) => types.includes(jsonType(value))) : values;
  const literals = [...new Set(admitted.map(literalType)), ...(unlisted === undefined ? [] : [unlisted])];
  if (literals.length === 0) return NEVER;
  return textType(literals.length === 1 ? literals.join('') : `(${literals.join(' | ')})`);
}

function jsonType(value: JsonValue): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
