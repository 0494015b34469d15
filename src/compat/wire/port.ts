import type { ProtobufTables } from '../../payload/protobuf/tables.ts';

/** Writes messages and reads bytes by tables; throws a {@link WireProblem} for what cannot be written or read. */
type WireCodec = {
  encode(message: string, value: unknown): Uint8Array;
  decode(message: string, bytes: Uint8Array): unknown;
};

/** The codec that services use. It belongs to the runtime, which the comparison does not know; whoever puts things together hands it in. */
export type WirePort = { codec(tables: ProtobufTables): WireCodec };

/** Why a message cannot be written, or bytes cannot be read. `path` is a JSON pointer into the message. */
export type WireProblem = Error & { readonly path: string };

/** Whether something thrown by a codec is about the message; anything else is a bug. */
export function isWireProblem(error: unknown): error is WireProblem {
  return error instanceof Error && error.name === 'ProtobufError' && 'path' in error && typeof error.path === 'string';
}
