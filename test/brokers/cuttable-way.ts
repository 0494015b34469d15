/** A way to a broker over TCP that a test can cut, or stop for a while. */
import { connect, createServer, type Socket } from 'node:net';

/** A way to a broker. */
export type CuttableWay = {
  /** Stands for the broker's own host and port. */
  readonly host: string;
  /** How many bytes were sent to the broker so far. */
  sent(): number;
  /** Resolves when that many more bytes were sent to the broker. Nothing more reaches it then until {@link CuttableWay.goOn}. */
  stopAfter(bytes: number): Promise<void>;
  goOn(): void;
  /** Every connection breaks, and none is accepted any more. */
  cut(): void;
};

/** Opens a way to where `url` points. `slowness`: how much later answers arrive, in milliseconds; `begin`: the port where it begins, a free one without it. */
export async function openWay(url: string, slowness = 0, begin = 0): Promise<CuttableWay> {
  const { hostname, port } = new URL(url);
  const pairs = new Map<Socket, Socket>();
  const state = { sent: 0, stopAt: Number.POSITIVE_INFINITY, isStopped: false };
  let stopped: () => void = () => undefined;
  const stop = () => {
    state.isStopped = true;
    state.stopAt = Number.POSITIVE_INFINITY;
    for (const [near, far] of pairs) near.unpipe(far).pause();
    stopped();
  };
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    pairs.set(near, far);
    // What breaks on one side breaks on the other.
    near.on('error', () => undefined).on('close', () => far.destroy() && pairs.delete(near));
    far.on('error', () => undefined).on('close', () => setTimeout(() => near.destroy(), slowness));
    near.on('data', (part) => {
      state.sent += part.length;
      if (state.sent >= state.stopAt) stop();
    });
    if (state.isStopped) near.pause();
    else near.pipe(far);
    if (slowness === 0) far.pipe(near);
    else
      far
        .on('data', (part) => void setTimeout(() => near.write(part), slowness))
        .on('end', () => void setTimeout(() => near.end(), slowness));
  });
  await new Promise<void>((resolve) => server.listen(begin, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    host: `127.0.0.1:${address.port}`,
    sent: () => state.sent,
    stopAfter(bytes) {
      state.stopAt = state.sent + bytes;
      return new Promise((resolve) => {
        stopped = resolve;
      });
    },
    goOn() {
      state.isStopped = false;
      for (const [near, far] of pairs) near.pipe(far);
    },
    cut() {
      server.close();
      for (const [near, far] of pairs) for (const socket of [near, far]) socket.destroy();
    },
  };
}
