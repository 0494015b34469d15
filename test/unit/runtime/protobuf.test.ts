import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as payload from '../../../src/payload/protobuf/counterparts.ts';
import { loadProtobuf, ProtobufError, type ProtobufTables } from '../../../src/runtime/protobuf.ts';
import * as runtime from '../../../src/runtime/protobuf-plan.ts';
import { runs } from '../../support/size.ts';

const tables: ProtobufTables = {
  messages: {
    Order: {
      fields: [
        { name: 'id', number: 1, type: 'string' },
        { name: 'count', number: 2, type: 'int64' },
        { name: 'short', number: 3, type: 'int32' },
        { name: 'price', number: 4, type: 'double' },
        { name: 'paid', number: 5, type: 'bool', nullable: true },
        { name: 'data', number: 6, type: 'bytes' },
        { name: 'state', number: 7, type: 'enum', of: 'State' },
        { name: 'tags', number: 8, type: 'string', in: 'list' },
        { name: 'marks', number: 9, type: 'int64', in: 'list', nullable: true },
        { name: 'words', number: 10, type: 'string', in: 'map' },
        { name: 'inner', number: 11, type: 'message', of: 'Order' },
        { name: 'payment', number: 12, type: 'message', of: 'Payment' },
        { name: 'states', number: 13, type: 'enum', of: 'State', in: 'map' },
        { name: 'orders', number: 14, type: 'message', of: 'Order', in: 'list' },
        { name: 'byName', number: 15, type: 'message', of: 'Order', in: 'map' },
      ],
    },
    Strict: {
      fields: [
        { name: 'tags', number: 1, type: 'string', in: 'list', required: true },
        { name: 'words', number: 2, type: 'string', in: 'map', required: true },
        { name: 'note', number: 3, type: 'string', nullable: true, required: true },
        { name: 'marks', number: 4, type: 'int64', in: 'list', nullable: true, required: true },
      ],
    },
    Payment: {
      tag: 'kind',
      alternatives: [
        ['card', 1, 'Card'],
        ['cash', 2, 'Cash'],
      ],
    },
    Card: {
      fields: [
        { name: 'kind', number: 1, type: 'string' },
        { name: 'number', number: 2, type: 'string' },
        { name: 'owner', number: 3, type: 'string' },
      ],
    },
    Cash: { fields: [{ name: 'kind', number: 1, type: 'string' }] },
  },
  enums: {
    State: [
      ['open', 1],
      ['done', 2],
      ['#9', 3],
    ],
  },
};
const { encode, decode } = (await loadProtobuf()).codec(tables);

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function failure(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof ProtobufError) return error.message;
    throw error;
  }
  return 'no failure';
}

describe('bytes', () => {
  test.each([
    [{}, ''],
    [{ id: '' }, '0a 00'],
    [{ id: 'ab', count: 300 }, '0a 02 6162 10 ac02'],
    [{ count: -1, short: -1 }, '10 ffffffffffffffffff01 18 ffffffffffffffffff01'],
    [{ price: 0.5, paid: false }, '21 000000000000e03f 28 00'],
    [{ data: 'AQI=' }, '32 02 0102'],
    [{ state: 'done' }, '38 02'],
    [{ paid: null }, 'b2a309 01 05'],
    [{ tags: [], words: {} }, 'baa309 02 080a'],
    [{ marks: null }, 'b2a309 01 09'],
    [{ marks: [1, 300] }, '4a 03 01ac02'],
    [{ tags: ['a', ''] }, '42 01 61 42 00'],
    [{ words: { a: 'b' } }, '52 06 0a0161 120162'],
    [{ inner: {} }, '5a 00'],
    [{ payment: { kind: 'card', number: '1' } }, '62 05 0a 03 12 01 31'],
    [{ payment: { kind: 'cash' } }, '62 02 12 00'],
  ])('%j', (value, hex) => {
    expect(toHex(encode('Order', value))).toBe(hex.replaceAll(' ', ''));
    expect(decode('Order', fromHex(hex))).toStrictEqual(value);
  });

  test('what is not declared, or undefined, does not travel', () => {
    expect(decode('Order', encode('Order', { id: 'a', other: 1, count: undefined }))).toStrictEqual({ id: 'a' });
  });

  test('a tag that its choice tells is not written', () => {
    expect(toHex(encode('Card', { kind: 'card' }))).toBe('0a0463617264');
    expect(toHex(encode('Payment', { kind: 'card' }))).toBe('0a00');
  });

  test('marks have the same numbers in .proto files', () => {
    expect(runtime.MARKERS).toEqual(payload.MARKERS);
  });
});

