/** Messages of Protobuf as plain specifications, from which schemas are made; and what must become of a message between two of them. */
import type { JsonObject, JsonValue } from '../../src/source/json.ts';

export type Text = readonly [text: string, number: number];

export type WireField = {
  readonly name: string;
  readonly number: number;
  readonly type: 'string' | 'bytes' | 'bool' | 'int32' | 'int64' | 'double' | 'enum' | 'message' | 'choice';
  readonly label: 'single' | 'list' | 'map';
  readonly required: boolean;
  readonly nullable: boolean;
  readonly texts: readonly Text[];
  readonly open: boolean;
  /** What validators check of the value, whichever type it has. */
  readonly bounds: JsonObject;
};

export type Alternative = { readonly text: string; readonly number: number; readonly fields: readonly WireField[] };

export type WireSpec = {
  readonly root: readonly WireField[];
  readonly message: readonly WireField[];
  readonly choice: readonly Alternative[];
  /** What is said of the message as a whole. */
  readonly rules: JsonObject;
};

/** The types of a contract; the payload is `Root`. */
export function typesOfSpec({ root, message, choice, rules }: WireSpec): JsonObject {
  return {
    Root: { ...objectOf(root), ...rules },
    Message: objectOf(message),
    Choice: {
      oneOf: choice.map(({ text, fields }) => {
        const own = objectOf(fields);
        return {
          ...own,
          required: ['kind', ...(own.required as readonly string[])],
          properties: { kind: { const: text, 'x-field': 1 }, ...(own.properties as JsonObject) },
        };
      }),
      'x-enum-numbers': Object.fromEntries(choice.map(({ text, number }) => [text, number])),
    },
  };
}

function objectOf(fields: readonly WireField[]): JsonObject {
  return {
    type: 'object',
    required: fields.filter(({ required }) => required).map(({ name }) => name),
    properties: Object.fromEntries(fields.map((field) => [field.name, { ...propertyOf(field), 'x-field': field.number }])),
  };
}

function propertyOf(field: WireField): JsonObject {
  const value = schemaOfValue(field);
  const orNull = (schema: JsonObject): JsonObject => (field.nullable ? { oneOf: [schema, { type: 'null' }] } : schema);
  if (field.label === 'list')
    return orNull({ type: 'array', items: value, ...pick(field.bounds, ['minItems', 'maxItems', 'uniqueItems']) });
  if (field.label === 'map')
    return orNull({ type: 'object', additionalProperties: value, ...pick(field.bounds, ['minProperties', 'maxProperties']) });
  return orNull(value);
}

function schemaOfValue({ type, texts, open, bounds }: WireField): JsonObject {
  const length = pick(bounds, ['minLength', 'maxLength']);
  const size = pick(bounds, ['minimum', 'maximum']);
  switch (type) {
    case 'string':
      return { type: 'string', ...length };
    case 'bytes':
      return { type: 'string', format: 'byte' };
    case 'bool':
      return { type: 'boolean' };
    case 'int32':
      return { type: 'integer', format: 'int32', ...size };
    case 'int64':
      return { type: 'integer', ...size };
    case 'double':
      return { type: 'number', ...size };
    case 'enum':
      return { enum: texts.map(([text]) => text), 'x-enum-numbers': Object.fromEntries(texts), ...(open && { 'x-open': true }) };
    case 'message':
      return { $ref: '#/types/Message' };
    case 'choice':
      return { $ref: '#/types/Choice' };
  }
}

function pick(from: JsonObject, keywords: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(from).filter(([keyword]) => keywords.includes(keyword)));
}

/** Whether what was read of a message is what was sent, by the specifications alone and by nothing that the comparison uses. */
export function isReadAsSent(from: WireSpec, to: WireSpec, sent: JsonValue, read: JsonValue): boolean {
  return sameFields({ from, to, sent: from.root, read: to.root }, sent as JsonObject, read as JsonObject);
}

type Pair = { readonly from: WireSpec; readonly to: WireSpec; readonly sent: readonly WireField[]; readonly read: readonly WireField[] };

