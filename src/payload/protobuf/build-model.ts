import { isObject, type JsonValue, ownProperty } from '../../source/json.ts';
import { type Documents, formatLocation, type SchemaLocation } from '../documents.ts';
import { childPart, hasKeywords, type KeywordPart, namedPart, namesOf, partAt, type SchemaPart } from '../schema-part.ts';
import { scalarOf } from './counterparts.ts';
import { findHome, type HomeKind } from './find-home.ts';
import { type Choice, choiceOf, membersOf, typesOf } from './members.ts';
import type { ProtobufAlternative, ProtobufEnum, ProtobufField, ProtobufMessage, ProtobufModel, ProtobufValue } from './model.ts';

/** The messages of payloads and all that they reach. Whatever is wrong with them, which the checks report, is left out. */
export function buildProtobufModel(documents: Documents, payloads: Iterable<SchemaLocation>): ProtobufModel {
  const build: Build = { documents, messages: new Map(), enums: new Map(), pending: [] };
  const keys = new Map<string, string>();
  for (const location of payloads) {
    const part = partAt(documents, location);
    if (part) keys.set(formatLocation(location), addMessage(build, withoutNull(build, [part])));
  }
  // The list grows while it is walked: messages are made after those that hold them, not inside, however deep they are.
  for (const make of build.pending) make();
  return { messages: build.messages, enums: build.enums, payloads: keys };
}

type Build = {
  readonly documents: Documents;
  readonly messages: Map<string, ProtobufMessage>;
  readonly enums: Map<string, ProtobufEnum>;
  readonly pending: (() => void)[];
};

/** Every schema that speaks of one value without choice, and the choice that they leave. */
type Value = { readonly parts: readonly SchemaPart[]; readonly members: readonly KeywordPart[]; readonly choice: Choice | undefined };

function readValue({ documents }: Build, parts: readonly SchemaPart[]): Value {
  const members = [...new Set(parts.flatMap((part) => membersOf(documents, part) ?? []))];
  const choice = choiceOf(documents, members);
  // What only demands properties chooses nothing.
  return { parts, members, choice: choice && (choice.told || choice.others.length === 1) ? choice : undefined };
}

/** The one schema that null stands beside, or the schemas themselves. */
function withoutNull(build: Build, parts: readonly SchemaPart[]): Value & { readonly orNull: boolean } {
  let value = readValue(build, parts);
  let orNull = false;
  // A schema that chooses nothing but itself, which has been reported, would go round for ever.
  const seen = new Set<JsonValue>();
  for (;;) {
    orNull ||= value.choice?.orNull === true || typesOf(value.members).includes('null');
    const [only] = value.choice?.others ?? [];
    if (!only || value.choice?.told || seen.has(only.schema)) return { ...value, orNull };
    seen.add(only.schema);
    value = readValue(build, [only]);
  }
}

function addMessage(build: Build, { parts, members, choice }: Value): string {
  const home = findHome(build.documents, parts, choice ? 'choice' : 'fields');
  if (build.messages.has(home.key)) return home.key;
  const declared = { at: home.at, ...describe(members), reserved: numbersIn(members, 'x-reserved') };
  const unfinished: ProtobufMessage = { ...declared, kind: 'fields', fields: [] };
  build.messages.set(home.key, unfinished);
  build.pending.push(() => {
    const made: ProtobufMessage = choice?.told
      ? { ...declared, kind: 'choice', tag: choice.told.property, alternatives: alternativesOf(build, choice) }
      : { ...declared, kind: 'fields', fields: fieldsOf(build, members) };
    build.messages.set(home.key, made);
  });
  return home.key;
}

function alternativesOf(build: Build, { union, others, told }: Choice): readonly ProtobufAlternative[] {
  const numbers = ownProperty(union.schema, 'x-enum-numbers');
  return others.flatMap((part, index): readonly ProtobufAlternative[] => {
    const value = told?.values[index];
    const number = typeof value === 'string' ? ownProperty(numbers, value) : undefined;
    return typeof value === 'string' && typeof number === 'number'
      ? [{ value, number, key: addMessage(build, withoutNull(build, [part])) }]
      : [];
  });
}

