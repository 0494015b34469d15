import type { ProtobufModel, ProtobufValue } from '../../payload/protobuf/model.ts';
import { isObject, type JsonValue } from '../../source/json.ts';

/** The text `a` as bytes: a text that is no base64 cannot be sent as bytes, and one of nothing shows nothing. */
const SOME_BYTES = 'YQ==';

/**
 * The same message with bytes that can be sent, where a schema says no more of them than that they are text. Undefined where nothing of the
 * message travels as bytes.
 */
export function withSendableBytes(model: ProtobufModel, key: string, message: JsonValue): JsonValue | undefined {
  const changed = inMessage(model, key, message);
  return changed === message ? undefined : changed;
}

function inMessage(model: ProtobufModel, key: string, message: JsonValue): JsonValue {
  const known = model.messages.get(key);
  if (!known || !isObject(message)) return message;
  if (known.kind === 'choice') {
    const alternative = known.alternatives.find(({ value }) => value === message[known.tag]);
    return alternative ? inMessage(model, alternative.key, message) : message;
  }
  const changes = known.fields.flatMap(({ property, label, value }) => {
    const item = Object.hasOwn(message, property) ? message[property] : undefined;
    const changed = item === undefined ? item : inField(model, { label, value }, item);
    return changed === item || changed === undefined ? [] : [[property, changed] as const];
  });
  return changes.length === 0 ? message : { ...message, ...Object.fromEntries(changes) };
}

type Held = { readonly label: 'single' | 'list' | 'map'; readonly value: ProtobufValue };

function inField(model: ProtobufModel, { label, value }: Held, item: JsonValue): JsonValue {
  if (label === 'list' && Array.isArray(item)) return replaced(item, (each) => inValue(model, value, each));
  if (label !== 'map' || !isObject(item)) return inValue(model, value, item);
  const names = Object.keys(item);
  const values = names.map((name) => item[name] ?? null);
  const changed = replaced(values, (each) => inValue(model, value, each));
  return changed === values ? item : Object.fromEntries(names.map((name, index) => [name, changed[index] ?? null]));
}

function replaced(values: readonly JsonValue[], change: (value: JsonValue) => JsonValue): readonly JsonValue[] {
  const changed = values.map(change);
  return changed.every((value, index) => value === values[index]) ? values : changed;
}

function inValue(model: ProtobufModel, value: ProtobufValue, item: JsonValue): JsonValue {
  if (value.kind === 'message') return inMessage(model, value.key, item);
  return value.kind === 'scalar' && value.scalar === 'bytes' && typeof item === 'string' ? SOME_BYTES : item;
}
