import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openRabbitmq } from '../../../src/brokers/rabbitmq/admin.ts';
import { Failure } from '../../../src/diagnostics/failure.ts';
import { transportNamed } from './transports.ts';

const overview = { rabbitmq_version: '4.0.5', cluster_name: 'rabbit@one', exchange_types: [] };

/** What stands where the management API should, and is something else: a proxy, a portal, another server. */
const answers: Readonly<Record<string, RequestListener>> = {
  'a page for people': (_, response) => void response.end('<html>Welcome</html>'),
  'another server': (_, response) => void response.writeHead(404).end('{}'),
  'a proxy that lost its server': (_, response) => void response.writeHead(502).end('Bad Gateway'),
  'an object where a list should be': (request, response) =>
    void response.end(JSON.stringify(request.url === '/api/overview' ? overview : { error: 'temporarily' })),
  'a page after the first answer': (request, response) =>
    void response.end(request.url === '/api/overview' ? JSON.stringify(overview) : '<html></html>'),
};

describe('what is not the management API of RabbitMQ', () => {
  let server: Server | undefined;
  afterEach(() => void server?.close());

  it.each(Object.keys(answers))('is never taken for an empty broker: %s', async (name) => {
    server = createServer(answers[name]);
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const address = server.address() as { readonly port: number };
    const management = `http://127.0.0.1:${address.port}`;
    const admin = await openRabbitmq(transportNamed('rabbit', 'rabbitmq', { management }), 'shop');
    const failure: unknown = await admin.inspect(new AbortController().signal).catch((error: unknown) => error);
    await admin.close();
    expect(failure).toBeInstanceOf(Failure);
    expect((failure as Failure).id).toBe('broker-refused');
  });

  it.each([
    ['before it answers', 2, (socket: Socket) => void socket.destroy(), 'another server'],
    ['before it answers, each time', 3, (socket: Socket) => void socket.destroy(), 'broker-unreachable'],
    ['in the middle of an answer', 2, (socket: Socket) => void socket.write(BEGUN, () => socket.destroy()), 'another server'],
  ])('is asked again where it closes the connection %s', async (_, closes, close, end) => {
    let asked = 0;
    server = createServer((request, response) => {
      asked += 1;
      if (asked <= closes) close(request.socket);
      else answers['another server']?.(request, response);
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { readonly port: number };
    const admin = await openRabbitmq(transportNamed('rabbit', 'rabbitmq', { management: `http://127.0.0.1:${port}` }), 'shop');
    const failure: unknown = await admin.inspect(new AbortController().signal).catch((error: unknown) => error);
    await admin.close();
    expect(failure).toMatchObject({ id: end === 'another server' ? 'broker-refused' : end });
    expect(asked).toBe(3);
  });
});

const BEGUN = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{';
