import type { BinaryReader } from '@bufbuild/protobuf/wire';
import { DEEPEST, ProtobufError } from './protobuf-error.ts';
import { type Alternative, type ChoicePlan, type FieldPlan, type FieldsPlan, MARKERS, type Plan, textOf } from './protobuf-plan.ts';
import { wireTypeOf } from './protobuf-write.ts';

const VARINT = 0;
const BIT64 = 1;
const DELIMITED = 2;
const GROUP = 3;
const END_OF_GROUP = 4;

type JsonRecord = Record<string, unknown>;

/** Where reading is: the steps to the value at hand, how many messages it stands in, and where the innermost ends. */
type Place = { readonly path: (string | number)[]; depth: number; end: number };

/** Reads a message that takes all the bytes. Whatever is wrong with them is a `ProtobufError`. */
export function readMessage(reader: BinaryReader, plan: Plan): unknown {
  const place: Place = { path: [], depth: 0, end: reader.len };
  try {
    return readInto(reader, plan, undefined, place);
  } catch (cause) {
    if (cause instanceof ProtobufError) throw cause;
    const problem = cause instanceof RangeError ? 'the bytes end too soon.' : describe(cause);
    throw new ProtobufError(problem, { path: place.path, offset: Math.min(reader.pos, reader.len), cause });
  }
}

function describe(cause: unknown): string {
  return cause instanceof TypeError ? 'a text is not UTF-8.' : 'the bytes are no Protobuf.';
}

/** Reads the rest of a message into what was read of it before: one that comes in pieces is put together. */
function readInto(reader: BinaryReader, plan: Plan, known: unknown, place: Place): JsonRecord {
  const target = isRecord(known) ? known : {};
  return plan.kind === 'choice' ? readChoice(reader, plan, target, place) : readFields(reader, plan, target, place);
}

/** Reads what a length stands before. */
function readInside<T>(reader: BinaryReader, place: Place, read: () => T): T {
  const end = reader.uint32() + reader.pos;
  if (end > place.end) throw refuse(reader, 'the bytes end too soon.', place);
  if (place.depth >= DEEPEST) throw refuse(reader, `messages stand in each other more than ${DEEPEST} deep.`, place);
  const outer = place.end;
  place.depth++;
  place.end = end;
  const result = read();
  place.end = outer;
  place.depth--;
  return result;
}

/** Calls `read` for each field up to the end. */
function eachField(reader: BinaryReader, place: Place, read: (number: number, wireType: number) => void): void {
  while (reader.pos < place.end) {
    const [number, wireType] = reader.tag();
    read(number, wireType);
    if (reader.pos > place.end) throw refuse(reader, 'a field is longer than its message.', place);
  }
}

function readFields(reader: BinaryReader, plan: FieldsPlan, target: JsonRecord, place: Place): JsonRecord {
  const nulls: number[] = [];
  const empties: number[] = [];
  eachField(reader, place, (number, wireType) => {
    const field = plan.fields.get(number);
    if (field) readField(reader, { field, wireType, target }, place);
    else if (number === MARKERS.nulls) readNumbers(reader, wireType, nulls, place);
    else if (number === MARKERS.empties) readNumbers(reader, wireType, empties, place);
    else skip(reader, number, wireType, place);
  });
  for (const number of nulls) {
    const field = plan.fields.get(number);
    if (field?.nullable && !Object.hasOwn(target, field.name)) put(target, field.name, null);
  }
  for (const number of empties) {
    const field = plan.fields.get(number);
    if (field?.in && !Object.hasOwn(target, field.name)) put(target, field.name, emptyOf(field));
  }
  // Whoever does not know of the marks sends nothing of an empty list, nor of null.
  for (const field of plan.traceless) if (!Object.hasOwn(target, field.name)) put(target, field.name, field.in ? emptyOf(field) : null);
  return target;
}

function emptyOf(field: FieldPlan): unknown {
  return field.in === 'list' ? [] : {};
}

type Occurrence = { readonly field: FieldPlan; readonly wireType: number; readonly target: JsonRecord };

