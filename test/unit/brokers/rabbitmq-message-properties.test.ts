import { describe, expect, it } from 'vitest';
import { forwardedProperties } from '../../../src/brokers/rabbitmq/admin/message-properties.ts';

function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([Buffer.byteLength(value)]), Buffer.from(value)]);
}

function header(name: string, type: string, value: Buffer): Buffer {
  return Buffer.concat([text(name), Buffer.from(type), value]);
}

function long(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}

function sized(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Flags, then what they say is there. */
function properties(flags: number, ...parts: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from([flags >>> 8, flags & 0xff]), ...parts]);
}

/** Values as clients of other languages write them: each is another one once amqplib has read and written it. */
const ODD = [
  header('eight bytes', 'l', long(9_007_199_254_740_993n)),
  header('eight bytes of little', 'l', long(5n)),
  header('a fraction that is whole', 'd', Buffer.from('4000000000000000', 'hex')),
  header('half as long', 'f', Buffer.from('3dcccccd', 'hex')),
  header('bytes that are no text', 'S', sized(Buffer.from([0xff, 0xfe, 0x00]))),
  header('a list', 'A', sized(Buffer.concat([Buffer.from('s'), Buffer.from([0, 7]), Buffer.from('V')]))),
  header('a table', 'F', sized(header('!', 't', Buffer.from([1])))),
  header('__proto__', 'F', sized(header('a', 'I', Buffer.from([0, 0, 0, 1])))),
  header('price', 'D', Buffer.from([2, 0, 0, 1, 0])),
  header('when', 'T', long(1_700_000_000n)),
];

describe('what a message says of itself, passed on', () => {
  it('is the same, byte for byte, whatever types its numbers have', () => {
    const all = properties(
      0xfff8,
      text('application/json'),
      text('identity'),
      sized(Buffer.concat(ODD)),
      Buffer.from([2]),
      Buffer.from([3]),
      Buffer.concat([Buffer.from([2]), Buffer.from([0xff, 0xfe])]),
      text('a/b'),
      text('60000'),
      text('m'),
      long(1_700_000_000n),
      text('t'),
      text('app'),
      text('shop'),
    );
    const sent = Buffer.from(all);
    expect(forwardedProperties(sent, 'app').equals(all)).toBe(true);
    expect(forwardedProperties(properties(0), 'shop').equals(properties(0))).toBe(true);
  });

  it('leaves out what the queue counts, and keeps all else where a type is not known', () => {
    const counted = [header('x-delivery-count', 'l', long(3n)), header('x-acquired-count', 'l', long(3n))];
    const [kept, unknown] = [header('mine', 'S', sized(Buffer.from('yes'))), header('newer', 'Z', Buffer.from([1, 2, 3]))];
    const raw = properties(0x2000, sized(Buffer.concat([counted[0] as Buffer, kept, counted[1] as Buffer, unknown])));
    expect(forwardedProperties(raw, 'shop').equals(properties(0x2000, sized(Buffer.concat([kept, unknown]))))).toBe(true);
    const nothing = properties(0x2000, sized(counted[0] as Buffer));
    expect(forwardedProperties(nothing, 'shop').equals(properties(0x2000, sized(Buffer.alloc(0))))).toBe(true);
  });

  it('names the sender only where RabbitMQ takes that from whoever moves it, and keeps it in a header else', () => {
    const raw = properties(0x0010, text('alice'));
    expect(forwardedProperties(raw, 'alice').equals(raw)).toBe(true);
    const named = header('x-msgctl-user-id', 'S', sized(Buffer.from('alice')));
    expect(forwardedProperties(raw, 'bob').equals(properties(0x2000, sized(named)))).toBe(true);
    const beside = properties(0x2010, sized(ODD[0] as Buffer), text('alice'));
    expect(forwardedProperties(beside, 'bob').equals(properties(0x2000, sized(Buffer.concat([ODD[0] as Buffer, named]))))).toBe(true);
  });
});
