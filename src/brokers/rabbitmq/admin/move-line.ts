/** A connection on which messages are taken from one queue and given to an exchange as they are, with all that they say of themselves. */
import type { ChannelModel, ConfirmChannel, ConsumeMessage } from 'amqplib';
import type { Access } from '../access.ts';
import { leave, openConnection, useChannel } from './channels.ts';
import { forwardedProperties } from './message-properties.ts';

/** A message that was taken and is not answered yet. */
export type Held = { readonly routingKey: string; readonly content: Buffer; readonly properties: Buffer; readonly tag: number };

/** What moving takes of a connection. */
export type MoveLine = {
  /** Takes so many messages at once, at most. */
  prefetch(messages: number): Promise<void>;
  /** Takes messages from a queue; undefined: the queue was taken away. Gives how to take no more. */
  consume(queue: string, take: (message: Held | undefined) => void): Promise<() => Promise<void>>;
  /** Gives a message to an exchange; `ended` is told whether the broker has it now for good. One that finds no queue comes back before that. */
  publish(exchange: string, message: Held, ended: (isTaken: boolean) => void): void;
  /** Says that a message is done with: its queue forgets it. */
  acknowledge(message: Held): void;
  onReturned(listener: () => void): void;
  onClosed(listener: () => void): void;
};

/**
 * Gives some work a connection of its own: a broker that takes no messages (an alarm) reads nothing more of one that publishes, and what is asked
 * beside the work must not wait for that. Where the work fails the connection is left as it is, so that what was not answered goes back to its queue.
 */
export async function withMoveLine<Result>(access: Access, work: (line: MoveLine) => Promise<Result>): Promise<Result> {
  const connection = await openConnection(access);
  connection.on('error', () => undefined);
  const bytesOf = keepProperties(connection);
  let broke: { readonly by: unknown } | undefined;
  try {
    return await useChannel(await connection.createConfirmChannel(), async (channel) => {
      try {
        return await work(lineOver(channel, bytesOf, access.amqp.user));
      } catch (error) {
        broke = { by: error };
        // Nothing is waited for: nobody may be reading any more.
        await leave(connection, 0);
        throw error;
      }
    });
  } catch (error) {
    // That the channel was closed is told before what it was closed for.
    throw broke ? broke.by : error;
  } finally {
    await leave(connection);
  }
}

function lineOver(channel: ConfirmChannel, bytesOf: BytesOf, user: string): MoveLine {
  const { connection, ch } = channel as unknown as ChannelInnards;
  return {
    prefetch: async (messages) => void (await channel.prefetch(messages)),
    async consume(queue, take) {
      const { consumerTag } = await channel.consume(queue, (message) => take(message ? heldFrom(message, bytesOf, user) : undefined));
      return async () => void (await channel.cancel(consumerTag));
    },
    publish(exchange, message, ended) {
      (channel as unknown as ChannelInnards).pushConfirmCallback((error) => ended(!error));
      connection.channels[ch]?.buffer.write(publishFrames(ch, exchange, message));
      if (message.content.length > 0) connection.sendContent(ch, message.content);
    },
    acknowledge: ({ tag }) => channel.ack({ fields: { deliveryTag: tag } } as ConsumeMessage),
    onReturned: (listener) => void channel.on('return', listener),
    onClosed: (listener) => void channel.on('close', listener),
  };
}

/** What amqplib has and does not declare; its version is pinned. */
type ChannelInnards = {
  readonly connection: Innards;
  readonly ch: number;
  pushConfirmCallback(callback: (error: unknown) => void): void;
};
type Innards = {
  /** What was read and is not parsed yet. */
  readonly rest: Buffer;
  recvFrame(): Frame | false;
  readonly channels: readonly ({ readonly buffer: { write(bytes: Buffer): boolean } } | null)[];
  sendContent(channel: number, content: Buffer): boolean;
};
type Frame = { readonly id?: number; readonly fields?: object };

type BytesOf = (properties: object) => Buffer | undefined;

const BASIC = 60;
/** Before what a frame carries: its type, its channel and its length; after it a byte that says that it ends. */
const [FRAME_HEAD, FRAME_END] = [7, 1];
/** In a frame of properties before them: the class, the weight, and how long the content is. */
const CONTENT_HEAD = 12;

/** Has the bytes kept that the properties of messages are read from: amqplib forgets them. */
function keepProperties(model: ChannelModel): BytesOf {
  const kept = new WeakMap<object, Buffer>();
  const innards = model.connection as unknown as Innards;
  const receive = innards.recvFrame;
  innards.recvFrame = function (this: Innards): Frame | false {
    const before = this.rest;
    const frame = receive.call(this);
    // Where more had to be read first, this was called again in between, and that call has them.
    if (frame && frame.id === BASIC && frame.fields && !kept.has(frame.fields)) {
      const bytes = before.subarray(0, before.length - this.rest.length);
      kept.set(frame.fields, Buffer.from(bytes.subarray(FRAME_HEAD + CONTENT_HEAD, bytes.length - FRAME_END)));
    }
    return frame;
  };
  return (properties) => kept.get(properties);
}

function heldFrom({ fields, content, properties }: ConsumeMessage, bytesOf: BytesOf, user: string): Held {
  const bytes = bytesOf(properties);
  if (!bytes) throw new Error('The properties of a message were not kept');
  return { routingKey: fields.routingKey, content, properties: forwardedProperties(bytes, user), tag: fields.deliveryTag };
}

const [METHOD, HEADER, END] = [1, 2, 0xce];
const PUBLISH = 40;
const MANDATORY = 1;

/** The frames that say where a message goes and what it says of itself. */
function publishFrames(channel: number, exchange: string, { routingKey, content, properties }: Held): Buffer {
  const [to, key] = [Buffer.from(exchange), Buffer.from(routingKey)];
  const method = frameOf(METHOD, channel, 6 + 1 + to.length + 1 + key.length + 1);
  let at = method.writeUInt16BE(BASIC, FRAME_HEAD);
  at = method.writeUInt16BE(PUBLISH, at);
  at = method.writeUInt16BE(0, at);
  for (const name of [to, key]) {
    at = method.writeUInt8(name.length, at);
    at += name.copy(method, at);
  }
  method.writeUInt8(MANDATORY, at);
  const header = frameOf(HEADER, channel, CONTENT_HEAD + properties.length);
  at = header.writeUInt16BE(BASIC, FRAME_HEAD);
  at = header.writeUInt16BE(0, at);
  at = header.writeBigUInt64BE(BigInt(content.length), at);
  properties.copy(header, at);
  return Buffer.concat([method, header]);
}

/** A frame for so many bytes, to be filled in. */
function frameOf(type: number, channel: number, length: number): Buffer {
  const frame = Buffer.alloc(FRAME_HEAD + length + FRAME_END, END);
  frame.writeUInt8(type, 0);
  frame.writeUInt16BE(channel, 1);
  frame.writeUInt32BE(length, 3);
  return frame;
}