describe('what others send', () => {
  test('lists, maps and null of those who know of no marks', () => {
    expect(decode('Strict', fromHex(''))).toStrictEqual({ tags: [], words: {}, note: null, marks: [] });
    expect(decode('Order', fromHex(''))).toStrictEqual({});
  });

  test.each([
    ['unknown fields', '0a0161 a80605 a20602 6162 a10600000000 00000000 a506 00000000', { id: 'a' }],
    ['groups', 'a306 0a01 62 a306 a406 a406 0a0161', { id: 'a' }],
    ['the last of several values', '0a0161 0a0162 1001 1002', { id: 'b', count: 2 }],
    ['a message in pieces', '5a03 0a0161 5a02 1005', { inner: { id: 'a', count: 5 } }],
    ['a choice in pieces', '62050a03120131 62050a031a0132', { payment: { kind: 'card', number: '1', owner: '2' } }],
    ['another choice later', '62050a03120131 62021200', { payment: { kind: 'cash' } }],
    ['lists in pieces, packed or not', '4a0101 4802 4a0203 04', { marks: [1, 2, 3, 4] }],
    ['entries without a key or a value', '5200 5203 0a0161', { words: { '': '', a: '' } }],
    ['an entry whose value is a message without bytes', '7a030a0161', { byName: { a: {} } }],
    ['an entry twice', '52060a0161120162 52060a0161120163', { words: { a: 'c' } }],
    ['a key that is the prototype of others', '520d 0a09 5f5f70726f746f5f5f 1200', { words: JSON.parse('{"__proto__":""}') }],
    ['marks for what is there, or not known', '0a0161 b2a309 020115 baa309 0108 420162', { id: 'a', tags: ['b'] }],
    ['marks one by one', 'b0a309 05 b8a309 08', { paid: null, tags: [] }],
    ['an enum value that is not set', '6a030a0161', { states: { a: '#0' } }],
    ['true as any number', '28 8002', { paid: true }],
  ])('%s', (_, hex, value) => {
    expect(decode('Order', fromHex(hex))).toStrictEqual(value);
  });
});

describe('what is not listed', () => {
  test('a number without a text is kept, told apart from texts that look like it', () => {
    expect(decode('Order', fromHex('380a'))).toStrictEqual({ state: '#10' });
    expect(decode('Order', fromHex('3809'))).toStrictEqual({ state: '##9' });
    expect(decode('Order', fromHex('3803'))).toStrictEqual({ state: '#9' });
  });

  test.each(['380a', '3809', '3803', '38ffffffffffffffffff01'])('%s is written as it was read', (hex) => {
    expect(toHex(encode('Order', decode('Order', fromHex(hex))))).toBe(hex);
  });

  test('an alternative that is not known leaves its number', () => {
    expect(decode('Order', fromHex('62024a00'))).toStrictEqual({ payment: { kind: '#9' } });
    expect(decode('Payment', fromHex(''))).toStrictEqual({});
  });
});

describe('what cannot be written', () => {
  test.each([
    ['Order', 5, 'The message: it is no object.'],
    ['Order', { id: 5 }, '/id: it is no text.'],
    ['Order', { id: null }, '/id: it is null.'],
    ['Order', { tags: [null] }, '/tags/0: it is no text.'],
    ['Order', { words: { 'a/b~': 1 } }, '/words/a~1b~0: it is no text.'],
    ['Order', { words: [] }, '/words: it is no object.'],
    ['Order', { tags: {} }, '/tags: it is no list.'],
    ['Order', { id: '\ud800' }, '/id: it holds half of a character, which UTF-8 cannot.'],
    ['Order', { words: { '\udc00': '' } }, '/words/\udc00: it holds half of a character, which UTF-8 cannot.'],
    ['Order', { count: 0.5 }, '/count: it is no integer.'],
    ['Order', { count: 2 ** 63 }, '/count: 9223372036854776000 is more than int64 holds.'],
    ['Order', { short: 2 ** 31 }, '/short: 2147483648 is more than int32 holds.'],
    ['Order', { price: Number.NaN }, '/price: it is no number.'],
    ['Order', { paid: 1 }, '/paid: it is neither true nor false.'],
    ['Order', { data: 'AQJ=' }, '/data: it is no base64 in its usual form (RFC 4648, padded).'],
    ['Order', { data: 'A Q I =' }, '/data: it is no base64 in its usual form (RFC 4648, padded).'],
    ['Order', { state: 'lost' }, '/state: it is none of the listed values.'],
    ['Order', { state: '#1' }, '/state: it is none of the listed values.'],
    ['Order', { state: '#99999999999' }, '/state: it is none of the listed values.'],
    ['Order', { inner: { payment: { kind: 'gold' } } }, '/inner/payment/kind: it is none of the alternatives.'],
    ['Order', { orders: [{}, { inner: 1 }] }, '/orders/1/inner: it is no object.'],
  ])('%s %j', (message, value, text) => {
    expect(failure(() => encode(message, value))).toBe(text);
  });

  test('a message that holds itself', () => {
    const order: { inner?: unknown } = {};
    order.inner = order;
    expect(failure(() => encode('Order', order))).toMatch(/^\/inner.*: messages stand in each other more than 100 deep\.$/);
  });

  test('the deepest that is written is read', () => {
    const depth = (levels: number): unknown => (levels === 0 ? {} : { inner: depth(levels - 1) });
    expect(decode('Order', encode('Order', depth(100)))).toStrictEqual(depth(100));
    expect(failure(() => encode('Order', depth(101)))).toMatch(/100 deep/);
  });

  test('a message of another name is a mistake in code', () => {
    expect(() => encode('constructor', {})).toThrow('There is no message called constructor.');
  });
});

