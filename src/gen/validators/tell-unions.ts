import type { Side } from '../../payload/bundle.ts';
import { type Documents, followReferences, referenceTarget } from '../../payload/documents.ts';
import { type Discriminator, discriminatorOf } from '../../payload/open-lists.ts';
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';

/** Keywords that may stand beside the `$ref` of an alternative: they say nothing of the value. */
const BESIDE: ReadonlySet<string> = new Set(['$ref', 'title', 'description', '$comment']);

/**
 * A schema whose `oneOf` or `anyOf` has alternatives that a constant in a property tells apart, so that validators look at that property and
 * at one alternative: they are smaller and faster, and their errors are those of the alternative that was meant. Any other schema, and
 * subschemas, are left as they are. The verdict is the same: alternatives are objects, each asks for the property, and no two for the same
 * text.
 */
export function tellUnions(
  documents: Documents,
  { file, side }: { readonly file: string; readonly side: Side },
  schema: JsonObject,
): JsonObject {
  const union = ['oneOf', 'anyOf'].find((keyword) => Array.isArray(ownProperty(schema, keyword)));
  const { [union ?? '']: alternatives, ...others } = schema;
  if (union === undefined || !Array.isArray(alternatives) || !allowsObjects(schema)) return schema;
  const isOpen = ownProperty(schema, 'x-open') === true;
  const branches = isOpen ? alternatives : alternatives.filter((branch) => !isNull(branch));
  const told = branches.every((branch) => isToldObject(documents, file, branch)) ? discriminatorOf(documents, file, branches) : undefined;
  if (!told || told.property === '__proto__' || !told.values.every(isUsable)) return schema;
  const listed = { type: 'object', discriminator: { propertyName: told.property, values: told.values }, oneOf: branches };
  const nulls = alternatives.length - branches.length;
  if (nulls > 0) return nulls === 1 && !('anyOf' in others) ? { ...others, anyOf: [{ type: 'null' }, listed] } : schema;
  if (side === 'sender' || !isOpen) return { ...others, ...listed };
  const { 'x-open': _, ...rest } = others;
  return { ...rest, allOf: [...(Array.isArray(rest.allOf) ? rest.allOf : []), withUnlisted(told, listed)] };
}

/** The union where the property has a listed text, else any object with a text there. */
function withUnlisted({ property, values }: Discriminator, listed: JsonObject): JsonObject {
  return {
    if: { required: [property], properties: { [property]: { enum: values } } },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema; nothing awaits it.
    then: listed,
    else: { type: 'object', required: [property], properties: { [property]: { type: 'string' } } },
  };
}

function isNull(branch: JsonValue): boolean {
  return ownProperty(branch, 'type') === 'null' && isObject(branch) && Object.keys(branch).length === 1;
}

function allowsObjects(schema: JsonObject): boolean {
  const type = ownProperty(schema, 'type');
  return type === undefined || [type].flat().includes('object');
}

/** Whether an alternative is an object wherever it is written, so that ajv finds its constant: in place or one reference away. */
function isToldObject(documents: Documents, file: string, branch: JsonValue): boolean {
  const ref = ownProperty(branch, '$ref');
  if (typeof ref !== 'string') return ownProperty(branch, 'type') === 'object';
  const target = referenceTarget(file, ref);
  if (!target.ok || !isObject(branch) || !Object.keys(branch).every((key) => BESIDE.has(key))) return false;
  return ownProperty(followReferences(documents, target.location)?.schema, 'type') === 'object';
}

/** ajv takes no empty text for a constant, and none that every object knows already. */
function isUsable(value: JsonValue): boolean {
  return typeof value === 'string' && value !== '' && !(value in {});
}
