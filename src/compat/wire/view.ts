/** What becomes of a value on its way: how a schema of what is read speaks of what was sent. */
import type { ProtobufField, ProtobufValue } from '../../payload/protobuf/model.ts';
import { readTexts } from './expect.ts';
import { fillingOf, losesNull } from './filling.ts';
import { innerPair } from './guard.ts';
import { type Ends, type MessagePair, messagesOf, pairFields, pairKey, type Tag, travellingFields } from './pair-messages.ts';

/** How a value is read. */
export type View =
  /** As it was sent. */
  | { readonly kind: 'same' }
  /** As it was sent, and never more than 32 bits. */
  | { readonly kind: 'int32' }
  | { readonly kind: 'text'; readonly key: string; readonly texts: ReadonlyMap<string, string> }
  | { readonly kind: 'list' | 'map'; readonly key: string; readonly part: View }
  | { readonly kind: 'message'; readonly key: string; readonly pair: MessagePair };

/** A name that tells two views apart. */
export function viewKey(view: View): string {
  return view.kind === 'same' || view.kind === 'int32' ? view.kind : `${view.kind} ${view.key}`;
}

/** How a message is read. */
export function viewOfMessage(pair: MessagePair): View {
  return { kind: 'message', key: pairKey(pair), pair };
}

/** How the values of two fields are read. */
function viewOfField(ends: Ends, sent: ProtobufField, read: ProtobufField): View {
  const part = viewOfValue(ends, sent.value, read.value);
  return sent.label === 'single' ? part : { kind: sent.label, key: viewKey(part), part };
}

function viewOfValue({ sender, receiver }: Ends, sent: ProtobufValue, read: ProtobufValue): View {
  const pair = innerPair(sent, read);
  if (pair) return viewOfMessage(pair);
  if (read.kind === 'scalar' && read.scalar === 'int32') return { kind: 'int32' };
  if (sent.kind !== 'enum' || read.kind !== 'enum') return { kind: 'same' };
  return { kind: 'text', key: `${sent.key}\n${read.key}`, texts: readTexts(sender.enums.get(sent.key), receiver.enums.get(read.key)) };
}

/** What a receiver finds under a name: a constant, never anything, or what was sent under another name, if anything was. */
export type Reading =
  | { readonly kind: 'constant'; readonly text: string }
  | { readonly kind: 'never' }
  | {
      readonly kind: 'field';
      readonly field: ProtobufField;
      /** What is taken for it where it is absent. */
      readonly filling: ReturnType<typeof fillingOf>;
      readonly sent: { readonly property: string; readonly losesNull: boolean; readonly view: View } | undefined;
    };

/** A message with fields, as the receiver finds it. */
export type FieldsView = {
  readonly readingOf: (name: string) => Reading;
  /** All names that a message may have when it is read. */
  readonly names: readonly string[];
  /** All names under which something is sent. */
  readonly sentNames: readonly string[];
  /** How many of the properties that are sent may be missing when the message is read. */
  readonly lost: number;
};

/** How a message with fields is read; undefined where the messages are of different kinds, which the guard refuses. */
export function fieldsView(ends: Ends, pair: MessagePair): FieldsView | undefined {
  const messages = messagesOf(ends, pair);
  if (messages?.kind !== 'fields') return undefined;
  const tag = pair.tags?.read;
  const fates = pairFields(ends, messages, pair);
  const fields = travellingFields(messages.read, tag);
  const sentOf = new Map(
    fates.flatMap((fate) =>
      fate.fate === 'arrives' ? [[fate.read.property, { ...fate, losesNull: losesNull(fate.sent, fate.read) }] as const] : [],
    ),
  );
  const readings = new Map<string, Reading>(
    fields.map((field) => {
      const found = sentOf.get(field.property);
      const sent = found && {
        property: found.sent.property,
        losesNull: found.losesNull,
        view: viewOfField(ends, found.sent, found.read),
      };
      return [field.property, { kind: 'field', field, filling: fillingOf(field), sent }];
    }),
  );
  if (tag) readings.set(tag.property, constantReading(tag));
  const lost = fates.filter((fate) => fate.fate !== 'arrives' || losesNull(fate.sent, fate.read)).length;
  return {
    readingOf: (name) => readings.get(name) ?? { kind: 'never' },
    names: [...readings.keys()],
    sentNames: [...fates.map(({ sent }) => sent.property), ...(pair.tags ? [pair.tags.sent.property] : [])],
    lost,
  };
}

function constantReading({ text }: Tag): Reading {
  return { kind: 'constant', text };
}