function readField(reader: BinaryReader, { field, wireType, target }: Occurrence, place: Place): void {
  place.path.push(field.name);
  const known = Object.hasOwn(target, field.name) ? target[field.name] : undefined;
  if (field.in === 'list') {
    const list = Array.isArray(known) ? known : [];
    if (list !== known) put(target, field.name, list);
    readItems(reader, { field, wireType, target: list }, place);
  } else if (field.in === 'map') {
    const map = isRecord(known) ? known : {};
    if (map !== known) put(target, field.name, map);
    expectWireType(reader, wireType, DELIMITED, place);
    readInside(reader, place, () => readEntry(reader, field, map, place));
  } else {
    expectWireType(reader, wireType, wireTypeOf(field), place);
    put(target, field.name, readValue(reader, field, known, place));
  }
  place.path.pop();
}

type Items = { readonly field: FieldPlan; readonly wireType: number; readonly target: unknown[] };

/** One item, or many of them packed, whichever way they were written. */
function readItems(reader: BinaryReader, { field, wireType, target }: Items, place: Place): void {
  const read = (): void => {
    place.path.push(target.length);
    target.push(readValue(reader, field, undefined, place));
    place.path.pop();
  };
  const single = wireTypeOf(field);
  if (wireType !== DELIMITED || single === DELIMITED) {
    expectWireType(reader, wireType, single, place);
    read();
    return;
  }
  readInside(reader, place, () => {
    while (reader.pos < place.end) read();
    if (reader.pos > place.end) throw refuse(reader, 'a list ends within a value.', place);
  });
}

function readEntry(reader: BinaryReader, field: FieldPlan, map: JsonRecord, place: Place): void {
  let key = '';
  let value: { readonly read: unknown } | undefined;
  eachField(reader, place, (number, wireType) => {
    if (number === 1) {
      expectWireType(reader, wireType, DELIMITED, place);
      key = readText(reader, place);
    } else if (number === 2) {
      expectWireType(reader, wireType, wireTypeOf(field), place);
      value = { read: readValue(reader, field, value?.read, place) };
    } else skip(reader, number, wireType, place);
  });
  put(map, key, value ? value.read : missingValue(field));
}

/** What an entry without a value holds. */
function missingValue(field: FieldPlan): unknown {
  if (field.type === 'message') return {};
  if (field.type === 'enum') return textOf(field.listing, 0);
  if (field.type === 'bool') return false;
  return field.type === 'string' || field.type === 'bytes' ? '' : 0;
}

function readChoice(reader: BinaryReader, plan: ChoicePlan, target: JsonRecord, place: Place): JsonRecord {
  let chosen: { readonly value: string; readonly message: JsonRecord } | undefined;
  const before = Object.hasOwn(target, plan.tag) ? target[plan.tag] : undefined;
  if (typeof before === 'string') chosen = { value: before, message: target };
  eachField(reader, place, (number, wireType) => {
    const alternative = plan.byNumber.get(number);
    if (!alternative) {
      skip(reader, number, wireType, place);
      if (wireType === DELIMITED) chosen = unlisted(plan, number);
      return;
    }
    expectWireType(reader, wireType, DELIMITED, place);
    const known = chosen?.value === alternative.value ? chosen.message : undefined;
    chosen = readAlternative(reader, plan, { alternative, known }, place);
  });
  return chosen?.message ?? target;
}

type Chosen = { readonly value: string; readonly message: JsonRecord };

/** An alternative that this code does not know: all that is left of it is its number, in the place of its value. */
function unlisted(plan: ChoicePlan, number: number): Chosen {
  const numbers = new Map([...plan.byValue].map(([value, alternative]) => [value, alternative.number]));
  const texts = new Map([...numbers].map(([value, each]) => [each, value]));
  const value = textOf({ numbers, texts }, number);
  const message: JsonRecord = {};
  put(message, plan.tag, value);
  return { value, message };
}

type Known = { readonly alternative: Alternative; readonly known: JsonRecord | undefined };

