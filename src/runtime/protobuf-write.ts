import type { BinaryWriter } from '@bufbuild/protobuf/wire';
import { DEEPEST, ProtobufError } from './protobuf-error.ts';
import { type ChoicePlan, type FieldPlan, type FieldsPlan, MARKERS, numberOf, type Plan } from './protobuf-plan.ts';

/** Wire types, as the tags of fields carry them. */
const VARINT = 0;
const BIT64 = 1;
const DELIMITED = 2;

/** Where writing is: the steps to the value at hand, and how many messages it stands in. */
type Place = { readonly path: (string | number)[]; depth: number };

type JsonRecord = Readonly<Record<string, unknown>>;

/** Writes a message. */
export function writeMessage(writer: BinaryWriter, plan: Plan, value: unknown, place: Place = { path: [], depth: 0 }): void {
  if (!isRecord(value)) throw refuse('it is no object.', place);
  if (plan.kind === 'choice') writeChoice(writer, plan, value, place);
  else writeFields(writer, plan, { value, implied: undefined }, place);
}

/** Writes a message inside another. One that holds itself would never end. */
function writeInside(writer: BinaryWriter, place: Place, write: () => void): void {
  if (place.depth >= DEEPEST)
    throw new ProtobufError(`messages stand in each other more than ${DEEPEST} deep.`, { path: place.path.slice(0, 8) });
  place.depth++;
  writer.fork();
  write();
  writer.join();
  place.depth--;
}

/** An object, and the property that the choice of its message tells already. */
type Properties = { readonly value: JsonRecord; readonly implied: string | undefined };

function writeFields(writer: BinaryWriter, plan: FieldsPlan, { value, implied }: Properties, place: Place): void {
  const { path } = place;
  const nulls: number[] = [];
  const empties: number[] = [];
  for (const field of plan.fields.values()) {
    const item = Object.hasOwn(value, field.name) ? value[field.name] : undefined;
    if (item === undefined || field.name === implied) continue;
    path.push(field.name);
    if (item === null) {
      if (!field.nullable) throw refuse('it is null.', place);
      nulls.push(field.number);
    } else if (writeField(writer, field, item, place) === 'empty') empties.push(field.number);
    path.pop();
  }
  writePacked(writer, MARKERS.nulls, nulls);
  writePacked(writer, MARKERS.empties, empties);
}

function writePacked(writer: BinaryWriter, number: number, values: readonly number[]): void {
  if (values.length === 0) return;
  writer.tag(number, DELIMITED).fork();
  for (const value of values) writer.int32(value);
  writer.join();
}

function writeChoice(writer: BinaryWriter, plan: ChoicePlan, value: JsonRecord, place: Place): void {
  const tag = Object.hasOwn(value, plan.tag) ? value[plan.tag] : undefined;
  const alternative = typeof tag === 'string' ? plan.byValue.get(tag) : undefined;
  if (!alternative) throw new ProtobufError('it is none of the alternatives.', { path: [...place.path, plan.tag] });
  const chosen = alternative.plan();
  writer.tag(alternative.number, DELIMITED);
  writeInside(writer, place, () => {
    if (chosen.kind === 'choice') writeChoice(writer, chosen, value, place);
    else writeFields(writer, chosen, { value, implied: plan.tag }, place);
  });
}

/** Writes what is there of a field; tells when nothing is, because a list or a map is empty. */
function writeField(writer: BinaryWriter, field: FieldPlan, item: unknown, place: Place): 'empty' | undefined {
  if (field.in === 'list') return writeList(writer, field, item, place);
  if (field.in === 'map') return writeMap(writer, field, item, place);
  writer.tag(field.number, wireTypeOf(field));
  writeValue(writer, field, item, place);
  return undefined;
}

function writeList(writer: BinaryWriter, field: FieldPlan, items: unknown, place: Place): 'empty' | undefined {
  if (!Array.isArray(items)) throw refuse('it is no list.', place);
  if (items.length === 0) return 'empty';
  const wireType = wireTypeOf(field);
  if (wireType !== DELIMITED) writer.tag(field.number, DELIMITED).fork();
  for (const [index, item] of items.entries()) {
    place.path.push(index);
    if (wireType === DELIMITED) writer.tag(field.number, DELIMITED);
    writeValue(writer, field, item, place);
    place.path.pop();
  }
  if (wireType !== DELIMITED) writer.join();
  return undefined;
}

function writeMap(writer: BinaryWriter, field: FieldPlan, map: unknown, place: Place): 'empty' | undefined {
  if (!isRecord(map)) throw refuse('it is no object.', place);
  const entries = Object.entries(map).filter(([, item]) => item !== undefined);
  for (const [key, item] of entries) {
    place.path.push(key);
    writer.tag(field.number, DELIMITED);
    writeInside(writer, place, () => {
      writer.tag(1, DELIMITED).string(wellFormed(key, place));
      writer.tag(2, wireTypeOf(field));
      writeValue(writer, field, item, place);
    });
    place.path.pop();
  }
  return entries.length === 0 ? 'empty' : undefined;
}

/** How the values of a field are laid out. */
export function wireTypeOf({ type }: Pick<FieldPlan, 'type'>): number {
  if (type === 'double') return BIT64;
  return type === 'string' || type === 'bytes' || type === 'message' ? DELIMITED : VARINT;
}

function writeValue(writer: BinaryWriter, field: FieldPlan, value: unknown, place: Place): void {
  switch (field.type) {
    case 'message':
      writeInside(writer, place, () => writeMessage(writer, field.message(), value, place));
      return;
    case 'enum':
      writer.int32(enumNumber(field, value, place));
      return;
    case 'string':
      writer.string(wellFormed(value, place));
      return;
    case 'bytes':
      writer.bytes(bytesOf(value, place));
      return;
    case 'bool':
      if (typeof value !== 'boolean') throw refuse('it is neither true nor false.', place);
      writer.bool(value);
      return;
    case 'double':
      if (typeof value !== 'number' || !Number.isFinite(value)) throw refuse('it is no number.', place);
      writer.double(value);
      return;
    default:
      writeInteger(writer, field.type, value, place);
  }
}

/** The bounds of integers; those of 64 bits are exact as numbers, the upper one is the first beyond. */
const BEYOND = { int32: 2 ** 31, int64: 2 ** 63 } as const;

function writeInteger(writer: BinaryWriter, type: 'int32' | 'int64', value: unknown, place: Place): void {
  if (typeof value !== 'number' || !Number.isInteger(value)) throw refuse('it is no integer.', place);
  if (value < -BEYOND[type] || value >= BEYOND[type]) throw refuse(`${value} is more than ${type} holds.`, place);
  if (type === 'int32') writer.int32(value);
  else writer.int64(value);
}

function enumNumber(field: FieldPlan, value: unknown, place: Place): number {
  const number = typeof value === 'string' ? numberOf(field.listing, value) : undefined;
  if (number === undefined) throw refuse('it is none of the listed values.', place);
  return number;
}

function wellFormed(value: unknown, place: Place): string {
  if (typeof value !== 'string') throw refuse('it is no text.', place);
  if (/\p{Cs}/u.test(value)) throw refuse('it holds half of a character, which UTF-8 cannot.', place);
  return value;
}

/** The bytes of a base64 text, which must be the one that these bytes become again. */
function bytesOf(value: unknown, place: Place): Uint8Array {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'base64') : undefined;
  if (!bytes || bytes.toString('base64') !== value) throw refuse('it is no base64 in its usual form (RFC 4648, padded).', place);
  return bytes;
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(problem: string, { path }: Place): ProtobufError {
  return new ProtobufError(problem, { path });
}
