/** What a schema promises of a property that a pointer leads to: where it is described, whether it is always there, what it may be. */
import { isObject, type JsonValue, ownProperty } from '../source/json.ts';
import { appendPointer, type Pointer, pointerSegments } from '../source/pointer.ts';
import { type Documents, referenceTarget, type SchemaLocation, schemaAt } from './documents.ts';

/** Keywords whose schemas describe the same value. */
const ALTERNATIVES = ['allOf', 'anyOf', 'oneOf'] as const;

/** A schema with its place, looked up once. */
type WrittenSchema = SchemaLocation & { readonly schema: JsonValue };

/** The schemas that were passed on the way to one, so that a circle ends. */
type Way = ReadonlySet<JsonValue>;

function writtenAt(documents: Documents, location: SchemaLocation | WrittenSchema): WrittenSchema | undefined {
  if ('schema' in location) return location;
  const schema = schemaAt(documents, location);
  return schema === undefined ? undefined : { ...location, schema };
}

/** The schemas of the property that a pointer leads to, one for each place that describes it; none where no schema names it. */
export function findProperties(documents: Documents, location: SchemaLocation, pointer: Pointer): readonly WrittenSchema[] {
  const written = writtenAt(documents, location);
  let places: readonly WrittenSchema[] = written ? [written] : [];
  for (const segment of pointerSegments(pointer)) {
    const holders: WrittenSchema[] = [];
    for (const place of places) collectSameValue(documents, place, holders, new Set());
    places = holders.flatMap((holder) => propertyOf(holder, segment) ?? []);
  }
  return places;
}

/** Whether every message of a schema has the property that a pointer leads to, as far as the schema requires it. */
export function isAlwaysThere(documents: Documents, location: SchemaLocation, pointer: Pointer): boolean {
  const written = writtenAt(documents, location);
  return pointer === '' || (written !== undefined && areRequired(documents, written, pointerSegments(pointer)));
}

function areRequired(documents: Documents, written: WrittenSchema, [segment, ...rest]: readonly string[]): boolean {
  if (segment === undefined) return true;
  const required = holdsEverywhere(documents, written, ({ schema }) => {
    const list = ownProperty(schema, 'required');
    return Array.isArray(list) && list.includes(segment);
  });
  if (!required || rest.length === 0) return required;
  return holdsEverywhere(documents, written, (place) => {
    const property = propertyOf(place, segment);
    return property !== undefined && areRequired(documents, property, rest);
  });
}

/** The JSON types that a value may have; undefined where its schema does not say. An integer is no number here. */
export function typesAt(documents: Documents, location: SchemaLocation): ReadonlySet<string> | undefined {
  const written = writtenAt(documents, location);
  return written && typesOf(documents, written, new Set());
}

function typesOf(documents: Documents, written: WrittenSchema, way: Way): ReadonlySet<string> | undefined {
  const { schema } = written;
  if (!isObject(schema) || way.has(schema)) return undefined;
  const inside = new Set([...way, schema]);
  const target = referredFrom(documents, written);
  const known = [
    ownTypes(schema),
    target && typesOf(documents, target, inside),
    ...membersOf(written, 'allOf').map((member) => typesOf(documents, member, inside)),
    ...(['anyOf', 'oneOf'] as const).map((keyword) =>
      unionOf(membersOf(written, keyword).map((member) => typesOf(documents, member, inside))),
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
  written: WrittenSchema,
  says: (written: WrittenSchema) => boolean,
  way: Way = new Set(),
): boolean {
  const { schema } = written;
  if (!isObject(schema) || way.has(schema)) return false;
  if (says(written)) return true;
  const inside = new Set([...way, schema]);
  const holds = (inner: WrittenSchema) => holdsEverywhere(documents, inner, says, inside);
  const target = referredFrom(documents, written);
  if (target && holds(target)) return true;
  if (membersOf(written, 'allOf').some(holds)) return true;
  return (['anyOf', 'oneOf'] as const).some((keyword) => {
    const members = membersOf(written, keyword);
    return members.length > 0 && members.every(holds);
  });
}

/** Collects all schemas that describe the same value as a schema: itself, what it refers to, its alternatives. */
function collectSameValue(documents: Documents, written: WrittenSchema, found: WrittenSchema[], seen: Set<JsonValue>): void {
  if (seen.has(written.schema)) return;
  if (isObject(written.schema)) seen.add(written.schema);
  found.push(written);
  const target = referredFrom(documents, written);
  if (target) collectSameValue(documents, target, found, seen);
  for (const keyword of ALTERNATIVES) {
    for (const member of membersOf(written, keyword)) collectSameValue(documents, member, found, seen);
  }
}

function propertyOf({ file, pointer, schema }: WrittenSchema, segment: string): WrittenSchema | undefined {
  const property = ownProperty(ownProperty(schema, 'properties'), segment);
  return property === undefined ? undefined : { file, pointer: appendPointer(pointer, 'properties', segment), schema: property };
}

function referredFrom(documents: Documents, { file, schema }: WrittenSchema): WrittenSchema | undefined {
  const ref = ownProperty(schema, '$ref');
  const target = typeof ref === 'string' ? referenceTarget(file, ref) : undefined;
  return target?.ok ? writtenAt(documents, target.location) : undefined;
}

function membersOf({ file, pointer, schema }: WrittenSchema, keyword: (typeof ALTERNATIVES)[number]): readonly WrittenSchema[] {
  const list = ownProperty(schema, keyword);
  if (!Array.isArray(list)) return [];
  return list.map((member: JsonValue, index) => ({ file, pointer: appendPointer(pointer, keyword, index), schema: member }));
}
