/** A way to a broker over TCP that a test can shut, open, freeze and slow down: what networks do. */
import { connect, createServer, type Socket } from 'node:net';

/** `host` stands for the broker's own host and port. */
export type Gate = {
  readonly host: string;
  /** Breaks every connection, and refuses new ones until it is opened. */
  shut(how?: 'end' | 'reset'): void;
  open(): void;
  /**
   * Lets nothing through any more, and breaks nothing: as a cable that is pulled out. With `answers` only what the broker says is held, and all that it is told
   * still reaches it.
   */
  freeze(what?: 'answers'): void;
  /** Lets everything through again. */
  thaw(): void;
  /** Breaks every connection once the broker was sent so many bytes more, in the middle of whatever that is. */
  shutAfter(bytes: number): void;
  close(): Promise<void>;
};

/** Opens a way to where `url` points. */
export async function openGate(url: string): Promise<Gate> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let shut = false;
  let frozen: 'no' | 'answers' | 'all' = 'no';
  /** What comes from the broker. */
  const far = new Set<Socket>();
  let left = Number.POSITIVE_INFINITY;
  const breakAll = (how: 'end' | 'reset') => {
    for (const socket of sockets) {
      if (how === 'reset') socket.resetAndDestroy();
      else socket.destroy();
    }
    sockets.clear();
  };
  const isHeld = (socket: Socket) => frozen === 'all' || (frozen === 'answers' && far.has(socket));
  const pass = (from: Socket, to: Socket, counted: boolean) => {
    from.on('data', (chunk: Buffer) => {
      if (counted && chunk.byteLength > left) {
        to.write(chunk.subarray(0, left), () => breakAll('end'));
        left = Number.POSITIVE_INFINITY;
        shut = true;
        return;
      }
      if (counted) left -= chunk.byteLength;
      if (!to.write(chunk)) from.pause();
    });
    to.on('drain', () => {
      if (!isHeld(from)) from.resume();
    });
    from.on('close', () => to.destroy());
    from.on('error', () => undefined);
  };
  const server = createServer((near) => {
    if (shut) {
      near.on('error', () => undefined).destroy();
      return;
    }
    const broker = connect(Number(port), hostname);
    far.add(broker);
    broker.once('close', () => far.delete(broker));
    for (const socket of [near, broker]) sockets.add(socket);
    pass(near, broker, true);
    pass(broker, near, false);
    for (const socket of [near, broker]) if (isHeld(socket)) socket.pause();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    host: `127.0.0.1:${address.port}`,
    shut(how = 'end') {
      shut = true;
      breakAll(how);
    },
    open() {
      shut = false;
    },
    freeze(what) {
      frozen = what ?? 'all';
      for (const socket of sockets) if (isHeld(socket)) socket.pause();
    },
    thaw() {
      frozen = 'no';
      for (const socket of sockets) socket.resume();
    },
    shutAfter(bytes) {
      left = bytes;
    },
    async close() {
      breakAll('end');
      await new Promise((done) => server.close(done));
    },
  };
}
