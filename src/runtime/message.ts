/**
 * A message as it travels, in no broker's terms. docs/wire.md says how each broker carries it, for services in other languages; what is said
 * there and here is one and the same.
 */

/** A message with what is said about it. */
export type WireMessage = {
  /** Stays the same over retries and repeated sending. */
  readonly id: string;
  /** `service.interaction`, with `@2` for a second major. Of an answer: that which it answers. */
  readonly type: string;
  /** Of an answer: the id of what it answers. */
  readonly correlationId?: string | undefined;
  /** Where answers go, in the broker's terms. */
  readonly replyTo?: string | undefined;
  readonly contentType: string;
  /** When it was sent first, in milliseconds since 1970. */
  readonly timestamp: number;
  /** Milliseconds after which the broker need not keep it. */
  readonly expiration?: number | undefined;
  /** The application's own, and `traceparent` and `tracestate`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly meta: MessageMeta;
  /** `null` in a log: nothing has the key any more. */
  readonly body: Uint8Array | null;
};

/** What msgctl says about a message, packed into one header since headers are what costs most. */
export type MessageMeta = {
  /** Of the sender's contract. */
  readonly version?: string | undefined;
  /** The first message of all that followed from it. */
  readonly conversation?: string | undefined;
  /** The message that was handled when this one was sent. */
  readonly causation?: string | undefined;
  /** Milliseconds that the caller still waits, from `sentAt` on. */
  readonly timeout?: number | undefined;
  /** When it was sent this time, by the sender's clock. */
  readonly sentAt?: number | undefined;
  /** From 1; counts the times it was handed to a handler and failed. */
  readonly attempt?: number | undefined;
  readonly sender?: string | undefined;
  readonly instance?: string | undefined;
  /** What it is in order by. */
  readonly key?: string | undefined;
  /** Of an answer: the response, an error of the contract, or that it could not be answered so. */
  readonly status?: AnswerStatus | undefined;
  /** Of an answer that is an error. */
  readonly code?: string | undefined;
  /** Of what waits to be tried again, and of a dead letter: where it was received. */
  readonly origin?: string | undefined;
  /** Of a dead letter. */
  readonly reason?: string | undefined;
};

/** Of a message that has none. */
export const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});

/** What an answer is. */
export type AnswerStatus = 'response' | 'error' | 'failure';

/** The name of the header that has it all. */
export const META_HEADER = 'x-msgctl';

/** The letters by which its fields travel. Never given to another field: old messages lie in queues. */
const LETTERS = {
  version: 'v',
  conversation: 'c',
  causation: 'p',
  timeout: 't',
  sentAt: 's',
  attempt: 'a',
  sender: 'f',
  instance: 'i',
  key: 'k',
  status: 'st',
  code: 'e',
  origin: 'o',
  reason: 'r',
} as const satisfies Record<keyof MessageMeta, string>;

const FIELDS = new Map<string, keyof MessageMeta>(Object.entries(LETTERS).map(([field, letters]) => [letters, field as keyof MessageMeta]));
const NUMBERS: ReadonlySet<string> = new Set(['timeout', 'sentAt', 'attempt']);
const STATUSES: ReadonlySet<string> = new Set(['response', 'error', 'failure']);

/** What needs no escape: all that ids, versions and names are made of. */
const PLAIN = /^[\w.@:/~+-]*$/;

/** Halves of surrogate pairs, which no encoding can write. */
const HALF_CHARACTERS = /[\uD800-\uDFFF]/gu;

/** Packs it as `v=1.4.0;a=2`, with what is not plain escaped as in a URL. */
export function packMeta(meta: MessageMeta): string {
  let packed = '';
  for (const field in meta) {
    const value = meta[field as keyof MessageMeta];
    if (value === undefined) continue;
    const text = typeof value === 'number' || PLAIN.test(value) ? value : encodeURIComponent(value.replace(HALF_CHARACTERS, '\uFFFD'));
    packed += `${packed === '' ? '' : ';'}${LETTERS[field as keyof MessageMeta]}=${text}`;
  }
  return packed;
}

/** Reads it. What is not known, or not as it should be, is passed over: a newer sender, or another program, may have written it. */
export function unpackMeta(packed: string): MessageMeta {
  const meta: Record<string, unknown> = {};
  for (const part of packed.split(';')) {
    const equals = part.indexOf('=');
    const field = FIELDS.get(part.slice(0, equals));
    if (equals < 1 || field === undefined) continue;
    const value = readField(field, part.slice(equals + 1));
    if (value !== undefined) meta[field] = value;
  }
  return meta as MessageMeta;
}

function readField(field: keyof MessageMeta, text: string): string | number | undefined {
  if (NUMBERS.has(field)) {
    const number = Number(text);
    return text !== '' && Number.isFinite(number) && number >= 0 ? number : undefined;
  }
  if (field === 'status') return STATUSES.has(text) ? text : undefined;
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
