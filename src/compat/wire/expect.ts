/** What a receiver should read of a message, if numbers and types meant to it what they meant to the sender. */
import type { ProtobufEnum, ProtobufField, ProtobufValue } from '../../payload/protobuf/model.ts';
import { isObject, type JsonObject, type JsonValue } from '../../source/json.ts';
import { fillingOf, losesNull } from './filling.ts';
import {
  type Ends,
  type Fate,
  type Fields,
  type MessagePair,
  messagesOf,
  pairAlternatives,
  pairFields,
  pairTexts,
  travellingFields,
} from './pair-messages.ts';

/**
 * The message as the receiver should read it: under its own names, without what it does not know. What is misread stays as it was sent where
 * the receiver has a property of that name or number, so that it differs from what is read.
 */
export function expectMessage(ends: Ends, pair: MessagePair, value: JsonValue): JsonValue {
  const messages = messagesOf(ends, pair);
  if (!messages || !isObject(value)) return value;
  if (messages.kind === 'fields') return expectFields(ends, pair, messages, value);
  const { sent, read } = messages;
  const fate = pairAlternatives(ends, messages).find((each) => each.sent.value === value[sent.tag]);
  if (fate?.fate === 'unknown')
    return { [read.tag]: textOfUnknown(fate.sent.number, new Set(read.alternatives.map((each) => each.value))) };
  if (fate?.fate !== 'arrives') return value;
  const tags = { sent: { property: sent.tag, text: fate.sent.value }, read: { property: read.tag, text: fate.read.value } };
  return expectMessage(ends, { sender: fate.sent.key, receiver: fate.read.key, tags }, value);
}

function expectFields(
  ends: Ends,
  pair: MessagePair,
  messages: { readonly sent: Fields; readonly read: Fields },
  value: JsonObject,
): JsonObject {
  const known = travellingFields(messages.read, pair.tags?.read);
  const expected = new Map<string, JsonValue>();
  for (const fate of pairFields(ends, messages, pair)) {
    const item = Object.hasOwn(value, fate.sent.property) ? value[fate.sent.property] : undefined;
    const found = item === undefined ? undefined : expectProperty(ends, { fate, known, messages, item });
    if (found) expected.set(...found);
  }
  for (const field of known) {
    const filling = fillingOf(field);
    if (filling && !expected.has(field.property)) expected.set(field.property, filling.value);
  }
  if (pair.tags) expected.set(pair.tags.read.property, pair.tags.read.text);
  return Object.fromEntries(expected);
}

type Sent = {
  readonly fate: Fate<ProtobufField>;
  readonly known: readonly ProtobufField[];
  readonly messages: { readonly sent: Fields };
  readonly item: JsonValue;
};

function expectProperty(ends: Ends, { fate, known, messages, item }: Sent): readonly [string, JsonValue] | undefined {
  const { sent } = fate;
  if (fate.fate === 'unknown') return undefined;
  if (fate.fate === 'arrives') {
    const isLost = item === null && losesNull(sent, fate.read);
    return isLost ? undefined : [fate.read.property, expectField(ends, fate, item)];
  }
  const named = known.find(({ property }) => property === sent.property);
  const place =
    named ??
    renamed(
      messages.sent,
      known.find(({ number }) => number === sent.number),
    );
  // To a receiver that does not know of null the value is absent, wherever it looks for it.
  return place && (item !== null || place.nullable) ? [place.property, item] : undefined;
}

/** The field of the same number, unless the sender has another of that name. */
function renamed({ fields }: Fields, field: ProtobufField | undefined): ProtobufField | undefined {
  return field && fields.some(({ property }) => property === field.property) ? undefined : field;
}

function expectField(ends: Ends, { sent, read }: Fate<ProtobufField> & { readonly fate: 'arrives' }, value: JsonValue): JsonValue {
  if (sent.label === 'list' && Array.isArray(value)) return value.map((item: JsonValue) => expectValue(ends, sent.value, read.value, item));
  if (sent.label === 'map' && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expectValue(ends, sent.value, read.value, item)]));
  }
  return expectValue(ends, sent.value, read.value, value);
}

function expectValue(ends: Ends, sent: ProtobufValue, read: ProtobufValue, value: JsonValue): JsonValue {
  if (sent.kind === 'message' && read.kind === 'message')
    return value === null ? value : expectMessage(ends, { sender: sent.key, receiver: read.key }, value);
  if (sent.kind !== 'enum' || read.kind !== 'enum' || typeof value !== 'string') return value;
  return readTexts(ends.sender.enums.get(sent.key), ends.receiver.enums.get(read.key)).get(value) ?? value;
}

/** What each text of a list is read as; misread ones as they were sent. */
export function readTexts(sent: ProtobufEnum | undefined, read: ProtobufEnum | undefined): ReadonlyMap<string, string> {
  const listed = new Set((read?.values ?? []).map(([text]) => text));
  return new Map(
    pairTexts(sent, read).map((fate) => {
      if (fate.fate === 'arrives') return [fate.sent.text, fate.read.text];
      return [fate.sent.text, fate.fate === 'unknown' ? textOfUnknown(fate.sent.number, listed) : fate.sent.text];
    }),
  );
}

/** How the codec spells a number that is not listed: `#` and the number, told apart from listed texts that look the same by another `#`. */
export function textOfUnknown(number: number, listed: ReadonlySet<string>): string {
  let text = `#${number}`;
  while (listed.has(text)) text = `#${text}`;
  return text;
}
