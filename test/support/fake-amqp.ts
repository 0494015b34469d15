/** A broker that does what real ones rarely do, or not when a test wants it: it speaks just enough of AMQP 0-9-1 for one service, and answers as it is told. */
import { createRequire } from 'node:module';
import { createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';

type Fields = Readonly<Record<string, unknown>>;
type Frame = { readonly id?: number; readonly channel: number; readonly size?: number; readonly fields: Fields; readonly content?: Buffer };
type Raw = { readonly rest: Buffer };

const require = createRequire(import.meta.url);
// amqplib exports none of this: its files are read by where they are.
const amqplib = dirname(require.resolve('amqplib'));
const { parseFrame, decodeFrame, makeBodyFrame } = require(join(amqplib, 'lib/frame.js')) as {
  parseFrame(bytes: Buffer, most: number): Raw | false;
  decodeFrame(raw: Raw): Frame;
  makeBodyFrame(channel: number, body: Buffer): Buffer;
};
type Encoders = {
  encodeMethod(id: number, channel: number, fields: Fields): Buffer;
  encodeProperties(id: number, channel: number, size: number, fields: Fields): Buffer;
};
const defs = require(join(amqplib, 'lib/defs.js')) as Encoders & Readonly<Record<string, unknown>>;

/** A message that was published, by its number on its channel. */
export type Published = {
  readonly channel: number;
  readonly number: number;
  readonly exchange: string;
  readonly key: string;
  readonly mandatory: boolean;
  readonly id: string;
  readonly expiration: string | undefined;
  readonly body: Buffer;
};

/** One connection as the broker sees it. */
export type Peer = {
  /** Says something, by its name in amqplib: `say(1, 'BasicAck', { deliveryTag: 1, multiple: false })`. */
  say(channel: number, method: string, fields: Fields): void;
  /** The same of several things in one breath. */
  together(channel: number, said: readonly (readonly [method: string, fields: Fields])[]): void;
  /** Hands a message to whoever consumes on a channel. */
  deliver(channel: number, message: { readonly deliveryTag: number; readonly about: Fields; readonly body: Buffer }): void;
  /** Gives a message back that nobody would receive. */
  bounce(channel: number, message: Pick<Published, 'exchange' | 'key' | 'id' | 'body'>): void;
  /** Refuses all on a channel from now on. */
  closeChannel(channel: number, code: number, text: string): void;
  cut(): void;
};

/** What it does; where nothing is said it agrees with everything. */
export type Script = {
  /** Called with each message. Confirms it where it is left out. */
  published?(message: Published, peer: Peer): void;
  /** Called with each method that is no message, before it is answered; not answered where it returns `false`. */
  asked?(method: string, channel: number, peer: Peer, connection: number): boolean | undefined;
};

/** A broker that does as it is told. */
export type FakeAmqp = { readonly url: string; readonly peers: readonly Peer[]; close(): Promise<void> };

/** What is answered to what, with what fields. */
const ANSWERS: Readonly<Record<string, readonly [method: string, fields: Fields]>> = {
  ConnectionStartOk: ['ConnectionTune', { channelMax: 100, frameMax: 131_072, heartbeat: 0 }],
  ConnectionOpen: ['ConnectionOpenOk', {}],
  ConnectionClose: ['ConnectionCloseOk', {}],
  ChannelOpen: ['ChannelOpenOk', {}],
  ChannelClose: ['ChannelCloseOk', {}],
  ConfirmSelect: ['ConfirmSelectOk', {}],
  BasicQos: ['BasicQosOk', {}],
  BasicConsume: ['BasicConsumeOk', { consumerTag: 'fake' }],
  BasicCancel: ['BasicCancelOk', { consumerTag: 'fake' }],
  QueueDeclare: ['QueueDeclareOk', { queue: 'replies', messageCount: 0, consumerCount: 0 }],
  QueueBind: ['QueueBindOk', {}],
};
const NAMES = new Map<unknown, string>(Object.keys(defs).map((name) => [defs[name], name]));
const HEADER = 8;

/** A message of which more is to come. */
type Begun = { -readonly [Part in 'exchange' | 'key' | 'mandatory' | 'id' | 'expiration']: Published[Part] } & {
  left: number;
  readonly parts: Buffer[];
};

/** Starts it. */
export async function startFakeAmqp(script: Script = {}): Promise<FakeAmqp> {
  const peers: Peer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    peers.push(converse(socket, script, peers.length + 1));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `amqp://127.0.0.1:${address.port}`,
    peers,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

function converse(socket: Socket, { published = confirm, asked }: Script, connection: number): Peer {
  const numbers = new Map<number, number>();
  const shut = new Set<number>();
  const begun = new Map<number, Begun>();
  let rest = Buffer.alloc(0);
  let greeted = false;
  const peer: Peer = {
    say: (channel, method, fields) => void socket.write(defs.encodeMethod(defs[method] as number, channel, fields)),
    together(channel, said) {
      socket.write(Buffer.concat(said.map(([method, fields]) => defs.encodeMethod(defs[method] as number, channel, fields))));
    },
    deliver(channel, { deliveryTag, about, body }) {
      peer.say(channel, 'BasicDeliver', { consumerTag: 'fake', deliveryTag, redelivered: false, exchange: '', routingKey: '' });
      socket.write(defs.encodeProperties(defs.BasicProperties as number, channel, body.byteLength, about));
      socket.write(makeBodyFrame(channel, body));
    },
    bounce(channel, { exchange, key, id, body }) {
      peer.say(channel, 'BasicReturn', { replyCode: 312, replyText: 'NO_ROUTE', exchange, routingKey: key });
      socket.write(defs.encodeProperties(defs.BasicProperties as number, channel, body.byteLength, { messageId: id }));
      socket.write(makeBodyFrame(channel, body));
    },
    closeChannel(channel, code, text) {
      shut.add(channel);
      peer.say(channel, 'ChannelClose', { replyCode: code, replyText: text, classId: 60, methodId: 40 });
    },
    cut: () => void socket.destroy(),
  };
  const finish = (channel: number) => {
    const message = begun.get(channel);
    if (!message || message.left > 0) return;
    begun.delete(channel);
    const number = (numbers.get(channel) ?? 0) + 1;
    numbers.set(channel, number);
    const { left: _, parts, ...about } = message;
    published({ ...about, channel, number, body: Buffer.concat(parts) }, peer);
  };
  const take = ({ id, channel, size, fields, content }: Frame) => {
    const name = content ? 'content' : (NAMES.get(id) ?? '');
    if (name === 'ChannelCloseOk' || name === 'ChannelOpen') {
      shut.delete(channel);
      numbers.delete(channel);
    } else if (shut.has(channel)) return;
    const message = begun.get(channel);
    if (name === 'BasicPublish') {
      const { exchange, routingKey, mandatory } = fields as {
        readonly exchange: string;
        readonly routingKey: string;
        readonly mandatory: boolean;
      };
      begun.set(channel, { exchange, key: routingKey, mandatory, id: '', expiration: undefined, left: 1, parts: [] });
    } else if (name === 'BasicProperties' && message) {
      message.id = String(fields.messageId);
      message.expiration = fields.expiration as string | undefined;
      message.left = size ?? 0;
      finish(channel);
    } else if (content && message) {
      message.left -= content.byteLength;
      message.parts.push(content);
      finish(channel);
    } else if (asked?.(name, channel, peer, connection) !== false) {
      const answer = ANSWERS[name];
      if (answer) peer.say(channel, ...answer);
    }
  };
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    if (!greeted) {
      if (rest.byteLength < HEADER) return;
      greeted = true;
      rest = rest.subarray(HEADER);
      const known = { mechanisms: Buffer.from('PLAIN'), locales: Buffer.from('en_US') };
      peer.say(0, 'ConnectionStart', { versionMajor: 0, versionMinor: 9, serverProperties: {}, ...known });
    }
    for (let raw = parseFrame(rest, 1 << 28); raw; raw = parseFrame(rest, 1 << 28)) {
      rest = Buffer.from(raw.rest);
      const frame = decodeFrame(raw);
      if (typeof frame !== 'symbol') take(frame);
    }
  });
  return peer;
}

function confirm({ channel, number }: Published, peer: Peer): void {
  peer.say(channel, 'BasicAck', { deliveryTag: number, multiple: false });
}
