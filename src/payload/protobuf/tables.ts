/** A model as the tables that codecs go by (`runtime/protobuf-tables.ts`): plain data, whatever its messages are called. */
import type { ProtobufScalar } from './counterparts.ts';
import { keysWithin, type ProtobufField, type ProtobufMessage, type ProtobufModel } from './model.ts';

/** Messages and enums by their names. */
export type ProtobufTables = {
  readonly messages: Readonly<Record<string, TableMessage>>;
  readonly enums: Readonly<Record<string, readonly (readonly [text: string, number: number])[]>>;
};

/** A message: its fields, or the alternatives and the property that tells them apart. */
type TableMessage =
  | { readonly fields: readonly TableField[] }
  | { readonly tag: string; readonly alternatives: readonly (readonly [value: string, number: number, message: string])[] };

/** A field, with what is not said left out. */
type TableField = {
  readonly name: string;
  readonly number: number;
  readonly type: ProtobufScalar | 'enum' | 'message';
  readonly of?: string;
  readonly in?: 'list' | 'map';
  readonly nullable?: true;
  readonly required?: true;
};

/** The tables of what some messages reach. `nameOf` gives the name of a key. */
export function describeModel(model: ProtobufModel, keys: Iterable<string>, nameOf: (key: string) => string): ProtobufTables {
  const reached = new Set(keys);
  // The set grows while it is walked.
  for (const key of reached) for (const inner of keysWithin(model, key)) reached.add(inner);
  const byName = [...reached].map((key) => [nameOf(key), key] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  const messages = byName.flatMap(([name, key]) => {
    const message = model.messages.get(key);
    return message ? [[name, describeMessage(message, nameOf)] as const] : [];
  });
  const enums = byName.flatMap(([name, key]) => {
    const listing = model.enums.get(key);
    return listing ? [[name, listing.values] as const] : [];
  });
  return { messages: Object.fromEntries(messages), enums: Object.fromEntries(enums) };
}

function describeMessage(message: ProtobufMessage, nameOf: (key: string) => string): TableMessage {
  if (message.kind === 'fields') return { fields: message.fields.map((field) => describeField(field, nameOf)) };
  return { tag: message.tag, alternatives: message.alternatives.map(({ value, number, key }) => [value, number, nameOf(key)] as const) };
}

function describeField(field: ProtobufField, nameOf: (key: string) => string): TableField {
  const { property, number, label, value, nullable } = field;
  return {
    name: property,
    number,
    type: value.kind === 'scalar' ? value.scalar : value.kind,
    ...(value.kind !== 'scalar' && { of: nameOf(value.key) }),
    ...(label !== 'single' && { in: label }),
    ...(nullable && { nullable }),
    ...(isFilledIn(field) && { required: true }),
  };
}

/** Whether a receiver fills in what is missing: a list, a map or null, which leave no trace where senders know nothing of the marks. */
export function isFilledIn({ required, label, nullable }: ProtobufField): boolean {
  return required && (label !== 'single' || nullable);
}
