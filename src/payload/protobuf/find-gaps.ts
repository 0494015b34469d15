import { isObject, type JsonValue } from '../../source/json.ts';
import { quoteText } from '../../source/quote.ts';
import type { Documents } from '../documents.ts';
import { childPart, hasKeywords, type KeywordPart, namedPart, namesOf, type SchemaPart } from '../schema-part.ts';
import { FIELD_NAME, fieldName, HOLDS, type ProtobufPosition, SCALARS } from './counterparts.ts';
import { type Choice, choiceOf, membersOf, typesOf } from './members.ts';

/** A keyword that says something which Protobuf cannot, what that is, and what can be written instead. */
export type ProtobufGap = {
  readonly part: SchemaPart;
  readonly steps: readonly (string | number)[];
  readonly what: string;
  readonly offer: string;
};

type Stop = { readonly part: SchemaPart; readonly position: ProtobufPosition };

type Found = { readonly gaps: readonly ProtobufGap[]; readonly next: readonly Stop[] };

/** Looks at a payload that travels as Protobuf and at everything in it. Whatever was seen at the same position is passed over. */
export function findProtobufGaps(
  documents: Documents,
  payload: SchemaPart,
  seen: Map<JsonValue, Set<ProtobufPosition>>,
): readonly ProtobufGap[] {
  const gaps: ProtobufGap[] = [];
  const pending: Stop[] = [{ part: payload, position: 'payload' }];
  for (let stop = pending.pop(); stop; stop = pending.pop()) {
    const { part, position } = stop;
    const positions = seen.get(part.schema) ?? new Set();
    if (positions.has(position)) continue;
    if (isObject(part.schema)) seen.set(part.schema, positions.add(position));
    const found = look(documents, part, position);
    gaps.push(...found.gaps);
    pending.push(...found.next);
  }
  return gaps;
}

function look(documents: Documents, part: SchemaPart, position: ProtobufPosition): Found {
  if (!hasKeywords(part)) return one(part, [], 'a schema that says nothing of its values', 'Say what it is with "type".');
  const members = membersOf(documents, part);
  // A reference that leads nowhere has been reported.
  if (!members) return NOTHING;
  const choice = choiceOf(documents, members);
  return (choice && lookAtChoice(documents, { choice, members, position })) ?? lookAtTypes(members, part, position);
}

const NOTHING: Found = { gaps: [], next: [] };

function one(part: SchemaPart, steps: readonly (string | number)[], what: string, offer: string): Found {
  return { gaps: [{ part, steps, what, offer }], next: [] };
}

type Place = { readonly choice: Choice; readonly members: readonly KeywordPart[]; readonly position: ProtobufPosition };

/** A union is `null` beside one schema, or a `oneOf` of objects told apart. Beside a type, what its members demand is left to validators. */
function lookAtChoice(documents: Documents, { choice, members, position }: Place): Found | undefined {
  const { union, keyword, others, orNull, told } = choice;
  const [only] = others;
  if (orNull && others.length > 0 && !HOLDS[position].null) return noNull(union, keyword, position);
  if (only && others.length === 1) return { gaps: [], next: [{ part: only, position }] };
  if (told) {
    const beside = members.find(({ schema }) => schema.properties !== undefined);
    if (!beside) return { gaps: [], next: others.map((part) => ({ part, position: 'payload' })) };
    const offer = 'Put the other properties into each member of "oneOf"; or give the "oneOf" a property of its own.';
    return one(union, [keyword], '"oneOf" beside "properties"', offer);
  }
  const declares = others.some((branch) =>
    membersOf(documents, branch)?.some(({ schema }) => schema.properties !== undefined || schema.type !== undefined),
  );
  if (!declares && typesOf(members).length > 0) return undefined;
  return one(
    union,
    [keyword],
    `${quoteText(keyword)} of schemas that no constant tells apart`,
    'Use a "oneOf" of objects, each with a required property that has a "const" of its own; or give each alternative a property of its own.',
  );
}

function noNull(part: KeywordPart, keyword: string, position: ProtobufPosition): Found {
  const where = { payload: 'as a message', item: 'in a list', entry: 'as a value of a map', field: '' }[position];
  return one(part, [keyword], `null ${where}`, 'Leave null out; or let it be an object with an optional property.');
}

