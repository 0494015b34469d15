/** A virtual host of a test's own on a RabbitMQ, removed with all that is in it. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Rabbitmq } from './rabbitmq.ts';

/** How to reach it and to change it by hand. */
export type Vhost = {
  readonly name: string;
  /** With the user and the password of the broker. */
  readonly url: string;
  readonly management: string;
  /** A call of the management API with the broker's own user; throws unless it succeeds. */
  call(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Makes what was on the school's broker before its contracts. */
  importExisting(): Promise<void>;
  /** The names of all its queues. */
  queues(): Promise<readonly string[]>;
  addBinding(binding: Route): Promise<void>;
  removeBinding(binding: Route): Promise<void>;
  /** Deletes a queue and makes one of the same name with other arguments. */
  remakeQueue(name: string, args: Readonly<Record<string, unknown>>): Promise<void>;
  remove(): Promise<void>;
};

/** A way from an exchange to a queue. */
type Route = { readonly source: string; readonly queue: string; readonly routingKey: string };

/** Makes a virtual host. */
export async function createVhost(broker: Rabbitmq): Promise<Vhost> {
  const name = `msgctl-${randomUUID()}`;
  const call = (method: string, path: string, body?: unknown) => callApi(broker, { method, path, body });
  await call('PUT', `/api/vhosts/${name}`, {});
  const url = new URL(broker.url);
  const management = new URL(broker.management);
  management.username = url.username;
  management.password = url.password;
  return {
    name,
    url: `${url.protocol}//${url.username}:${url.password}@${url.host}/${name}`,
    management: management.href,
    call,
    async importExisting() {
      const text = readFileSync('examples/school/topology/rabbit.definitions.json', 'utf8');
      await call(
        'POST',
        '/api/definitions',
        JSON.parse(text.replaceAll('"vhost": "/"', `"vhost": "${name}"`).replace('"name": "/"', `"name": "${name}"`)),
      );
    },
    async queues() {
      const queues = (await call('GET', `/api/queues/${name}?disable_stats=true&columns=name`)) as { readonly name: string }[];
      return queues.map((queue) => queue.name);
    },
    async addBinding({ source, queue, routingKey }) {
      await call('POST', `/api/bindings/${name}/e/${source}/q/${queue}`, { routing_key: routingKey, arguments: {} });
    },
    async removeBinding({ source, queue, routingKey }) {
      await call('DELETE', `/api/bindings/${name}/e/${source}/q/${queue}/${encodeURIComponent(routingKey)}`);
    },
    async remakeQueue(queue, args) {
      await call('DELETE', `/api/queues/${name}/${queue}`);
      await call('PUT', `/api/queues/${name}/${queue}`, { durable: true, auto_delete: false, arguments: args });
    },
    async remove() {
      await call('DELETE', `/api/vhosts/${name}`);
    },
  };
}

type Call = { readonly method: string; readonly path: string; readonly body: unknown };

async function callApi({ management, authorization }: Rabbitmq, { method, path, body }: Call): Promise<unknown> {
  const ask = (attempts: number): Promise<Response> =>
    fetch(`${management}${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch((error: Error) => {
      // A busy broker closes connections, also those that nobody used for a while; every call can be made twice.
      if (Object(error.cause).code !== 'UND_ERR_SOCKET' || attempts === 1) throw error;
      return ask(attempts - 1);
    });
  const response = await ask(3);
  const answer = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
  return answer === '' ? undefined : JSON.parse(answer);
}