function sameFields(pair: Pair, sent: JsonObject, read: JsonObject): boolean {
  const explained = new Set<string>();
  for (const field of pair.sent) {
    const value = Object.hasOwn(sent, field.name) ? sent[field.name] : undefined;
    if (value === undefined) continue;
    const byName = pair.read.find(({ name }) => name === field.name);
    const byNumber = pair.read.find(({ number }) => number === field.number);
    const renamed = byNumber && !pair.sent.some(({ name }) => name === byNumber.name) ? byNumber : undefined;
    const target = byName ?? (byNumber && (byNumber.name === field.name ? byNumber : renamed));
    if (!target) {
      // Its number is free for the receiver, or it is taken for what is another property of the sender.
      if (byNumber && Object.hasOwn(read, byNumber.name) && !isFilling(byNumber, read[byNumber.name])) return false;
      continue;
    }
    explained.add(target.name);
    const got = Object.hasOwn(read, target.name) ? read[target.name] : undefined;
    if (!sameField(pair, [field, target], value, got)) return false;
  }
  return pair.read.every((field) => {
    const got = Object.hasOwn(read, field.name) ? read[field.name] : undefined;
    return got === undefined || explained.has(field.name) || isFilling(field, got);
  });
}

function isFilling({ required, label, nullable }: WireField, got: JsonValue | undefined): boolean {
  if (!required) return false;
  if (label === 'single') return nullable && got === null;
  return typeof got === 'object' && got !== null && Object.keys(got).length === 0;
}

type Both = readonly [from: WireField, to: WireField];

function sameField(pair: Pair, both: Both, value: JsonValue, got: JsonValue | undefined): boolean {
  const [from, to] = both;
  if (value === null) return got === null || (!to.nullable && (got === undefined || isFilling(to, got)));
  if (got === undefined || got === null) return false;
  if (from.label !== to.label) return JSON.stringify(value) === JSON.stringify(got);
  if (from.label === 'single') return sameValue(pair, both, value, got);
  const [own, other] = [Object.entries(value as JsonObject), got as JsonObject];
  return (
    own.length === Object.keys(other).length &&
    own.every(([key, item]) => Object.hasOwn(other, key) && sameValue(pair, both, item, other[key] ?? null))
  );
}

function sameValue({ from, to }: Pair, [own, other]: Both, value: JsonValue, got: JsonValue): boolean {
  if (own.type === 'enum' && other.type === 'enum') return sameText(own.texts, other.texts, String(value), String(got));
  if (own.type === 'message' && other.type === 'message')
    return sameFields({ from, to, sent: from.message, read: to.message }, value as JsonObject, got as JsonObject);
  if (own.type === 'choice' && other.type === 'choice') return sameChoice(from, to, value as JsonObject, got as JsonObject);
  return JSON.stringify(value) === JSON.stringify(got);
}

function sameText(own: readonly Text[], other: readonly Text[], sent: string, read: string): boolean {
  if (sent === read) return true;
  // The receiver knows the sender's text, or the sender the receiver's: then it is taken for another.
  const listed = other.some(([text]) => text === read);
  if (other.some(([text]) => text === sent) || (listed && own.some(([text]) => text === read))) return false;
  const number = own.find(([text]) => text === sent)?.[1];
  const known = other.find(([, each]) => each === number)?.[0];
  if (known !== undefined) return read === known;
  // A listed text that looks like an unknown number is told apart by one more sign.
  return read.replace(/^#+/, '#') === `#${number}` && !listed;
}

function sameChoice(from: WireSpec, to: WireSpec, sent: JsonObject, read: JsonObject): boolean {
  const numbers = (spec: WireSpec): readonly Text[] => spec.choice.map(({ text, number }) => [text, number]);
  if (!sameText(numbers(from), numbers(to), String(sent.kind), String(read.kind))) return false;
  const [own, other] = [from.choice.find(({ text }) => text === sent.kind), to.choice.find(({ text }) => text === read.kind)];
  if (!own || !other) return Object.keys(read).length === 1;
  const { kind: _sent, ...rest } = sent;
  const { kind: _read, ...others } = read;
  return sameFields({ from, to, sent: own.fields, read: other.fields }, rest, others);
}
