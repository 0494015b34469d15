import type { ProtobufField, ProtobufValue } from '../../payload/protobuf/model.ts';
import { appendPointer, type Pointer } from '../../source/pointer.ts';
import type { Obstacle } from '../decision.ts';
import { alternativePair, innerPair } from './guard.ts';
import { type Ends, type Fate, type MessagePair, messagesOf, pairAlternatives, pairFields, pairKey, pairTexts } from './pair-messages.ts';
import { type Journey, WIRE } from './wire-replay.ts';

/** The places at which something is not read as it was sent, each pair of messages looked at once. */
export function misreadPlaces(journey: Journey): readonly Obstacle[] {
  const found: Obstacle[] = [];
  const seen = new Set<string>();
  const pending: Stop[] = [{ pair: journey.root, path: '' }];
  // The list grows while it is walked.
  for (const stop of pending) {
    if (seen.has(pairKey(stop.pair))) continue;
    seen.add(pairKey(stop.pair));
    const placed = placesIn(journey.ends, stop.pair).map((place) => ({
      ...place,
      path: place.step === undefined ? stop.path : appendPointer(stop.path, place.step[journey.names]),
    }));
    found.push(...placed.flatMap(({ path, reason }) => (reason === undefined ? [] : [{ path, keyword: WIRE, reason }])));
    pending.push(
      ...placed.flatMap(({ path, inner, isSingle }) => (inner ? [{ pair: inner, path: isSingle ? path : appendPointer(path, '*') }] : [])),
    );
  }
  return found;
}

type Stop = { readonly pair: MessagePair; readonly path: Pointer };

/** A part of a message: what either version calls it, why it is misread if it is, and the message it holds. */
type Place = {
  readonly step?: { readonly sender: string; readonly receiver: string };
  readonly reason?: string;
  readonly isSingle: boolean;
  readonly inner?: MessagePair;
};

function placesIn(ends: Ends, pair: MessagePair): readonly Place[] {
  const messages = messagesOf(ends, pair);
  if (!messages) return [{ reason: 'it is one message in one version and one of several in the other', isSingle: true }];
  if (messages.kind === 'fields') return pairFields(ends, messages, pair).map((fate) => placeOf(ends, fate));
  const { sent, read } = messages;
  return pairAlternatives(ends, messages).map((fate): Place => {
    if (fate.fate === 'arrives') return { inner: alternativePair(sent.tag, read.tag, fate), isSingle: true };
    return { isSingle: true, ...(fate.fate === 'misread' && { reason: `${fate.sent.value}: ${fate.reason}` }) };
  });
}

function placeOf(ends: Ends, fate: Fate<ProtobufField>): Place {
  const { property } = fate.sent;
  if (fate.fate !== 'arrives') {
    const step = { sender: property, receiver: property };
    return { step, isSingle: true, ...(fate.fate === 'misread' && { reason: fate.reason }) };
  }
  const { sent, read } = fate;
  const inner = innerPair(sent.value, read.value);
  const reason = misreadText(ends, sent.value, read.value);
  return {
    step: { sender: property, receiver: read.property },
    isSingle: sent.label === 'single',
    ...(inner && { inner }),
    ...(reason !== undefined && { reason }),
  };
}

function misreadText({ sender, receiver }: Ends, sent: ProtobufValue, read: ProtobufValue): string | undefined {
  if (sent.kind !== 'enum' || read.kind !== 'enum') return undefined;
  const misread = pairTexts(sender.enums.get(sent.key), receiver.enums.get(read.key)).find(({ fate }) => fate === 'misread');
  return misread?.fate === 'misread' ? `${misread.sent.text}: ${misread.reason}` : undefined;
}
