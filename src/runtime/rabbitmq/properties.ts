/** What was received over AMQP: its own properties where it has them, and one header for the rest (docs/wire.md). */
import { META_HEADER, unpackMeta, type WireMessage } from '../message.ts';

/** What comes with a body, as far as it is looked at. */
export type ReceivedProperties = {
  readonly messageId?: unknown;
  readonly type?: unknown;
  readonly contentType?: unknown;
  readonly timestamp?: unknown;
  readonly correlationId?: unknown;
  readonly replyTo?: unknown;
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
};

/** Headers that RabbitMQ writes itself: they tell of the way of a message, and not what its sender said. */
const BROKERS_OWN = /^(?:x-death|x-first-death-.*|x-last-death-.*|x-delivery-count|x-acquired-count|CC|BCC)$/;

/** What was received. Whatever is missing or of another type than it should be is as if it had not been said. */
export function toMessage(properties: ReceivedProperties, body: Uint8Array): WireMessage {
  const headers = properties.headers ?? {};
  const packed = headers[META_HEADER];
  const meta = typeof packed === 'string' ? unpackMeta(packed) : {};
  return {
    id: textOf(properties.messageId) ?? '',
    type: textOf(properties.type) ?? '',
    correlationId: textOf(properties.correlationId),
    replyTo: textOf(properties.replyTo),
    contentType: textOf(properties.contentType) ?? '',
    timestamp: timestampOf(properties.timestamp, meta.sentAt),
    expiration: undefined,
    headers: textHeaders(headers),
    meta,
    body,
  };
}

/** How often a quorum queue handed it out before without its being settled. */
export function earlierDeliveries(headers: Readonly<Record<string, unknown>> | undefined): number | undefined {
  const count = headers?.['x-delivery-count'];
  return typeof count === 'number' ? count : undefined;
}

/** AMQP knows seconds only; the sender's own time, where it is the same, is exact. */
function timestampOf(seconds: unknown, sentAt: number | undefined): number {
  if (typeof seconds !== 'number') return sentAt ?? 0;
  return sentAt !== undefined && Math.floor(sentAt / 1000) === seconds ? sentAt : seconds * 1000;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function textHeaders(headers: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (typeof value !== 'string' || name === META_HEADER || BROKERS_OWN.test(name)) continue;
    // Set by itself it would be no header of the message.
    if (name === '__proto__') Object.defineProperty(texts, name, { value, enumerable: true, configurable: true, writable: true });
    else texts[name] = value;
  }
  return texts;
}
