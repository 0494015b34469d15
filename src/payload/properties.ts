import { isObject, type JsonObject, type JsonValue, ownProperty } from '../source/json.ts';
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
  let schemas: readonly Written[] = [{ file: location.file, schema: schemaAt(documents, location) }];
  for (const segment of pointerSegments(pointer)) {
    const holders: Written[] = [];
    for (const schema of schemas) collectSameValue(documents, schema, holders, new Set());
    const next = holders.flatMap((holder) => step(holder, segment));
    if (next.includes('anything')) return undefined;
    schemas = next.filter((found) => found !== 'anything');
    if (schemas.length === 0) {
      // A reference that leads nowhere, or back to itself, is a finding of its own.
      if (holders.some((holder) => leadsNowhere(documents, holder)) || holders.every(isBareReference)) return undefined;
      const known = new Set(holders.flatMap(({ schema }) => Object.keys(propertiesOf(schema) ?? {})));
      return { missing: segment, known: [...known] };
    }
  }
  return undefined;
}

/** A schema, and the file in which it is written: its references are relative to that. */
type Written = { readonly file: string; readonly schema: JsonValue | undefined };

/** Collects all schemas that describe the same value as a schema: itself, what it refers to, its alternatives. */
function collectSameValue(documents: Documents, written: Written, found: Written[], seen: Set<JsonValue>): void {
  const { file, schema } = written;
  if (schema === undefined || seen.has(schema)) return;
  // Texts and numbers are no schemas, and the same one twice is no circle.
  if (isObject(schema)) seen.add(schema);
  found.push(written);
  const ref = ownProperty(schema, '$ref');
  const target = typeof ref === 'string' ? referenceTarget(file, ref) : undefined;
  if (target?.ok) {
    collectSameValue(documents, { file: target.location.file, schema: schemaAt(documents, target.location) }, found, seen);
  }
  for (const keyword of ALTERNATIVES) {
    const list = ownProperty(schema, keyword);
    if (Array.isArray(list))
      for (const inner of list as readonly JsonValue[]) collectSameValue(documents, { file, schema: inner }, found, seen);
  }
}

function leadsNowhere(documents: Documents, { file, schema }: Written): boolean {
  const ref = ownProperty(schema, '$ref');
  return typeof ref === 'string' && !resolve(documents, { file }, ref).ok;
}

function isBareReference({ schema }: Written): boolean {
  return isObject(schema) && Object.keys(schema).every((key) => key === '$ref');
}

function step({ file, schema }: Written, segment: string): readonly (Written | 'anything')[] {
  if (schema === true) return ['anything'];
  if (!isObject(schema)) return [];
  const inner = ownProperty(propertiesOf(schema), segment);
  if (inner !== undefined) return [{ file, schema: inner }];
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

function propertiesOf(schema: JsonValue | undefined): JsonObject | undefined {
  const found = ownProperty(schema, 'properties');
  return isObject(found) ? found : undefined;
}
