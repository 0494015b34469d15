import type { ProtobufField } from '../../payload/protobuf/model.ts';
import { isFilledIn } from '../../payload/protobuf/tables.ts';
import type { JsonValue } from '../../source/json.ts';

/** What a receiver takes for a field that is not there, where it fills something in: an empty list, an empty map, null. */
export function fillingOf(field: ProtobufField): { readonly value: JsonValue } | undefined {
  if (!isFilledIn(field)) return undefined;
  if (field.label === 'single') return { value: null };
  return { value: field.label === 'list' ? [] : {} };
}

/** Whether null is sent and not read: to a receiver that does not know of it the value is absent. */
export function losesNull(sent: ProtobufField, read: ProtobufField): boolean {
  return sent.nullable && !read.nullable;
}