function fieldsOf(build: Build, members: readonly KeywordPart[]): readonly ProtobufField[] {
  const parts = new Map<string, KeywordPart[]>();
  for (const member of members) {
    for (const name of namesOf(member, 'properties')) {
      const part = namedPart(member, 'properties', name);
      // What may never be there is not written.
      if (hasKeywords(part)) parts.set(name, [...(parts.get(name) ?? []), part]);
    }
  }
  const required = new Set(members.flatMap(({ schema }) => (Array.isArray(schema.required) ? schema.required : [])));
  const fields = [...parts].flatMap(([property, own]) => fieldOf(build, { property, parts: own, required: required.has(property) }));
  return fields.sort((a, b) => a.number - b.number);
}

type Property = { readonly property: string; readonly parts: readonly KeywordPart[]; readonly required: boolean };

function fieldOf(build: Build, { property, parts, required }: Property): readonly ProtobufField[] {
  const numbered = parts.find(({ schema }) => typeof schema['x-field'] === 'number');
  // Without a number it has been reported.
  if (!numbered) return [];
  const number = Number(numbered.schema['x-field']);
  const ordered = [numbered, ...parts.filter((part) => part !== numbered)] as const;
  const whole = withoutNull(build, parts);
  const { members, orNull } = whole;
  const items = members.flatMap((member) => childPart(member, 'items') ?? []);
  const entries = members.flatMap((member) =>
    isObject(member.schema.additionalProperties) ? (childPart(member, 'additionalProperties') ?? []) : [],
  );
  const type = typesOf(members).find((each) => each !== 'null');
  const isMap = type === 'object' && entries.length > 0;
  const label = type === 'array' ? 'list' : isMap ? 'map' : 'single';
  const value = fieldValue(build, label === 'single' ? whole : withoutNull(build, label === 'list' ? items : entries));
  if (!value) return [];
  const constants = members.map(({ schema }) => schema.const).filter((constant) => typeof constant === 'string');
  return [{ property, number, parts: ordered, label, value, nullable: orNull, required, constant: constants[0], ...describe(parts) }];
}

/** What a value is; undefined where that is unclear, which has been reported. */
function fieldValue(build: Build, value: Value): ProtobufValue | undefined {
  const { parts, members, choice } = value;
  const type = typesOf(members).find((each) => each !== 'null');
  if (choice?.told || type === 'object') return { kind: 'message', key: addMessage(build, value) };
  if (type === undefined) return undefined;
  if (type === 'string' && members.some(({ schema }) => Array.isArray(schema.enum)))
    return { kind: 'enum', key: addEnum(build, parts, members) };
  const scalar = scalarOf(
    type,
    members.map(({ schema }) => schema),
  );
  return scalar && { kind: 'scalar', scalar };
}

function addEnum(build: Build, parts: readonly SchemaPart[], members: readonly KeywordPart[]): string {
  const home = findHome(build.documents, parts, 'enum' satisfies HomeKind);
  const listing = members.find(({ schema }) => Array.isArray(schema.enum));
  if (!listing || build.enums.has(home.key)) return home.key;
  const numbers = ownProperty(listing.schema, 'x-enum-numbers');
  const texts = [listing.schema.enum ?? []].flat().filter((value: JsonValue) => typeof value === 'string');
  const values = [...new Set(texts)].flatMap((text): readonly (readonly [string, number])[] => {
    const number = ownProperty(numbers, text);
    return typeof number === 'number' ? [[text, number]] : [];
  });
  values.sort(([, a], [, b]) => a - b);
  build.enums.set(home.key, { at: home.at, ...describe([listing]), values, reserved: numbersIn([listing], 'x-reserved') });
  return home.key;
}

/** What is said of a value for people, by the first schema that says something. */
function describe(parts: readonly KeywordPart[]): { readonly description: string | undefined; readonly deprecated: boolean } {
  const descriptions = parts.map(({ schema }) => schema.description).filter((text) => typeof text === 'string');
  const deprecated = parts.some(({ schema }) => schema.deprecated === true || isObject(schema['x-deprecated']));
  return { description: descriptions[0], deprecated };
}

function numbersIn(parts: readonly KeywordPart[], keyword: string): readonly number[] {
  const numbers = parts.flatMap(({ schema }) => schema[keyword] ?? []).filter((number: JsonValue) => typeof number === 'number');
  return [...new Set(numbers)];
}
