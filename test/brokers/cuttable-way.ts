/** A way to a broker over TCP that a test can cut. */
import { connect, createServer, type Socket } from 'node:net';

/** `host` stands for the broker's own host and port until it is cut: every connection breaks, and none is accepted any more. */
export type CuttableWay = { readonly host: string; cut(): void };

/** Opens a way to where `url` points. `slowness`: how much later answers arrive, in milliseconds; `begin`: the port where it begins, a free one without it. */
export async function openWay(url: string, slowness = 0, begin = 0): Promise<CuttableWay> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) sockets.add(socket.on('error', () => undefined));
    near.pipe(far);
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
    cut() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
