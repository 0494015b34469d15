/**
 * Messages as Protobuf, by the tables of generated code. Published as `msgctl/runtime/protobuf`. The wire format itself is read and written by
 * `@bufbuild/protobuf`, which only those need who use Protobuf.
 */
import { planMessages } from './protobuf-plan.ts';
import { readMessage } from './protobuf-read.ts';
import type { ProtobufTables } from './protobuf-tables.ts';
import { writeMessage } from './protobuf-write.ts';

export { ProtobufError } from './protobuf-error.ts';
export type { ProtobufField, ProtobufMessage, ProtobufTables } from './protobuf-tables.ts';

/** Writes and reads the messages of some tables, by their names. Both throw a `ProtobufError` that says where the matter is. */
export type ProtobufCodec = {
  /** The bytes of a message. What its schema does not declare is left out. */
  encode(message: string, value: unknown): Uint8Array;
  /** The message in some bytes, as JSON would have brought it. Fields that are not known are passed over; nothing is validated. */
  decode(message: string, bytes: Uint8Array): unknown;
};

/** Makes codecs, once the wire format is loaded. */
export type Protobuf = { codec(tables: ProtobufTables): ProtobufCodec };

/** Loads the wire format. Fails with a message that says what to install where it is missing. */
export async function loadProtobuf(): Promise<Protobuf> {
  const { BinaryReader, BinaryWriter } = await importWire();
  return {
    codec(tables) {
      const planOf = planMessages(tables);
      return {
        encode(message, value) {
          const writer = new BinaryWriter();
          writeMessage(writer, planOf(message), value);
          return writer.finish();
        },
        decode: (message, bytes) => readMessage(new BinaryReader(bytes), planOf(message)),
      };
    },
  };
}

async function importWire(): Promise<typeof import('@bufbuild/protobuf/wire')> {
  try {
    return await import('@bufbuild/protobuf/wire');
  } catch (cause) {
    if ((cause as { readonly code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new Error(
      'Messages travel as Protobuf, for which the package @bufbuild/protobuf is missing. Install it: npm install @bufbuild/protobuf',
      {
        cause,
      },
    );
  }
}
