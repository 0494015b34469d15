/** Payloads as messages of Protobuf: what `.proto` files say and codecs go by, decided once. Names of packages and files are no part of it. */
import type { SchemaLocation } from '../documents.ts';
import type { KeywordPart } from '../schema-part.ts';
import type { ProtobufScalar } from './counterparts.ts';

/** All messages and enums that some payloads reach, by keys that mean nothing but that they are the same. */
export type ProtobufModel = {
  readonly messages: ReadonlyMap<string, ProtobufMessage>;
  readonly enums: ReadonlyMap<string, ProtobufEnum>;
  /** The key of the message that a payload is. */
  readonly payloads: ReadonlyMap<string, string>;
};

/** What messages and enums have in common. */
type Declared = {
  /** Where it is written; a message of several schemas where they come together. */
  readonly at: SchemaLocation;
  readonly description: string | undefined;
  readonly deprecated: boolean;
  /** Numbers taken out of use. */
  readonly reserved: readonly number[];
};

/** A message: fields beside each other, or one of several alternatives. */
export type ProtobufMessage = Declared &
  (
    | { readonly kind: 'fields'; readonly fields: readonly ProtobufField[] }
    | { readonly kind: 'choice'; readonly tag: string; readonly alternatives: readonly ProtobufAlternative[] }
  );

/** A property. */
export type ProtobufField = {
  readonly property: string;
  readonly number: number;
  /** The schemas that stand for the property, that with the number first. */
  readonly parts: readonly [KeywordPart, ...KeywordPart[]];
  readonly label: 'single' | 'list' | 'map';
  readonly value: ProtobufValue;
  readonly nullable: boolean;
  readonly required: boolean;
  /** The only value that it has, where it tells which alternative a message is. */
  readonly constant: string | undefined;
  readonly description: string | undefined;
  readonly deprecated: boolean;
};

/** What a field or each of its entries holds. */
export type ProtobufValue =
  | { readonly kind: 'scalar'; readonly scalar: ProtobufScalar }
  | { readonly kind: 'enum' | 'message'; readonly key: string };

/** An alternative: the value that tells it from the others, and its message. */
export type ProtobufAlternative = { readonly value: string; readonly number: number; readonly key: string };

/** An enum: texts and their numbers, in the order of the numbers. */
export type ProtobufEnum = Declared & { readonly values: readonly (readonly [text: string, number: number])[] };

/** The schema that a message is made of, or the schemas, if it takes several. */
export type Home = { readonly key: string; readonly at: SchemaLocation };

/** The keys of the messages and enums that a message holds. */
export function keysWithin(model: ProtobufModel, key: string): readonly string[] {
  const message = model.messages.get(key);
  if (!message) return [];
  if (message.kind === 'choice') return message.alternatives.map((alternative) => alternative.key);
  return message.fields.flatMap(({ value }) => (value.kind === 'scalar' ? [] : [value.key]));
}
