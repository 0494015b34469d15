/** What is written to RabbitMQ beside amqplib, read again with amqplib's own eyes. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { ChannelModel } from 'amqplib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { META_HEADER, packMeta, type WireMessage } from '../../../src/runtime/message.ts';
import { FrameWriter } from '../../../src/runtime/rabbitmq/frame-writer.ts';
import type { Publication } from '../../../src/runtime/rabbitmq/frames.ts';
import { Settlements } from '../../../src/runtime/rabbitmq/settlements.ts';

type Raw = { readonly rest: Buffer };
type Frame = {
  readonly id?: number;
  readonly channel: number;
  readonly size?: number;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly content?: Buffer;
};
const require = createRequire(import.meta.url);
// It exports none of this: its files are read by where they are.
const amqplib = dirname(require.resolve('amqplib'));
const { parseFrame, decodeFrame } = require(join(amqplib, 'lib/frame.js')) as {
  parseFrame(bytes: Buffer, most: number): Raw | false;
  decodeFrame(raw: Raw): Frame;
};
const { BasicPublish, BasicProperties, BasicAck, BasicNack } = require(join(amqplib, 'lib/defs.js')) as Readonly<Record<string, number>>;

const FRAME_MAX = 4096;
const CHANNEL = 300;

/** A writer, and what it wrote. Whatever it gathers in a turn is there after the turn. */
function openWriter(frameMax = FRAME_MAX) {
  const stream = new PassThrough({ highWaterMark: 1 << 30 });
  const writer = new FrameWriter({ connection: { stream, frameMax } } as unknown as ChannelModel);
  /** What was given to the connection until now, which ends with the end of a frame. */
  const taken = (): readonly Frame[] => {
    const frames: Frame[] = [];
    let rest: Buffer = (stream.read() as Buffer | null) ?? Buffer.alloc(0);
    while (rest.length > 0) {
      const raw = parseFrame(rest, frameMax);
      if (!raw) throw new Error(`${rest.length} bytes are no frame`);
      frames.push(decodeFrame(raw));
      rest = raw.rest;
    }
    return frames;
  };
  const read = async (): Promise<readonly Frame[]> => {
    await new Promise((done) => setImmediate(done));
    return taken();
  };
  return { writer, taken, read };
}

const text = fc.oneof(fc.string({ maxLength: 20 }), fc.string({ unit: 'grapheme', maxLength: 20 }));
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const message: fc.Arbitrary<WireMessage> = fc.record({
  id: text,
  type: text,
  correlationId: maybe(text),
  replyTo: maybe(text),
  contentType: text,
  timestamp: fc.integer({ min: 0, max: 8_000_000_000_000 }),
  expiration: maybe(fc.integer({ min: 1, max: 1_000_000 })),
  headers: fc.dictionary(text, text, { maxKeys: 4 }),
  meta: fc.record({ version: text, sentAt: fc.integer({ min: 0 }), attempt: maybe(fc.integer({ min: 1 })), key: maybe(text) }),
  body: fc.oneof(
    fc.constant(null),
    fc.uint8Array({ maxLength: 200 }),
    fc.uint8Array({ minLength: FRAME_MAX - 10, maxLength: 3 * FRAME_MAX }),
  ),
});
const publication: fc.Arbitrary<Publication> = fc.record({ exchange: text, key: text, mandatory: fc.boolean(), message });

/** What amqplib makes of half a character as well. */
const asWritten = (value: string) => Buffer.from(value, 'utf8').toString('utf8');
const written = (value: string | undefined) => (value === undefined ? undefined : asWritten(value));

