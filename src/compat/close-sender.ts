import { eachSubschema, mapSubschemas } from '../payload/subschemas.ts';
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../source/json.ts';
import { pointerSegments } from '../source/pointer.ts';

/** Keywords whose schemas apply to a part of the value: there an object of its own begins. */
const PARTS: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  'additionalProperties',
  'items',
  'prefixItems',
  'unevaluatedItems',
]);

/** Keywords whose schemas apply to the value itself: what they declare counts for the whole. */
const SAME_VALUE: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf', 'then', 'else', 'dependentSchemas', '$defs']);

/** Keywords by which an object says which properties it has. */
const DECLARING: readonly string[] = ['properties', 'patternProperties', 'additionalProperties', 'unevaluatedProperties', 'enum', 'const'];

/** Keywords that speak of properties without saying which there are. */
const COUNTING: readonly string[] = ['minProperties', 'maxProperties', 'propertyNames', 'dependentRequired', 'dependentSchemas'];

/**
 * A bundled schema narrowed to what its senders emit: at each object only properties that the schema declares there, by name, by pattern
 * or by an `additionalProperties` of its own; what it requires without declaring it is declared too, as anything. Where alternatives are
 * combined it may be narrower still, never wider than together with the schema as written; so a message valid for both is one that the
 * sender may really send. An object that declares no property has any where something else is said of its properties (how many, or what they
 * are called), or where nothing at all is said of the value. What only says that it is an object may mean either: that is up to `free`.
 */
export function closeSender(schema: JsonObject, free: 'closed' | 'open' = 'closed'): JsonObject {
  const closed = closePart({ root: schema, free }, schema);
  return isObject(closed) ? closed : schema;
}

type Closing = { readonly root: JsonObject; readonly free: 'closed' | 'open' };

function closePart(closing: Closing, schema: JsonValue): JsonValue {
  if (!isObject(schema)) return schema;
  const inner = closeInside(closing, schema);
  // Listed values are declared whole.
  if (['enum', 'const', 'unevaluatedProperties'].some((keyword) => Object.hasOwn(schema, keyword))) return inner;
  const meant = meantBy(closing, schema);
  return meant === 'any' || (meant === 'unsaid' && closing.free === 'open') ? inner : { ...inner, unevaluatedProperties: false };
}

function closeInside(closing: Closing, schema: JsonObject): JsonObject {
  const required = ownProperty(schema, 'required');
  const declared = ownProperty(schema, 'properties') ?? {};
  const missing = Array.isArray(required) && isObject(declared) ? required.filter((name) => !Object.hasOwn(declared, name)) : [];
  const properties = { ...Object.fromEntries(missing.map((name) => [name, true])), ...(isObject(declared) && declared) };
  return mapSubschemas(missing.length > 0 ? { ...schema, properties } : schema, (subschema, pointer) => {
    const keyword = pointerSegments(pointer)[0] ?? '';
    if (PARTS.has(keyword)) return closePart(closing, subschema);
    return SAME_VALUE.has(keyword) && isObject(subschema) ? closeInside(closing, subschema) : subschema;
  });
}

type Meant = 'declared' | 'any' | 'unsaid';

/** Which properties a schema, with those that hold in its place, means objects to have. */
function meantBy({ root }: Closing, schema: JsonObject): Meant {
  const found = new Set<Meant | undefined>();
  const seen = new Set<JsonValue>();
  const pending: JsonValue[] = [schema];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (!isObject(next) || seen.has(next)) continue;
    seen.add(next);
    found.add(saidHere(next));
    if (found.has('declared')) return 'declared';
    const name = pointerSegments(String(ownProperty(next, '$ref') ?? '#').slice(1)).at(-1);
    const target = name === undefined ? undefined : ownProperty(ownProperty(root, '$defs'), name);
    if (target !== undefined) pending.push(target);
    eachSubschema(next, (subschema, _, keyword) => {
      if (SAME_VALUE.has(keyword) && keyword !== '$defs') pending.push(subschema);
    });
  }
  return found.has('any') || !found.has('unsaid') ? 'any' : 'unsaid';
}

function saidHere(schema: JsonObject): Meant | undefined {
  const says = (keyword: string): boolean => Object.hasOwn(schema, keyword);
  if (DECLARING.some(says)) return 'declared';
  if (COUNTING.some(says)) return 'any';
  const types: JsonValue = ownProperty(schema, 'type') ?? [];
  return says('required') || types === 'object' || (Array.isArray(types) && types.includes('object')) ? 'unsaid' : undefined;
}
