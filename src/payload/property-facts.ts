/** What a schema promises of a property that a pointer leads to: where it is described, whether it is always there, what it may be. */
import { isObject, type JsonValue, ownProperty } from '../source/json.ts';
import { appendPointer, type Pointer, pointerSegments } from '../source/pointer.ts';
import { type Documents, formatLocation, referenceTarget, type SchemaLocation, schemaAt } from './documents.ts';

/** Keywords whose schemas describe the same value. */
const ALTERNATIVES = ['allOf', 'anyOf', 'oneOf'] as const;

/** The schemas of the property that a pointer leads to, one for each place that describes it; none where no schema names it. */
export function findProperties(documents: Documents, location: SchemaLocation, pointer: Pointer): readonly SchemaLocation[] {
  let places: readonly SchemaLocation[] = [location];
  for (const segment of pointerSegments(pointer)) {
    const holders = places.flatMap((place) => sameValue(documents, place, new Set()));
    places = holders.flatMap((holder) => propertyAt(documents, holder, segment) ?? []);
  }
  return places;
}

/** Whether every message of a schema has the property that a pointer leads to, as far as the schema requires it. */
export function isAlwaysThere(documents: Documents, location: SchemaLocation, pointer: Pointer): boolean {
  const [segment, ...rest] = pointerSegments(pointer);
  if (segment === undefined) return true;
  const required = holdsEverywhere(documents, location, (place) => {
    const list = ownProperty(schemaAt(documents, place), 'required');
    return Array.isArray(list) && list.includes(segment);
  });
  if (!required || rest.length === 0) return required;
  const after = appendPointer('', ...rest);
  return holdsEverywhere(documents, location, (place) => {
    const property = propertyAt(documents, place, segment);
    return property !== undefined && isAlwaysThere(documents, property, after);
  });
}

/** The JSON types that a value may have; undefined where its schema does not say. An integer is no number here. */
export function typesAt(
  documents: Documents,
  location: SchemaLocation,
  seen: ReadonlySet<string> = new Set(),
): ReadonlySet<string> | undefined {
  const key = formatLocation(location);
  const schema = schemaAt(documents, location);
  if (!isObject(schema) || seen.has(key)) return undefined;
  const inside = new Set([...seen, key]);
  const known = [
    ownTypes(schema),
    ...[referredFrom(location, schema) ?? []].flat().map((target) => typesAt(documents, target, inside)),
    ...membersOf(location, schema, 'allOf').map((member) => typesAt(documents, member, inside)),
    ...(['anyOf', 'oneOf'] as const).map((keyword) =>
      unionOf(membersOf(location, schema, keyword).map((member) => typesAt(documents, member, inside))),
    ),
  ].filter((types) => types !== undefined);
  return known.reduce<ReadonlySet<string> | undefined>((common, types) => (common ? shared(common, types) : types), undefined);
}

function ownTypes(schema: JsonValue): ReadonlySet<string> | undefined {
  const type = ownProperty(schema, 'type');
  if (typeof type === 'string') return new Set([type]);
  if (Array.isArray(type)) return new Set(type.map(String));
  const listed = ownProperty(schema, 'enum');
  const constant = ownProperty(schema, 'const');
  if (Array.isArray(listed)) return new Set(listed.map(typeOf));
  return constant === undefined ? undefined : new Set([typeOf(constant)]);
}

function typeOf(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

/** One of them holds: what any of them may be. One that may be anything makes the whole unknown. */
function unionOf(all: readonly (ReadonlySet<string> | undefined)[]): ReadonlySet<string> | undefined {
  const known = all.filter((types) => types !== undefined);
  return known.length === 0 || known.length < all.length ? undefined : new Set(known.flatMap((types) => [...types]));
}

function shared(one: ReadonlySet<string>, other: ReadonlySet<string>): ReadonlySet<string> {
  const within = (type: string, types: ReadonlySet<string>) => types.has(type) || (type === 'integer' && types.has('number'));
  return new Set([...[...one].filter((type) => within(type, other)), ...[...other].filter((type) => within(type, one))]);
}

/** Whether something is said of a value by its schema, by what that refers to, by one of its `allOf`, or by each of its alternatives. */
function holdsEverywhere(
  documents: Documents,
  place: SchemaLocation,
  says: (place: SchemaLocation) => boolean,
  seen: ReadonlySet<string> = new Set(),
): boolean {
  const key = formatLocation(place);
  const schema = schemaAt(documents, place);
  if (!isObject(schema) || seen.has(key)) return false;
  if (says(place)) return true;
  const inside = new Set([...seen, key]);
  const holds = (inner: SchemaLocation) => holdsEverywhere(documents, inner, says, inside);
  const target = referredFrom(place, schema);
  if (target && holds(target)) return true;
  if (membersOf(place, schema, 'allOf').some(holds)) return true;
  return (['anyOf', 'oneOf'] as const).some((keyword) => {
    const members = membersOf(place, schema, keyword);
    return members.length > 0 && members.every(holds);
  });
}

/** All schemas that describe the same value as the one at a place: itself, what it refers to, its alternatives. */
function sameValue(documents: Documents, place: SchemaLocation, seen: Set<string>): readonly SchemaLocation[] {
  const key = formatLocation(place);
  const schema = schemaAt(documents, place);
  if (schema === undefined || seen.has(key)) return [];
  seen.add(key);
  const target = referredFrom(place, schema);
  const inner = ALTERNATIVES.flatMap((keyword) => membersOf(place, schema, keyword));
  return [place, ...[...(target ? [target] : []), ...inner].flatMap((other) => sameValue(documents, other, seen))];
}

function propertyAt(documents: Documents, place: SchemaLocation, segment: string): SchemaLocation | undefined {
  const properties = ownProperty(schemaAt(documents, place), 'properties');
  if (!isObject(properties) || !Object.hasOwn(properties, segment)) return undefined;
  return { ...place, pointer: place.pointer + appendPointer('', 'properties', segment) };
}

function referredFrom({ file }: SchemaLocation, schema: JsonValue): SchemaLocation | undefined {
  const ref = ownProperty(schema, '$ref');
  const target = typeof ref === 'string' ? referenceTarget(file, ref) : undefined;
  return target?.ok ? target.location : undefined;
}

function membersOf(place: SchemaLocation, schema: JsonValue, keyword: (typeof ALTERNATIVES)[number]): readonly SchemaLocation[] {
  const list = ownProperty(schema, keyword);
  if (!Array.isArray(list)) return [];
  return list.map((_, index) => ({ ...place, pointer: `${place.pointer}/${keyword}/${index}` }));
}