describe('what is published', () => {
  test('is what amqplib reads, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(publication, { minLength: 1, maxLength: 4 }), async (publications) => {
        const { writer, read } = openWriter();
        for (const one of publications) writer.publish(CHANNEL, one);
        let frames = await read();
        for (const { exchange, key, mandatory, message: sent } of publications) {
          const [method, properties, ...others] = frames;
          expect(method).toMatchObject({ id: BasicPublish, channel: CHANNEL });
          expect(method?.fields).toMatchObject({ exchange: asWritten(exchange), routingKey: asWritten(key), mandatory, immediate: false });
          const size = sent.body?.byteLength ?? 0;
          expect(properties).toMatchObject({ id: BasicProperties, channel: CHANNEL, size });
          const { headers, ...fields } = (properties?.fields ?? {}) as { readonly headers: Readonly<Record<string, unknown>> };
          expect(fields).toMatchObject({
            messageId: asWritten(sent.id),
            type: asWritten(sent.type),
            contentType: asWritten(sent.contentType),
            deliveryMode: 2,
            timestamp: Math.floor(sent.timestamp / 1000),
            correlationId: written(sent.correlationId),
            replyTo: written(sent.replyTo),
            expiration: sent.expiration === undefined ? undefined : String(sent.expiration),
          });
          expect(headers[META_HEADER]).toBe(packMeta(sent.meta));
          for (const [name, value] of Object.entries(sent.headers)) {
            if (name !== '__proto__') expect(headers[asWritten(name)]).toBe(asWritten(value));
          }
          const parts = Math.ceil(size / (FRAME_MAX - 8));
          const body = Buffer.concat(others.slice(0, parts).map(({ content }) => content ?? Buffer.alloc(0)));
          expect(body.equals(sent.body ?? new Uint8Array())).toBe(true);
          frames = others.slice(parts);
        }
        expect(frames).toEqual([]);
      }),
    );
  });

  test('is given to the connection in whole frames only, whenever that is', async () => {
    const sizes = fc.oneof(
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: 3000, max: 20_000 }),
      fc.integer({ min: 60_000, max: 140_000 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(sizes, fc.integer({ min: 0, max: 3000 })), { minLength: 1, maxLength: 12 }), async (sent) => {
        const { writer, taken, read } = openWriter();
        const begun = (frames: readonly Frame[]) => frames.filter(({ id }) => id === BasicPublish).length;
        let messages = 0;
        for (const [size, tenant] of sent) {
          const body = new Uint8Array(size);
          const headers = { tenant: 'x'.repeat(tenant) };
          const about = { id: '1', type: 'desk.note', contentType: 'text/plain', timestamp: 0, headers, meta: {}, body };
          writer.publish(CHANNEL, { exchange: 'desk.inbox', key: 'note', mandatory: true, message: about });
          // What amqplib writes now comes right here.
          messages += begun(taken());
        }
        messages += begun(await read());
        expect(messages).toBe(sent.length);
      }),
    );
  });

  test('is nothing at all where AMQP cannot say it', async () => {
    const { writer, read } = openWriter();
    const good: WireMessage = { id: '1', type: 'desk.note', contentType: 'text/plain', timestamp: 0, headers: {}, meta: {}, body: null };
    const publish =
      (changed: Partial<WireMessage>, key = 'note') =>
      () =>
        writer.publish(1, { exchange: 'desk.inbox', key, mandatory: true, message: { ...good, ...changed } });
    expect(publish({ correlationId: 'x'.repeat(256) })).toThrow('its correlation id has more than 255 bytes');
    expect(publish({ replyTo: 'é'.repeat(128) })).toThrow('its address for answers has more than 255 bytes');
    expect(publish({}, 'x'.repeat(256))).toThrow('its routing key has more than 255 bytes');
    expect(publish({ headers: { tenant: 'x'.repeat(FRAME_MAX) } })).toThrow('its headers have more than 4096 bytes');
    expect(await read()).toEqual([]);
    publish({})();
    expect(await read()).toHaveLength(2);
  });
});

test('messages are settled once each, however they come to it, and never one that is still held', async () => {
  const act = fc.constantFrom('deliver', 'deliver', 'acknowledge', 'acknowledge', 'refuse', 'turn') as fc.Arbitrary<
    'deliver' | 'acknowledge' | 'refuse' | 'turn'
  >;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(act, fc.nat()), { maxLength: 60 }), async (acts) => {
      const { writer, read } = openWriter();
      const settlements = new Settlements(writer, CHANNEL, new AbortController().signal);
      const held: number[] = [];
      const wanted = new Map<number, string>();
      const told = new Map<number, string>();
      /** What a broker makes of it that goes through what it waits for until it finds the tag, and closes the channel where it does not. */
      let outstanding: number[] = [];
      const take = async () => {
        for (const { id, fields } of await read()) {
          const { deliveryTag, multiple, requeue } = fields as { deliveryTag: number; multiple: boolean; requeue?: boolean };
          expect(outstanding).toContain(deliveryTag);
          const settled = outstanding.filter((tag) => (multiple ? tag <= deliveryTag : tag === deliveryTag));
          outstanding = outstanding.filter((tag) => !settled.includes(tag));
          for (const tag of settled) told.set(tag, id === BasicAck ? 'acknowledge' : `refuse ${requeue}`);
          expect([BasicAck, BasicNack]).toContain(id);
        }
      };
      let last = 0;
      for (const [what, which] of acts) {
        if (what === 'turn') await take();
        else if (what === 'deliver') {
          last += 1;
          settlements.hold(last);
          held.push(last);
          outstanding.push(last);
        } else if (held.length > 0) {
          const [tag = 0] = held.splice(which % held.length, 1);
          if (what === 'acknowledge') settlements.acknowledge(tag);
          else settlements.refuse(tag, which % 2 === 0);
          wanted.set(tag, what === 'acknowledge' ? what : `refuse ${which % 2 === 0}`);
        }
      }
      await take();
      expect(Object.fromEntries(told)).toEqual(Object.fromEntries(wanted));
      expect(outstanding).toEqual(held);
    }),
  );
});

test('nothing is settled a second time, nor on a channel that is lost in the same turn', async () => {
  const { writer, read } = openWriter();
  const losing = new AbortController();
  const settlements = new Settlements(writer, CHANNEL, losing.signal);
  for (const tag of [1, 2, 3]) settlements.hold(tag);
  settlements.acknowledge(1);
  expect((await read()).map(({ id, fields }) => [id, fields?.deliveryTag])).toEqual([[BasicAck, 1]]);
  settlements.acknowledge(1);
  settlements.refuse(1, true);
  expect(await read()).toEqual([]);
  settlements.acknowledge(2);
  losing.abort(new Error('gone'));
  expect(await read()).toEqual([]);
});
