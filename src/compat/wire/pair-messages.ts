/** Which field of one version's message is which of the other's, and whether it is read as it was sent. */
import type { ProtobufAlternative, ProtobufEnum, ProtobufField, ProtobufMessage, ProtobufModel } from '../../payload/protobuf/model.ts';

/** The messages of the version that sends and of the version that receives. */
export type Ends = { readonly sender: ProtobufModel; readonly receiver: ProtobufModel };

/** What tells which alternative a message is: it travels as the number of the alternative, not as a field. */
export type Tag = { readonly property: string; readonly text: string };

/** A message as it is sent and as it is read; the tags where it is an alternative. */
export type MessagePair = {
  readonly sender: string;
  readonly receiver: string;
  readonly tags?: { readonly sent: Tag; readonly read: Tag };
};

/**
 * What becomes of a field, an alternative or a value of a list: it arrives; the receiver passes over it, as it knows neither number nor name;
 * or it is lost or taken for something else although the receiver knows it.
 */
export type Fate<Thing> =
  | { readonly fate: 'arrives'; readonly sent: Thing; readonly read: Thing }
  | { readonly fate: 'unknown'; readonly sent: Thing }
  | { readonly fate: 'misread'; readonly sent: Thing; readonly reason: string };

/** A text that names the pair within its versions. */
export function pairKey({ sender, receiver, tags }: MessagePair): string {
  const told = tags ? [tags.sent.property, tags.sent.text, tags.read.property, tags.read.text] : [];
  return [sender, receiver, ...told].join('\n');
}

/** Both messages of a pair, where they are of one kind. */
export function messagesOf(
  { sender, receiver }: Ends,
  pair: MessagePair,
):
  | { readonly kind: 'fields'; readonly sent: Fields; readonly read: Fields }
  | { readonly kind: 'choice'; readonly sent: Choice; readonly read: Choice }
  | undefined {
  const [sent, read] = [sender.messages.get(pair.sender), receiver.messages.get(pair.receiver)];
  if (sent?.kind === 'fields' && read?.kind === 'fields') return { kind: 'fields', sent, read };
  return sent?.kind === 'choice' && read?.kind === 'choice' ? { kind: 'choice', sent, read } : undefined;
}

export type Fields = ProtobufMessage & { readonly kind: 'fields' };
export type Choice = ProtobufMessage & { readonly kind: 'choice' };

/** The fields of a message that travel: all but the one that the number of an alternative stands for. */
export function travellingFields({ fields }: Fields, tag: Tag | undefined): readonly ProtobufField[] {
  return tag ? fields.filter(({ property }) => property !== tag.property) : fields;
}

/** What becomes of each field that is sent. */
export function pairFields(
  ends: Ends,
  messages: { readonly sent: Fields; readonly read: Fields },
  { tags }: Pick<MessagePair, 'tags'>,
): readonly Fate<ProtobufField>[] {
  const [sent, read] = [travellingFields(messages.sent, tags?.sent), travellingFields(messages.read, tags?.read)];
  return matchByNumber(sent, read, ({ property }) => property).map((match) =>
    match.fate === 'arrives' && !isCarried(ends, match.sent, match.read)
      ? { fate: 'misread', sent: match.sent, reason: 'it is written in another way than it is read' }
      : match,
  );
}

/** What becomes of each alternative that is sent. */
export function pairAlternatives(
  ends: Ends,
  messages: { readonly sent: Choice; readonly read: Choice },
): readonly Fate<ProtobufAlternative>[] {
  const matches = matchByNumber(messages.sent.alternatives, messages.read.alternatives, ({ value }) => value);
  return matches.map((match) => {
    if (match.fate !== 'arrives') return match;
    const kinds = [ends.sender.messages.get(match.sent.key)?.kind, ends.receiver.messages.get(match.read.key)?.kind];
    if (kinds.every((kind) => kind === 'fields')) return match;
    return { fate: 'misread', sent: match.sent, reason: 'one of several messages is itself one of several messages' };
  });
}

/** A value of a list, as two versions number it. */
export type NumberedText = { readonly text: string; readonly number: number };

/** What becomes of each value of a list. */
export function pairTexts(sent: ProtobufEnum | undefined, read: ProtobufEnum | undefined): readonly Fate<NumberedText>[] {
  const [own, other] = [sent, read].map((listing) => (listing?.values ?? []).map(([text, number]) => ({ text, number })));
  return matchByNumber(own ?? [], other ?? [], ({ text }) => text);
}

/**
 * Matches by number, as the wire does. Another name for the same number is a renaming where neither side has the other's name; where one has,
 * the number stands for something else. A name that both sides have under different numbers is lost.
 */
function matchByNumber<Thing extends { readonly number: number }>(
  sent: readonly Thing[],
  read: readonly Thing[],
  nameOf: (thing: Thing) => string,
): readonly Fate<Thing>[] {
  const byNumber = new Map(read.map((thing) => [thing.number, thing]));
  const [sentNames, readNames] = [new Set(sent.map(nameOf)), new Set(read.map(nameOf))];
  return sent.map((thing): Fate<Thing> => {
    const other = byNumber.get(thing.number);
    if (other && nameOf(other) === nameOf(thing)) return { fate: 'arrives', sent: thing, read: other };
    if (readNames.has(nameOf(thing))) return { fate: 'misread', sent: thing, reason: 'the receiver knows it by another number' };
    if (!other) return { fate: 'unknown', sent: thing };
    if (sentNames.has(nameOf(other))) return { fate: 'misread', sent: thing, reason: 'its number means something else to the receiver' };
    return { fate: 'arrives', sent: thing, read: other };
  });
}

/** Whether what is written for one field is read for the other as it was sent, as far as the types tell; what is in messages and lists is looked at by itself. */
function isCarried(ends: Ends, sent: ProtobufField, read: ProtobufField): boolean {
  if (sent.label !== read.label) return false;
  const [written, wanted] = [sent.value, read.value];
  if (written.kind === 'scalar' || wanted.kind === 'scalar') {
    if (written.kind !== 'scalar' || wanted.kind !== 'scalar') return false;
    return written.scalar === wanted.scalar || (INTEGERS.has(written.scalar) && INTEGERS.has(wanted.scalar));
  }
  if (written.kind !== wanted.kind) return false;
  if (written.kind === 'enum') return true;
  return ends.sender.messages.get(written.key)?.kind === ends.receiver.messages.get(wanted.key)?.kind;
}

/** Written alike; one that is too large for the other is refused when it is read. */
const INTEGERS: ReadonlySet<string> = new Set(['int32', 'int64']);

/** How a field's values travel, in the words of Protobuf; texts of a list and messages by their kind. */
export function wireTypeOf({ label, value }: ProtobufField): string {
  const type = value.kind === 'scalar' ? value.scalar : value.kind;
  if (label === 'list') return `repeated ${type}`;
  return label === 'map' ? `map<string, ${type}>` : type;
}
