import { isObject, type JsonObject, type JsonValue, ownProperty } from '../source/json.ts';
import { type Documents, followReferences, referenceTarget } from './documents.ts';

/** The property by which the branches of a `oneOf` are told apart, and the value it has in each of them, in order. */
export type Discriminator = { readonly property: string; readonly values: readonly JsonValue[] };

/**
 * A schema as its receivers read it: where `x-open: true` stands, values that are not listed are accepted too. An open `enum` keeps the
 * type of its values; an open `oneOf` lets through objects whose discriminator has another value. Subschemas are left as they are.
 */
export function openLists(documents: Documents, file: string, schema: JsonObject): JsonObject {
  if (ownProperty(schema, 'x-open') !== true) return schema;
  const values = ownProperty(schema, 'enum');
  const { enum: _listed, ...withoutEnum } = schema;
  if (Array.isArray(values)) return { ...(ownProperty(schema, 'type') === undefined && { type: typesOf(values) }), ...withoutEnum };
  const branches = ownProperty(schema, 'oneOf');
  const discriminator = Array.isArray(branches) ? discriminatorOf(documents, file, branches) : undefined;
  if (!discriminator) return schema;
  return { ...schema, oneOf: [...(branches as readonly JsonValue[]), unlistedBranch(discriminator)] };
}

/** What a receiver of an open list of branches takes besides: an object whose tag is none of those listed. */
export function unlistedBranch({ property, values }: Discriminator): JsonObject {
  return { type: 'object', required: [property], properties: { [property]: { type: 'string', not: { enum: values } } } };
}

/** What tells the branches of a `oneOf` apart: a property that each of them requires with a constant text of its own. */
export function discriminatorOf(documents: Documents, file: string, branches: readonly JsonValue[]): Discriminator | undefined {
  const tags = branches.map((branch) => constantsOf(documents, file, branch));
  const property = [...(tags[0]?.keys() ?? [])].find((name) => tags.every((constants) => constants.has(name)));
  if (property === undefined) return undefined;
  const values = tags.map((constants) => constants.get(property) ?? '');
  return new Set(values).size === values.length ? { property, values } : undefined;
}

function constantsOf(documents: Documents, file: string, branch: JsonValue): ReadonlyMap<string, string> {
  const ref = ownProperty(branch, '$ref');
  const target = typeof ref === 'string' ? referenceTarget(file, ref) : undefined;
  const schema = target?.ok ? followReferences(documents, target.location)?.schema : branch;
  const constants = new Map<string, string>();
  const required = ownProperty(schema, 'required');
  const properties = ownProperty(schema, 'properties');
  if (!Array.isArray(required) || !isObject(properties)) return constants;
  for (const [name, property] of Object.entries(properties)) {
    const value = constantOf(property);
    if (value !== undefined && required.includes(name)) constants.set(name, value);
  }
  return constants;
}

function constantOf(property: JsonValue): string | undefined {
  const constant = ownProperty(property, 'const');
  if (typeof constant === 'string') return constant;
  const values = ownProperty(property, 'enum');
  const only = Array.isArray(values) && values.length === 1 ? values[0] : undefined;
  return typeof only === 'string' ? only : undefined;
}

function typesOf(values: readonly JsonValue[]): JsonValue {
  const types = [...new Set(values.map(typeOf))];
  return types.length === 1 ? (types[0] ?? 'string') : types;
}

function typeOf(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}
