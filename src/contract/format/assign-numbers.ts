import type { Documents, SchemaLocation } from '../../payload/documents.ts';
import { membersOf } from '../../payload/protobuf/members.ts';
import { nextNumber, numberedTexts, reachedSchemas, usedNumbers } from '../../payload/protobuf-numbers.ts';
import { partAt } from '../../payload/schema-part.ts';
import { schemaRoots } from '../../payload/schema-places.ts';
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import type { LayoutCollection, LayoutEntry, LayoutNode } from '../../source/layout/layout.ts';
import { appendPointer, type Pointer } from '../../source/pointer.ts';
import type { YamlTree } from '../../source/yaml-tree.ts';

/** What a schema is given: its own field number, or numbers for values of its enum. */
type GivenNumbers = { readonly field?: number; readonly values?: readonly (readonly [value: string, number: number])[] };

/** The numbers of one file, by the pointers of the schemas that get them. */
export type Numbering = ReadonlyMap<Pointer, GivenNumbers>;

/**
 * The numbers that are missing where something travels as Protobuf, by file. They are given in the order of properties and values, each
 * beyond all that were ever used there, or in a schema that makes one message with it. Whatever else is wrong with the contracts is passed over.
 */
export function missingNumbers(documents: Documents): ReadonlyMap<string, Numbering> {
  const numberings = new Map<string, Map<Pointer, GivenNumbers>>();
  const give = ({ file, pointer }: SchemaLocation, given: GivenNumbers) => {
    const numbering = numberings.get(file) ?? new Map<Pointer, GivenNumbers>();
    numberings.set(file, numbering.set(pointer, { ...numbering.get(pointer), ...given }));
  };
  const payloads = [...documents.values()].flatMap(protobufPayloads);
  const reached = reachedSchemas(
    documents,
    payloads.map((payload) => [payload, undefined] as const),
  );
  const fields = createFieldNumbers(
    reached.flatMap(({ place }) => {
      const part = partAt(documents, place);
      return part ? [(membersOf(documents, part) ?? []).map((member) => member.schema)] : [];
    }),
  );
  for (const { place, schema } of reached) {
    for (const [pointer, field] of missingFields(schema, fields)) give({ ...place, pointer: place.pointer + pointer }, { field });
    const values = missingValues(documents, place.file, schema);
    if (values.length > 0) give(place, { values });
  }
  return numberings;
}

function protobufPayloads(tree: YamlTree): readonly SchemaLocation[] {
  const provides = ownProperty(tree.value, 'provides');
  const roots = schemaRoots(tree);
  return Object.entries(isObject(provides) ? provides : {}).flatMap(([name, interaction]) => {
    if (ownProperty(interaction, 'encoding') !== 'protobuf') return [];
    const place = appendPointer('/provides', name);
    const headers = appendPointer(place, 'headers');
    return roots.filter(({ pointer }) => pointer.startsWith(`${place}/`) && pointer !== headers);
  });
}

/** The numbers of fields, those that are given among them, by the schemas that make one message together. */
type FieldNumbers = {
  /** The number of a property that stands in another schema of the same message too. */
  known(schema: JsonObject, property: string): number | undefined;
  /** All numbers of the messages that a schema is part of. */
  used(schema: JsonObject): number[];
  give(schema: JsonObject, property: string, number: number): void;
};

function createFieldNumbers(messages: readonly (readonly JsonObject[])[]): FieldNumbers {
  const together = new Map<JsonObject, Set<JsonObject>>();
  for (const schemas of messages) {
    for (const schema of schemas) {
      const others = together.get(schema) ?? new Set();
      together.set(schema, others);
      for (const other of schemas) others.add(other);
    }
  }
  const membersWith = (schema: JsonObject): readonly JsonObject[] => [...(together.get(schema) ?? [schema])];
  const given = new Map<JsonObject, Map<string, number>>();
  const numberIn = (schema: JsonObject, property: string): number | undefined => {
    const written = ownProperty(ownProperty(ownProperty(schema, 'properties'), property), 'x-field');
    return typeof written === 'number' ? written : given.get(schema)?.get(property);
  };
  return {
    known: (schema, property) =>
      membersWith(schema)
        .map((other) => numberIn(other, property))
        .find((number) => number !== undefined),
    used: (schema) => membersWith(schema).flatMap((other) => [...usedNumbers(other, 'field'), ...(given.get(other)?.values() ?? [])]),
    give(schema, property, number) {
      given.set(schema, (given.get(schema) ?? new Map()).set(property, number));
    },
  };
}