function readAlternative(reader: BinaryReader, plan: ChoicePlan, { alternative, known }: Known, place: Place): Chosen {
  const message = readInside(reader, place, () => readInto(reader, alternative.plan(), known, place));
  put(message, plan.tag, alternative.value);
  return { value: alternative.value, message };
}

function readValue(reader: BinaryReader, field: FieldPlan, known: unknown, place: Place): unknown {
  switch (field.type) {
    case 'message':
      return readInside(reader, place, () => readInto(reader, field.message(), known, place));
    case 'enum':
      return textOf(field.listing, readInteger(reader, place));
    case 'string':
      return readText(reader, place);
    case 'bytes':
      return Buffer.from(readBytes(reader, place)).toString('base64');
    case 'bool':
      return reader.bool();
    case 'double':
      return readDouble(reader, place);
    case 'int32':
      return readShortInteger(reader, place);
    case 'int64':
      return readInteger(reader, place);
    default:
      return field.type satisfies never;
  }
}

function readBytes(reader: BinaryReader, place: Place): Uint8Array {
  const bytes = reader.bytes();
  if (reader.pos > place.end) throw refuse(reader, 'the bytes end too soon.', place);
  return bytes;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function readText(reader: BinaryReader, place: Place): string {
  return UTF8.decode(readBytes(reader, place));
}

function readDouble(reader: BinaryReader, place: Place): number {
  const value = reader.double();
  if (!Number.isFinite(value)) throw refuse(reader, `${value} is no number of JSON.`, place);
  return value;
}

function readInteger(reader: BinaryReader, place: Place): number {
  const exact = BigInt(reader.int64());
  const value = Number(exact);
  if (BigInt(value) !== exact) throw refuse(reader, `${exact} is more than a number holds exactly.`, place);
  return value;
}

function readShortInteger(reader: BinaryReader, place: Place): number {
  const value = readInteger(reader, place);
  if ((value | 0) !== value) throw refuse(reader, `${value} is more than int32 holds.`, place);
  return value;
}

function readNumbers(reader: BinaryReader, wireType: number, numbers: number[], place: Place): void {
  if (wireType === VARINT) numbers.push(reader.int32());
  else {
    expectWireType(reader, wireType, DELIMITED, place);
    readInside(reader, place, () => {
      while (reader.pos < place.end) numbers.push(reader.int32());
    });
  }
}

/** Passes over a field that this code does not know. Groups are not in use any more, yet old senders may have some. */
function skip(reader: BinaryReader, number: number, wireType: number, place: Place): void {
  if (wireType === END_OF_GROUP) throw refuse(reader, 'a group ends that did not begin.', place);
  if (wireType !== GROUP) {
    reader.skip(wireType, number);
    return;
  }
  const open = [number];
  while (open.length > 0) {
    if (open.length > DEEPEST) throw refuse(reader, `groups stand in each other more than ${DEEPEST} deep.`, place);
    const [inner, innerType] = reader.tag();
    if (innerType === GROUP) open.push(inner);
    else if (innerType !== END_OF_GROUP) reader.skip(innerType, inner);
    else if (open.pop() !== inner) throw refuse(reader, 'a group ends that did not begin.', place);
  }
}

function expectWireType(reader: BinaryReader, found: number, wanted: number, place: Place): void {
  if (found === wanted) return;
  const names: Readonly<Record<number, string>> = { [VARINT]: 'an integer', [BIT64]: '8 bytes', [DELIMITED]: 'a length and bytes' };
  const [was, expected] = [names[found] ?? `wire type ${found}`, names[wanted] ?? ''];
  throw refuse(reader, `it is written as ${was}, where ${expected} should be.`, place);
}

function refuse(reader: BinaryReader, problem: string, { path }: Place): ProtobufError {
  return new ProtobufError(problem, { path, offset: Math.min(reader.pos, reader.len) });
}

/** Sets a property of its own, whatever it is called. */
function put(target: JsonRecord, name: string, value: unknown): void {
  if (name !== '__proto__') target[name] = value;
  else Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
