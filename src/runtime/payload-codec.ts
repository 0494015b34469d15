/** How payloads become the bodies of messages, and bodies payloads: JSON or Protobuf, whichever the contract says. */
import { isUtf8 } from 'node:buffer';
import type { Codec } from './descriptor.ts';

/** Which payload of an interaction it is: `request`, `message`, `response`, `response:<service>`, `error:<code>`. */
export type PayloadRole = 'request' | 'message' | 'response' | `response:${string}` | `error:${string}`;

/** Writes and reads the payloads of one interaction. */
export type PayloadCodec = {
  readonly contentType: string;
  /** Throws where the value cannot be written, such as a circle. */
  encode(role: PayloadRole, value: unknown): Uint8Array;
  /** Throws where the bytes are none of this kind. Nothing is validated. */
  decode(role: PayloadRole, body: Uint8Array): unknown;
};

/** The content type of JSON, which errors that no contract declares are written in as well. */
export const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/protobuf';

/** JSON as UTF-8. */
export const jsonCodec: PayloadCodec = {
  contentType: JSON_TYPE,
  encode(_role, value) {
    const text = JSON.stringify(value);
    if (text === undefined) throw new TypeError(`JSON cannot say ${typeof value}.`);
    return Buffer.from(text, 'utf8');
  },
  decode(_role, body) {
    if (!isUtf8(body)) throw new SyntaxError('The body is not UTF-8.');
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    return JSON.parse(bytes.toString('utf8'));
  },
};

/** The codec of an interaction, at once where it is JSON; that of Protobuf is loaded first. Fails where its package is missing. */
export function openCodec(codec: Codec): PayloadCodec | Promise<PayloadCodec> {
  return codec.format === 'json' ? jsonCodec : openProtobuf(codec);
}

async function openProtobuf({ messages, tables }: Extract<Codec, { format: 'protobuf' }>): Promise<PayloadCodec> {
  const { loadProtobuf } = await import('./protobuf.ts');
  const protobuf = (await loadProtobuf()).codec(tables);
  const messageOf = (role: PayloadRole): string => {
    const name = messages[role];
    if (name === undefined) throw new TypeError(`The descriptor names no message for ${role}.`);
    return name;
  };
  return {
    contentType: PROTOBUF_TYPE,
    encode: (role, value) => protobuf.encode(messageOf(role), value),
    decode: (role, body) => protobuf.decode(messageOf(role), body),
  };
}

/** Whether a content type is the one that is meant: parameters, such as a charset, and the case of letters do not matter. */
export function isContentType(found: string, meant: string): boolean {
  return found === meant || found.split(';', 1)[0]?.trim().toLowerCase() === meant;
}
