/** How messages travel as Protobuf, as generated code tells it: plain data, from which a codec is made. */

/** The messages and enums that the payloads of a service reach, by their names in `.proto` files. */
export type ProtobufTables = {
  readonly messages: Readonly<Record<string, ProtobufMessage>>;
  /** The number of each listed text. */
  readonly enums: Readonly<Record<string, readonly (readonly [text: string, number: number])[]>>;
};

/** A message: fields beside each other, or one of several messages, told apart by the value of a property. */
export type ProtobufMessage =
  | { readonly fields: readonly ProtobufField[] }
  | { readonly tag: string; readonly alternatives: readonly (readonly [value: string, number: number, message: string])[] };

/** A property and its field. */
export type ProtobufField = {
  readonly name: string;
  readonly number: number;
  readonly type: 'string' | 'bytes' | 'bool' | 'int32' | 'int64' | 'double' | 'enum' | 'message';
  /** The enum or the message. */
  readonly of?: string;
  readonly in?: 'list' | 'map';
  /** Whether it may be null. */
  readonly nullable?: boolean;
  /** Whether it is always there; said only of what leaves no trace when it is null or empty. */
  readonly required?: boolean;
};
