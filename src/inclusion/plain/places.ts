import { decodeFragment } from '../../payload/documents.ts';
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import { valueAtPointer } from '../../source/pointer.ts';

/** Where the schemas of a document are found by their addresses. */
export type Places = {
  /** What a reference that stands in a schema leads to. */
  readonly follow: (from: JsonObject, reference: string) => JsonValue | undefined;
  /** The root of the resource that a schema belongs to. */
  readonly rootOf: (schema: JsonObject) => JsonValue;
  /** The schemas with a dynamic anchor, by its name; the recursive ones by none. */
  readonly dynamic: (anchor?: string) => readonly JsonObject[];
};

const HOME = 'https://schema.invalid/';
const DATA: ReadonlySet<string> = new Set(['enum', 'const', 'default', 'examples']);

/** Reads which addresses a document gives to its schemas. */
export function findPlaces(document: JsonValue): Places {
  const { bases, resources, anchors, dynamic } = readAddresses(document);
  const baseOf = (schema: JsonObject): string => bases.get(schema) ?? HOME;
  return {
    follow: (from, reference) => {
      const address = resolveAddress(baseOf(from), reference);
      if (address === undefined) return undefined;
      const [resource = '', fragment = ''] = address.split('#');
      const root = resources.get(resource);
      const pointer = decodeFragment(fragment);
      if (pointer !== undefined) return valueAtPointer(root, pointer);
      return anchors.get(`${resource}#${fragment}`);
    },
    rootOf: (schema) => resources.get(baseOf(schema)) ?? document,
    dynamic: (anchor) =>
      dynamic.filter((schema) => (anchor === undefined ? schema.$recursiveAnchor === true : schema.$dynamicAnchor === anchor)),
  };
}

type Addresses = {
  /** The address of the resource that a schema belongs to. */
  readonly bases: Map<JsonObject, string>;
  readonly resources: Map<string, JsonValue>;
  readonly anchors: Map<string, JsonObject>;
  readonly dynamic: JsonObject[];
};

function readAddresses(document: JsonValue): Addresses {
  const found: Addresses = { bases: new Map(), resources: new Map([[HOME, document]]), anchors: new Map(), dynamic: [] };
  const pending: { readonly value: JsonValue; readonly base: string }[] = [{ value: document, base: HOME }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { value, base } = next;
    if (Array.isArray(value)) pending.push(...value.map((item: JsonValue) => ({ value: item, base })));
    if (!isObject(value)) continue;
    const own = noteAddresses(found, value, base);
    for (const [keyword, inner] of Object.entries(value)) if (!DATA.has(keyword)) pending.push({ value: inner, base: own });
  }
  return found;
}

/** Notes what a schema is called, and gives the base of what is inside. */
function noteAddresses({ bases, resources, anchors, dynamic }: Addresses, schema: JsonObject, base: string): string {
  const id = ownProperty(schema, '$id');
  const own = typeof id === 'string' && !id.startsWith('#') ? (resolveAddress(base, id)?.split('#')[0] ?? base) : base;
  bases.set(schema, own);
  if (own !== base) resources.set(own, schema);
  for (const name of anchorsOf(schema)) anchors.set(`${own}#${name}`, schema);
  if (Object.hasOwn(schema, '$dynamicAnchor') || schema.$recursiveAnchor === true) dynamic.push(schema);
  return own;
}

function anchorsOf(schema: JsonObject): readonly string[] {
  const id = ownProperty(schema, '$id');
  const early = typeof id === 'string' && id.startsWith('#') ? [id.slice(1)] : [];
  return [...early, ...[schema.$anchor, schema.$dynamicAnchor].filter((name) => typeof name === 'string')];
}

function resolveAddress(base: string, reference: string): string | undefined {
  return URL.canParse(reference, base) ? new URL(reference, base).href : undefined;
}