function lookAtTypes(members: readonly KeywordPart[], part: KeywordPart, position: ProtobufPosition): Found {
  const said = members.find(({ schema }) => schema.type !== undefined) ?? members.find(({ schema }) => schema.enum !== undefined) ?? part;
  const keyword = ['type', 'enum', 'const'].filter((name) => said.schema[name] !== undefined).slice(0, 1);
  const types = typesOf(members);
  const [type, ...more] = types.filter((each) => each !== 'null');
  if (type === undefined) {
    return types.length > 0
      ? one(said, keyword, 'a value that is always null', 'Leave it out.')
      : one(part, [], 'a schema without "type"', 'Say what it is with "type".');
  }
  if (more.length > 0) {
    const offer =
      'Give each type a property of its own; or use a "oneOf" of objects, each with a required property that has a "const" of its own.';
    return one(said, keyword, `a value of several types (${types.join(', ')})`, offer);
  }
  if (types.includes('null') && !HOLDS[position].null) return noNull(said, keyword[0] ?? 'type', position);
  if (type === 'object') return lookAtObject(members, position);
  if (type === 'array') return lookAtList(members, said, position);
  return lookAtScalar(members, { said, keyword, type, position });
}

type Scalar = {
  readonly said: KeywordPart;
  readonly keyword: readonly string[];
  readonly type: string;
  readonly position: ProtobufPosition;
};

function lookAtScalar(members: readonly KeywordPart[], { said, keyword, type, position }: Scalar): Found {
  if (!HOLDS[position].scalar) return one(said, keyword, 'a message that is no object', 'Put it into a property of an object.');
  const listing = members.find(({ schema }) => Array.isArray(schema.enum));
  if (!listing || type === 'string' || !SCALARS.has(type)) return NOTHING;
  return one(listing, ['enum'], '"enum" of values that are no texts', 'List texts, with "x-enum-numbers"; or use "minimum" and "maximum".');
}

function lookAtList(members: readonly KeywordPart[], said: KeywordPart, position: ProtobufPosition): Found {
  if (!HOLDS[position].list) {
    const what = position === 'payload' ? 'a message that is no object' : position === 'item' ? 'a list of lists' : 'a map of lists';
    return one(said, ['type'], what, 'Put the list into a property of an object.');
  }
  const tuple = members.find(({ schema }) => schema.prefixItems !== undefined);
  if (tuple) return one(tuple, ['prefixItems'], '"prefixItems"', 'Use an object with a property for each place.');
  const items = members.flatMap((member) => childPart(member, 'items') ?? []);
  const [first] = items;
  if (!first) return one(said, ['type'], 'a list of anything', 'Say what is in it with "items".');
  return { gaps: [], next: [{ part: first, position: 'item' }] };
}

function lookAtObject(members: readonly KeywordPart[], position: ProtobufPosition): Found {
  const patterned = members.find(({ schema }) => schema.patternProperties !== undefined);
  if (patterned) {
    return one(
      patterned,
      ['patternProperties'],
      '"patternProperties"',
      'Use "additionalProperties" for a map, and "propertyNames" for the form of its keys.',
    );
  }
  const mapping = members.find(({ schema }) => isObject(schema.additionalProperties));
  const holders = members.filter(({ schema }) => isObject(schema.properties) && Object.keys(schema.properties).length > 0);
  if (mapping && holders.length > 0) {
    const offer = 'Move the other properties into a property of their own that is an object with "additionalProperties" only.';
    return one(mapping, ['additionalProperties'], '"additionalProperties" with a schema beside "properties"', offer);
  }
  const values = mapping && childPart(mapping, 'additionalProperties');
  if (mapping && values) {
    if (HOLDS[position].map) return { gaps: [], next: [{ part: values, position: 'entry' }] };
    const what = position === 'payload' ? 'a message that is a map' : position === 'item' ? 'a list of maps' : 'a map of maps';
    return one(mapping, ['additionalProperties'], what, 'Put the map into a property of an object.');
  }
  const free = !members.some(({ schema }) => schema.properties !== undefined || schema.additionalProperties === false);
  if (free)
    return one(
      members[0] ?? EMPTY,
      [],
      'an object of any properties',
      'Declare its "properties" ("properties: {}" where it has none); or, for a map, "additionalProperties" with a schema.',
    );
  const fields = holders.flatMap((holder) => namesOf(holder, 'properties').flatMap((name) => namedPart(holder, 'properties', name) ?? []));
  return { gaps: nameGaps(fields), next: fields.filter(({ schema }) => schema !== false).map((part) => ({ part, position: 'field' })) };
}

const EMPTY: SchemaPart = { file: '', schema: {}, keyword: '' };

function nameGaps(fields: readonly SchemaPart[]): readonly ProtobufGap[] {
  const taken = new Map<string, string>();
  return fields.flatMap((part): ProtobufGap | [] => {
    const name = String(part.step);
    const offer = 'Name it in letters, digits and "_", beginning with a letter.';
    if (!FIELD_NAME.test(name)) return { part, steps: [], what: `a property called ${quoteText(name)}`, offer };
    const field = fieldName(name);
    const other = taken.get(field) ?? name;
    taken.set(field, other);
    const what = `a property called ${quoteText(name)} beside ${quoteText(other)}, as both would be the field ${field}`;
    return other === name ? [] : { part, steps: [], what, offer: 'Rename one of them.' };
  });
}