describe('bytes that are no message', () => {
  test.each([
    ['0a', '/id, byte 1: the bytes end too soon.'],
    ['0a05 61', '/id, byte 3: the bytes end too soon.'],
    ['0affffffff0f', '/id, byte 6: the bytes end too soon.'],
    ['0a01ff', '/id, byte 3: a text is not UTF-8.'],
    ['0801', '/id, byte 1: it is written as an integer, where a length and bytes should be.'],
    ['12 00', '/count, byte 1: it is written as a length and bytes, where an integer should be.'],
    ['0d00000000', '/id, byte 1: it is written as wire type 5, where a length and bytes should be.'],
    ['10', '/count, byte 1: the bytes end too soon.'],
    ['10 ffffffffffffffffffff01', '/count, byte 11: the bytes are no Protobuf.'],
    ['10 ffffffffffffff7f', '/count, byte 9: 72057594037927935 is more than a number holds exactly.'],
    ['18 8080808010', '/short, byte 6: 4294967296 is more than int32 holds.'],
    ['21 000000000000f07f', '/price, byte 9: Infinity is no number of JSON.'],
    ['21 0000', '/price, byte 3: the bytes end too soon.'],
    ['5a 05 0a', '/inner, byte 2: the bytes end too soon.'],
    ['5a 02 0a 05 6161616161', '/inner/id, byte 9: the bytes end too soon.'],
    ['4a 02 01ff 0a00', '/marks, byte 5: a list ends within a value.'],
    ['00 00', 'The message, byte 1: the bytes are no Protobuf.'],
    ['0f 00', 'The message, byte 1: the bytes are no Protobuf.'],
    ['a406', 'The message, byte 2: a group ends that did not begin.'],
    ['a306 ac06', 'The message, byte 4: a group ends that did not begin.'],
    ['a306', 'The message, byte 2: the bytes end too soon.'],
  ])('%s', (hex, text) => {
    expect(failure(() => decode('Order', fromHex(hex)))).toBe(text);
  });

  test('messages and groups that stand in each other without end', () => {
    let nested: Uint8Array = new Uint8Array();
    for (let depth = 0; depth < 3_000; depth++) {
      const length = [];
      for (let left = nested.length; length.length === 0 || left > 0; left >>>= 7) length.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
      nested = Uint8Array.from([0x5a, ...length, ...nested]);
    }
    expect(failure(() => decode('Order', nested))).toContain('more than 100 deep');
    expect(
      failure(() =>
        decode(
          'Order',
          new Uint8Array(2_000_000).fill(0xa3).map((byte, index) => (index % 2 ? 0x06 : byte)),
        ),
      ),
    ).toContain('groups stand in each other more than 100 deep');
  });

  test('many small ones take time in proportion', () => {
    const orders = new Uint8Array(400_000).map((_, index) => (index % 2 ? 0 : 0x72));
    expect((decode('Order', orders) as { orders: unknown[] }).orders).toHaveLength(200_000);
  });

  test('any bytes at all are a message or a ProtobufError', () => {
    const valid = encode('Order', {
      id: 'a',
      tags: ['b'],
      words: { c: 'd' },
      inner: { payment: { kind: 'card', number: '1' }, states: { x: 'open' } },
      byName: { e: { marks: [1, 2], paid: null } },
      orders: [{ tags: [] }],
    });
    const damaged = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }).map((changes) => {
      const bytes = Uint8Array.from(valid);
      for (const [at, byte] of changes) bytes[at] = byte;
      return bytes;
    });
    const cut = fc.nat(valid.length).map((length) => valid.slice(0, length));
    const read = (bytes: Uint8Array): void => {
      const text = failure(() => decode('Order', bytes));
      expect(text.length).toBeGreaterThan(0);
    };
    fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 40 }), damaged, cut), read), { numRuns: runs(3_000, 300_000), seed: 5 });
  });
});

test('without the package that knows the wire format, loading says what to install', () => {
  const folder = mkdtempSync(join(tmpdir(), 'msgctl-runtime-'));
  try {
    const source = join(import.meta.dirname, '../../../src/runtime/protobuf.ts');
    const { inputs, outputs } = buildSync({
      entryPoints: [source],
      outfile: join(folder, 'protobuf.mjs'),
      bundle: true,
      format: 'esm',
      platform: 'node',
      external: ['@bufbuild/protobuf'],
      minify: true,
      metafile: true,
    }).metafile;
    expect(Object.keys(inputs).every((path) => path.startsWith('src/runtime/'))).toBe(true);
    expect(Object.values(outputs)[0]?.bytes).toBeLessThan(12_000);
    writeFileSync(
      join(folder, 'use.mjs'),
      "import { loadProtobuf } from './protobuf.mjs';\nawait loadProtobuf().catch((error) => console.log(error.message));\n",
    );
    const said = execFileSync(process.execPath, ['use.mjs'], { cwd: folder, encoding: 'utf8' });
    expect(said.trim()).toBe(
      'Messages travel as Protobuf, for which the package @bufbuild/protobuf is missing. Install it: npm install @bufbuild/protobuf',
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
