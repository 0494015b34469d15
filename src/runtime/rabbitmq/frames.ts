/**
 * The frames of AMQP 0-9-1 for what a service does most: publishing, acknowledging and giving back. amqplib makes several objects and copies for each of
 * them, and gives each to the kernel by itself; all else is left to it. A frame is made as a text with one letter for each byte, since joining texts is
 * what engines do best.
 */
import { META_HEADER, packMeta, type WireMessage } from '../message.ts';

/** Something to publish. */
export type Publication = {
  readonly exchange: string;
  readonly key: string;
  readonly message: WireMessage;
  /** Whether it comes back where nobody would receive it. */
  readonly mandatory: boolean;
};

const END = '\xCE';
const BASIC = '\x00\x3C';
/** To be kept over a restart of the broker, wherever it waits. */
const PERSISTENT = '\x02';
/** Which properties are there, in the order in which they stand. */
const FLAG = {
  contentType: 0x8000,
  headers: 0x2000,
  deliveryMode: 0x1000,
  correlationId: 0x0400,
  replyTo: 0x0200,
  expiration: 0x0100,
  messageId: 0x0080,
  timestamp: 0x0040,
  type: 0x0020,
} as const;
const ALWAYS = FLAG.contentType | FLAG.headers | FLAG.deliveryMode | FLAG.messageId | FLAG.timestamp | FLAG.type;

/** Of a frame, what is not what it carries. */
export const FRAME_OVERHEAD = 8;
const LONGEST_SHORT_TEXT = 255;
const ASCII = /^[\0-\x7F]*$/;

/** What tells the broker where a message goes: the same for every message that goes there. Throws a `TypeError` where a name is too long. */
export function routeFrame(channel: number, { exchange, key, mandatory }: Omit<Publication, 'message'>): string {
  const names = `${short(exchange, 'exchange')}${short(key, 'routing key')}`;
  return frame('\x01', channel, `${BASIC}\x00\x28\x00\x00${names}${mandatory ? '\x01' : '\x00'}`);
}

/** What stands before the body. Throws a `TypeError` where a property is too long, and a `RangeError` where all of them are, for `longest` bytes of a frame. */
export function propertiesFrame(channel: number, message: WireMessage, size: number, longest: number): string {
  const { id, type, contentType, timestamp, correlationId, replyTo, expiration, headers, meta } = message;
  let flags = ALWAYS;
  let middle = '';
  if (correlationId !== undefined) {
    flags |= FLAG.correlationId;
    middle += short(correlationId, 'correlation id');
  }
  if (replyTo !== undefined) {
    flags |= FLAG.replyTo;
    middle += short(replyTo, 'address for answers');
  }
  if (expiration !== undefined) {
    flags |= FLAG.expiration;
    middle += short(String(Math.ceil(expiration)), 'expiration');
  }
  const first = `${short(contentType, 'content type')}${table(headers, packMeta(meta))}${PERSISTENT}`;
  const last = `${short(id, 'id')}${long(Math.floor(timestamp / 1000))}${short(type, 'type')}`;
  const payload = `${BASIC}\0\0${long(size)}${two(flags)}${first}${middle}${last}`;
  if (payload.length + FRAME_OVERHEAD > longest) throw new RangeError(`its headers have more than ${longest} bytes`);
  return frame('\x02', channel, payload);
}

/** What stands before a part of a body, and what comes after it. */
export function bodyFrame(channel: number, size: number): readonly [before: string, after: string] {
  return [`\x03${two(channel)}${four(size)}`, END];
}

/** That a message was handled; with `multiple` all up to it. */
export function acknowledgeFrame(channel: number, tag: number, multiple: boolean): string {
  return frame('\x01', channel, `${BASIC}\x00\x50${long(tag)}${multiple ? '\x01' : '\x00'}`);
}

/** That a message was not handled: it comes again, or is refused for good. */
export function refuseFrame(channel: number, tag: number, requeue: boolean): string {
  return frame('\x01', channel, `${BASIC}\x00\x78${long(tag)}${requeue ? '\x02' : '\x00'}`);
}

function frame(kind: string, channel: number, payload: string): string {
  return `${kind}${two(channel)}${four(payload.length)}${payload}${END}`;
}

function table(headers: WireMessage['headers'], meta: string): string {
  let fields = field(META_HEADER, meta);
  for (const name in headers) fields += field(name, headers[name] as string);
  return `${four(fields.length)}${fields}`;
}

function field(name: string, value: string): string {
  const bytes = bytesOf(value);
  return `${short(name, 'name of a header')}S${four(bytes.length)}${bytes}`;
}

function short(text: string, what: string): string {
  const bytes = bytesOf(text);
  if (bytes.length > LONGEST_SHORT_TEXT) throw new TypeError(`its ${what} has more than ${LONGEST_SHORT_TEXT} bytes`);
  return `${String.fromCharCode(bytes.length)}${bytes}`;
}

/** UTF-8, one letter for each byte. */
function bytesOf(text: string): string {
  return ASCII.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

function two(number: number): string {
  return String.fromCharCode(number >>> 8, number & 0xff);
}

function four(number: number): string {
  return String.fromCharCode(number >>> 24, (number >>> 16) & 0xff, (number >>> 8) & 0xff, number & 0xff);
}

/** Whole numbers that JavaScript can say. */
function long(number: number): string {
  return `${four(Math.floor(number / 0x1_0000_0000))}${four(number >>> 0)}`;
}