function missingFields(schema: JsonObject, fields: FieldNumbers): readonly (readonly [Pointer, number])[] {
  const properties = ownProperty(schema, 'properties');
  if (!isObject(properties)) return [];
  const used = fields.used(schema);
  return Object.entries(properties).flatMap(([name, property]) => {
    // What is no mapping has no room for a number; one of a wrong kind is there.
    if (!isObject(property) || Object.hasOwn(property, 'x-field')) return [];
    const number = fields.known(schema, name) ?? nextNumber(used, 'field');
    if (number === undefined) return [];
    used.push(number);
    fields.give(schema, name, number);
    return [[appendPointer('', 'properties', name), number] as const];
  });
}

function missingValues(documents: Documents, file: string, schema: JsonObject): readonly (readonly [string, number])[] {
  const numbers = ownProperty(schema, 'x-enum-numbers');
  if (numbers !== undefined && !isObject(numbers)) return [];
  const { of, texts } = numberedTexts(documents, file, schema);
  const used = [...usedNumbers(schema, 'value')];
  return [...new Set(texts.map(({ text }) => text))].flatMap((value) => {
    const number = isObject(numbers) && Object.hasOwn(numbers, value) ? undefined : nextNumber(used, of);
    if (number === undefined) return [];
    used.push(number);
    return [[value, number] as const];
  });
}

/** The layout of a file with its new numbers, at the ends of the mappings that get them. */
export function addNumbers(node: LayoutNode, numbering: Numbering, here: Pointer = ''): LayoutNode {
  if (node.kind !== 'map' && node.kind !== 'list') return node;
  const entries = node.entries.map((entry, index) => ({
    ...entry,
    value: addNumbers(entry.value, numbering, appendPointer(here, entry.key ? entry.key.text : index)),
  }));
  const given = node.kind === 'map' ? numbering.get(here) : undefined;
  return { ...node, entries: given ? addEntries(entries, given) : entries };
}

function addEntries(entries: readonly LayoutEntry[], { field, values }: GivenNumbers): readonly LayoutEntry[] {
  const added = field === undefined ? [] : [numberEntry('x-field', field)];
  if (!values) return [...entries, ...added];
  const numbers = values.map(([value, number]) => numberEntry(value, number));
  if (!entries.some(({ key }) => key?.text === ENUM_NUMBERS)) {
    const value: LayoutCollection = { kind: 'map', flow: true, properties: '', entries: numbers, end: [] };
    return [...entries, newEntry(ENUM_NUMBERS, value), ...added];
  }
  const extend = (entry: LayoutEntry) => {
    const { key, value } = entry;
    return key?.text === ENUM_NUMBERS && value.kind === 'map'
      ? { ...entry, value: { ...value, entries: [...value.entries, ...numbers] } }
      : entry;
  };
  return [...entries.map(extend), ...added];
}

const ENUM_NUMBERS = 'x-enum-numbers';

function numberEntry(key: string, number: number): LayoutEntry {
  return newEntry(key, { kind: 'scalar', properties: '', written: String(number), quoted: false });
}

function newEntry(key: string, value: LayoutNode): LayoutEntry {
  return { key: { text: key, quoted: false, properties: '' }, colon: true, value, before: [], blank: false, between: [], end: [] };
}

/** The value of a file with its new numbers. */
export function withNumbers(value: JsonValue, numbering: Numbering, here: Pointer = ''): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue, index) => withNumbers(item, numbering, appendPointer(here, index)));
  if (!isObject(value)) return value;
  const inside = Object.entries(value).map(([key, item]) => [key, withNumbers(item, numbering, appendPointer(here, key))] as const);
  const { field, values } = numbering.get(here) ?? {};
  const numbers = values && { [ENUM_NUMBERS]: Object.fromEntries([...Object.entries(ownProperty(value, ENUM_NUMBERS) ?? {}), ...values]) };
  return { ...Object.fromEntries(inside), ...numbers, ...(field !== undefined && { 'x-field': field }) };
}
