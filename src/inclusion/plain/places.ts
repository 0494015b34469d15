import { decodeFragment } from '../../payload/documents.ts';
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import { valueAtPointer } from '../../source/pointer.ts';
import { canonicalText } from '../schema.ts';
import { type Draft, isEarly } from './draft.ts';
import { partsOf } from './keywords.ts';

/** Where the schemas of a document are found by their addresses. */
export type Places = {
  /** What a reference that stands in a schema leads to. */
  readonly follow: (from: JsonObject, reference: string) => JsonValue | undefined;
  /** The root of the resource that a schema belongs to. */
  readonly rootOf: (schema: JsonObject) => JsonValue;
  /** Whatever has a dynamic anchor, by its name, or a recursive one, by none. */
  readonly dynamic: (anchor?: string) => readonly JsonObject[];
};

const HOME = 'https://schema.invalid/';

/** Reads which addresses a document gives to its schemas. */
export function findPlaces(document: JsonValue, draft: Draft): Places {
  const found: Addresses = { draft, bases: new Map(), resources: new Map([[HOME, document]]), anchors: new Map() };
  readAddresses(found, document, HOME);
  const baseOf = (schema: JsonObject): string => found.bases.get(schema) ?? HOME;
  let dynamic: readonly JsonObject[] | undefined;
  return {
    follow: (from, reference) => {
      const target = follow(found, baseOf(from), reference);
      // What stands where no draft looks for schemas becomes one when something leads there.
      if (target && isObject(target.value) && !found.bases.has(target.value)) readAddresses(found, target.value, target.base);
      return target?.value;
    },
    rootOf: (schema) => found.resources.get(baseOf(schema)) ?? document,
    dynamic: (anchor) => {
      dynamic ??= objectsIn(document).filter((value) => Object.hasOwn(value, '$dynamicAnchor') || value.$recursiveAnchor === true);
      return dynamic.filter((schema) => (anchor === undefined ? schema.$recursiveAnchor === true : schema.$dynamicAnchor === anchor));
    },
  };
}

type Addresses = {
  readonly draft: Draft;
  /** The address of the resource that a schema belongs to. */
  readonly bases: Map<JsonObject, string>;
  /** Roots by their addresses, and schemas by their anchors; nothing where two that differ have the same one. */
  readonly resources: Map<string, JsonValue | undefined>;
  readonly anchors: Map<string, JsonValue | undefined>;
};

function follow({ resources, anchors }: Addresses, from: string, reference: string): { value: JsonValue; base: string } | undefined {
  const address = resolveAddress(from, reference);
  if (address === undefined) return undefined;
  const [base = '', fragment = ''] = address.split('#');
  const pointer = decodeFragment(fragment);
  const value = pointer === undefined ? anchors.get(`${base}#${fragment}`) : valueAtPointer(resources.get(base), pointer);
  return value === undefined ? undefined : { value, base };
}

function readAddresses(found: Addresses, schema: JsonValue, base: string): void {
  const pending: { readonly value: JsonValue; readonly base: string }[] = [{ value: schema, base }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (!isObject(next.value) || found.bases.has(next.value)) continue;
    const own = noteAddresses(found, next.value, next.base);
    for (const part of partsOf(next.value)) pending.push({ value: part, base: own });
  }
}

/** Notes what a schema is called, and gives the base of what is inside. */
function noteAddresses({ draft, bases, resources, anchors }: Addresses, schema: JsonObject, base: string): string {
  const id = isEarly(draft) && Object.hasOwn(schema, '$ref') ? undefined : ownProperty(schema, draft === '04' ? 'id' : '$id');
  const own = typeof id === 'string' && !id.startsWith('#') ? (resolveAddress(base, id)?.split('#')[0] ?? base) : base;
  bases.set(schema, own);
  if (own !== base) note(resources, own, schema);
  const early = typeof id === 'string' && id.startsWith('#') ? [id.slice(1)] : [];
  for (const name of [...early, schema.$anchor, schema.$dynamicAnchor])
    if (typeof name === 'string') note(anchors, `${own}#${name}`, schema);
  return own;
}

function note(known: Map<string, JsonValue | undefined>, address: string, schema: JsonValue): void {
  const other = known.get(address);
  const differs = known.has(address) && (other === undefined || canonicalText(other) !== canonicalText(schema));
  known.set(address, differs ? undefined : (other ?? schema));
}

function objectsIn(document: JsonValue): readonly JsonObject[] {
  const found: JsonObject[] = [];
  const pending: JsonValue[] = [document];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (isObject(next)) found.push(next);
    if (typeof next === 'object' && next !== null) for (const part of Object.values<JsonValue>(next)) pending.push(part);
  }
  return found;
}

function resolveAddress(base: string, reference: string): string | undefined {
  return URL.canParse(reference, base) ? new URL(reference, base).href : undefined;
}
