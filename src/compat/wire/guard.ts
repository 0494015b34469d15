/** A schema, in the sender's terms, of the messages that the receiver reads as they were sent. */
import type { ProtobufField, ProtobufValue } from '../../payload/protobuf/model.ts';
import type { JsonObject, JsonValue } from '../../source/json.ts';
import { type Ends, type Fate, type MessagePair, messagesOf, pairAlternatives, pairFields, pairKey, pairTexts } from './pair-messages.ts';
import type { SchemaStore } from './schema-store.ts';

/** Refuses any value, and yet says something, so that whoever tries messages tries several here. */
const NEVER: JsonValue = { not: {} };

/** The guard of a pair of messages; undefined where whatever is sent is read as it was sent. */
export function guardMessages(ends: Ends, root: MessagePair, store: SchemaStore): JsonValue | undefined {
  const run: Run = { ends, store, guarded: guardedPairs(ends, root) };
  return guardOf(run, root);
}

type Run = { readonly ends: Ends; readonly store: SchemaStore; readonly guarded: ReadonlySet<string> };

/** The pairs in which something is misread, or in a message that they hold. */
function guardedPairs(ends: Ends, root: MessagePair): ReadonlySet<string> {
  const holders = new Map<string, string[]>();
  const pending = [root];
  const guarded = new Set<string>();
  const seen = new Set([pairKey(root)]);
  // The list grows while it is walked.
  for (const pair of pending) {
    const key = pairKey(pair);
    const { own, inner } = lookInto(ends, pair);
    if (own) guarded.add(key);
    for (const part of inner) {
      const partKey = pairKey(part);
      holders.set(partKey, [...(holders.get(partKey) ?? []), key]);
      if (seen.has(partKey)) continue;
      seen.add(partKey);
      pending.push(part);
    }
  }
  // The set grows while it is walked: whatever holds a guarded message is guarded.
  for (const key of guarded) for (const holder of holders.get(key) ?? []) guarded.add(holder);
  return guarded;
}

type Look = { readonly own: boolean; readonly inner: readonly MessagePair[] };

function lookInto(ends: Ends, pair: MessagePair): Look {
  const messages = messagesOf(ends, pair);
  if (!messages) return { own: true, inner: [] };
  if (messages.kind === 'choice') {
    const fates = pairAlternatives(ends, messages);
    const { sent, read } = messages;
    const inner = fates.flatMap((fate) => (fate.fate === 'arrives' ? [alternativePair(sent.tag, read.tag, fate)] : []));
    return { own: fates.some(({ fate }) => fate === 'misread'), inner };
  }
  const fates = pairFields(ends, messages, pair);
  const arriving = fates.filter((fate) => fate.fate === 'arrives');
  return {
    own: fates.some(({ fate }) => fate === 'misread') || arriving.some((fate) => guardValue(ends, fate.sent.value, fate.read.value)),
    inner: arriving.flatMap(({ sent, read }) => innerPair(sent.value, read.value) ?? []),
  };
}

/** The pair of messages of an alternative. */
export function alternativePair(
  sentTag: string,
  readTag: string,
  {
    sent,
    read,
  }: { readonly sent: { readonly value: string; readonly key: string }; readonly read: { readonly value: string; readonly key: string } },
): MessagePair {
  const tags = { sent: { property: sentTag, text: sent.value }, read: { property: readTag, text: read.value } };
  return { sender: sent.key, receiver: read.key, tags };
}

/** The pair of messages that two fields hold. */
export function innerPair(sent: ProtobufValue, read: ProtobufValue): MessagePair | undefined {
  return sent.kind === 'message' && read.kind === 'message' ? { sender: sent.key, receiver: read.key } : undefined;
}

/** What must hold of a value that is no message. */
function guardValue({ sender, receiver }: Ends, sent: ProtobufValue, read: ProtobufValue): JsonObject | undefined {
  if (sent.kind === 'scalar' && read.kind === 'scalar' && sent.scalar === 'int64' && read.scalar === 'int32')
    return { minimum: -0x8000_0000, maximum: 0x7fff_ffff };
  if (sent.kind !== 'enum' || read.kind !== 'enum') return undefined;
  const misread = pairTexts(sender.enums.get(sent.key), receiver.enums.get(read.key)).filter(({ fate }) => fate === 'misread');
  return misread.length === 0 ? undefined : { not: { enum: misread.map((fate) => fate.sent.text) } };
}

function guardOf(run: Run, pair: MessagePair): JsonValue | undefined {
  const key = pairKey(pair);
  return run.guarded.has(key) ? run.store.define(`guard\n${key}`, () => makeGuard(run, pair)) : undefined;
}

function makeGuard(run: Run, pair: MessagePair): JsonValue {
  const messages = messagesOf(run.ends, pair);
  if (!messages) return NEVER;
  if (messages.kind === 'choice') {
    const { sent, read } = messages;
    const cases = pairAlternatives(run.ends, messages).flatMap((fate) => {
      if (fate.fate === 'misread') return [];
      const guard = fate.fate === 'arrives' ? guardOf(run, alternativePair(sent.tag, read.tag, fate)) : undefined;
      return [caseOf(sent.tag, fate.sent.value, guard)];
    });
    return cases.length === 0 ? NEVER : { anyOf: cases };
  }
  const fates = pairFields(run.ends, messages, pair);
  return { properties: Object.fromEntries(fates.flatMap((fate) => guardField(run, fate))) };
}

/** One alternative: the tag that tells it, and what must hold of it. */
export function caseOf(tag: string, text: string, schema: JsonValue | undefined): JsonObject {
  return { required: [tag], properties: { [tag]: { const: text } }, ...(schema !== undefined && { allOf: [schema] }) };
}

function guardField(run: Run, fate: Fate<ProtobufField>): readonly (readonly [string, JsonValue])[] {
  const { property } = fate.sent;
  if (fate.fate === 'unknown') return [];
  if (fate.fate === 'misread') return [[property, NEVER]];
  const { sent, read } = fate;
  const pair = innerPair(sent.value, read.value);
  const inner = pair ? guardOf(run, pair) : guardValue(run.ends, sent.value, read.value);
  if (inner === undefined) return [];
  if (sent.label === 'list') return [[property, { items: inner }]];
  return [[property, sent.label === 'map' ? { additionalProperties: inner } : inner]];
}
