/**
 * What of payload schemas has a counterpart in Protobuf. The table is data, so that whoever writes `.proto` files says the same as the check
 * that refuses what is not in it.
 */
import type { JsonObject } from '../../source/json.ts';

/** The scalar types of Protobuf that msgctl uses. */
export type ProtobufScalar = 'string' | 'bytes' | 'bool' | 'int32' | 'int64' | 'double';

/**
 * The scalar of each type, without a format and with one that says more of it. Bounds never decide: they may change, and what travels must
 * not. `format: float` is a double too, as a float would round what JSON does not.
 */
export const SCALARS: ReadonlyMap<string, { readonly plain: ProtobufScalar; readonly formats: Readonly<Record<string, ProtobufScalar>> }> =
  new Map([
    ['string', { plain: 'string', formats: { byte: 'bytes' } }],
    ['boolean', { plain: 'bool', formats: {} }],
    ['integer', { plain: 'int64', formats: { int32: 'int32' } }],
    ['number', { plain: 'double', formats: {} }],
  ]);

/** The scalar of a value of this type, by all that its schemas say; undefined for a type that is none. */
export function scalarOf(type: string, schemas: readonly JsonObject[]): ProtobufScalar | undefined {
  const scalars = SCALARS.get(type);
  if (!scalars) return undefined;
  if (type === 'string' && schemas.some(({ contentEncoding }) => contentEncoding === 'base64')) return 'bytes';
  const formats = schemas.flatMap(({ format }) => (typeof format === 'string' && Object.hasOwn(scalars.formats, format) ? [format] : []));
  return scalars.formats[formats[0] ?? ''] ?? scalars.plain;
}

/** Fields that msgctl adds to messages: the numbers of fields that are null, and of lists and maps that are there and empty. */
export const MARKERS = { nulls: 18_998, empties: 18_999 } as const;

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
