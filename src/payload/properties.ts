import { isObject, type JsonValue, ownProperty } from '../source/json.ts';
import { type Pointer, pointerSegments } from '../source/pointer.ts';
import { type Documents, referenceTarget, resolve, type SchemaLocation, schemaAt } from './documents.ts';

/** Where a pointer into messages leaves what a schema knows: the step that is missing, and the properties there are instead. */
export type MissingProperty = { readonly missing: string; readonly known: readonly string[] };

/** Keywords whose schemas describe the same value, and may name properties of it. */
const ALTERNATIVES = ['allOf', 'anyOf', 'oneOf'] as const;

/**
 * Follows a pointer into the messages of a schema. Undefined when some message may have a value there; else where the way ends. Where a
 * schema says nothing of its properties (no `properties` at all, or a schema for others), any may be there.
 */
export function findMissingProperty(documents: Documents, location: SchemaLocation, pointer: Pointer): MissingProperty | undefined {
  let places: readonly SchemaLocation[] = [location];
  for (const segment of pointerSegments(pointer)) {
    const holders = places.flatMap((place) => sameValue(documents, place, new Set()));
    const next = holders.flatMap((holder) => step(documents, holder, segment));
    if (next.includes('anything')) return undefined;
    places = next.filter((place) => place !== 'anything');
    if (places.length === 0) {
      // A reference that leads nowhere, or back to itself, is a finding of its own.
      if (holders.some((holder) => leadsNowhere(documents, holder)) || holders.every((holder) => isBareReference(documents, holder))) {
        return undefined;
      }
      const known = new Set(holders.flatMap((holder) => Object.keys(objectIn(documents, holder, 'properties') ?? {})));
      return { missing: segment, known: [...known] };
    }
  }
  return undefined;
}

/** All schemas that describe the same value as the one at a place: itself, what it refers to, its alternatives. */
function sameValue(documents: Documents, place: SchemaLocation, seen: Set<string>): readonly SchemaLocation[] {
  const key = `${place.file}#${place.pointer}`;
  const schema = schemaAt(documents, place);
  if (schema === undefined || seen.has(key)) return [];
  seen.add(key);
  const ref = ownProperty(schema, '$ref');
  const target = typeof ref === 'string' ? referenceTarget(place.file, ref) : undefined;
  const referred = target?.ok ? sameValue(documents, target.location, seen) : [];
  const inner = ALTERNATIVES.flatMap((keyword) => {
    const list = ownProperty(schema, keyword);
    if (!Array.isArray(list)) return [];
    return list.flatMap((_, index) => sameValue(documents, { ...place, pointer: `${place.pointer}/${keyword}/${index}` }, seen));
  });
  return [place, ...referred, ...inner];
}

function leadsNowhere(documents: Documents, place: SchemaLocation): boolean {
  const ref = ownProperty(schemaAt(documents, place), '$ref');
  return typeof ref === 'string' && !resolve(documents, place, ref).ok;
}

function isBareReference(documents: Documents, place: SchemaLocation): boolean {
  const schema = schemaAt(documents, place);
  return isObject(schema) && Object.keys(schema).every((key) => key === '$ref');
}

function step(documents: Documents, place: SchemaLocation, segment: string): readonly (SchemaLocation | 'anything')[] {
  const schema = schemaAt(documents, place);
  if (schema === true) return ['anything'];
  if (!isObject(schema)) return [];
  const properties = objectIn(documents, place, 'properties');
  const escaped = segment.replaceAll('~', '~0').replaceAll('/', '~1');
  if (properties && Object.hasOwn(properties, segment)) return [{ ...place, pointer: `${place.pointer}/properties/${escaped}` }];
  const others = [ownProperty(schema, 'additionalProperties'), ownProperty(schema, 'unevaluatedProperties')];
  if (others.some((other) => other !== undefined && other !== false) || Object.hasOwn(schema, 'patternProperties')) return ['anything'];
  if (/^(0|[1-9][0-9]*)$/.test(segment) && (Object.hasOwn(schema, 'items') || Object.hasOwn(schema, 'prefixItems'))) return ['anything'];
  return isSilent(schema) ? ['anything'] : [];
}

/** A schema that says nothing of what its values hold. */
function isSilent(schema: JsonValue): boolean {
  const type = ownProperty(schema, 'type');
  const mayBeObject = type === undefined || type === 'object' || (Array.isArray(type) && type.includes('object'));
  return mayBeObject && !['properties', '$ref', 'enum', 'const', ...ALTERNATIVES].some((key) => ownProperty(schema, key) !== undefined);
}

function objectIn(documents: Documents, place: SchemaLocation, key: string) {
  const found = ownProperty(schemaAt(documents, place), key);
  return isObject(found) ? found : undefined;
}
