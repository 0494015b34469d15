/**
 * What of payload schemas has a counterpart in Protobuf. The table is data, so that whoever writes `.proto` files says the same as the check
 * that refuses what is not in it.
 */

/** The scalar types of Protobuf that msgctl uses. */
type ProtobufScalar = 'string' | 'bool' | 'int32' | 'int64' | 'float' | 'double';

/** The scalar of each type, without a format and with one that says more of it. */
export const SCALARS: ReadonlyMap<string, { readonly plain: ProtobufScalar; readonly formats: Readonly<Record<string, ProtobufScalar>> }> =
  new Map([
    ['string', { plain: 'string', formats: {} }],
    ['boolean', { plain: 'bool', formats: {} }],
    ['integer', { plain: 'int64', formats: { int32: 'int32', int64: 'int64' } }],
    ['number', { plain: 'double', formats: { float: 'float', double: 'double' } }],
  ]);

/** Where a schema stands in a message of Protobuf: the message itself, a field, an entry of a `repeated` field or of a `map`. */
export type ProtobufPosition = 'payload' | 'field' | 'item' | 'entry';

/** What may stand at each position. Fields may also be absent, so that only they can be `null`. */
export const HOLDS: Readonly<
  Record<ProtobufPosition, { readonly list: boolean; readonly map: boolean; readonly scalar: boolean; readonly null: boolean }>
> = {
  payload: { list: false, map: false, scalar: false, null: false },
  field: { list: true, map: true, scalar: true, null: true },
  item: { list: false, map: false, scalar: true, null: false },
  entry: { list: false, map: false, scalar: true, null: false },
};

/** The form of a field's name, before it is written in snake_case. */
export const FIELD_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The name of a field in a `.proto` file: `orderId` is `order_id`, which JSON of Protobuf calls `orderId` again. */
export function fieldName(property: string): string {
  return property.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase();
}
