/**
 * A RabbitMQ that does what a test says at the very moment that it says: what the real one shows in test/brokers, in the orders that it takes once in a
 * thousand times. It knows what deleting and making anew asks of a broker, and nothing else.
 */
import { accessOf } from '../../../src/brokers/rabbitmq/access.ts';
import type { Declaring } from '../../../src/brokers/rabbitmq/admin/channels.ts';
import type { Answer } from '../../../src/brokers/rabbitmq/admin/management.ts';
import type { Held, MoveLine } from '../../../src/brokers/rabbitmq/admin/move-line.ts';
import type { Site } from '../../../src/brokers/rabbitmq/admin/site.ts';
import { Failure } from '../../../src/diagnostics/failure.ts';
import type { JsonObject, JsonValue } from '../../../src/source/json.ts';
import { transportNamed } from './transports.ts';

/** A queue as a test sees it. */
export type ScriptedQueue = {
  type: string;
  arguments: JsonObject;
  ready: number;
  unacknowledged: number;
  deadLettered: number;
  consumers: number;
  published: number;
  policy: JsonObject;
  auto_delete: boolean;
};
type ScriptedExchange = { type: string; arguments: JsonObject; auto_delete: boolean; published: number };
type Binding = { readonly source: string; readonly destination: string; readonly key: string };
type Hook = { readonly pattern: RegExp; readonly act: () => void; readonly fails: 'before' | 'after' | undefined };

const OWN: JsonObject = { 'x-msgctl-owner': 'shop' };

/** What `node:timers/promises` gives, by the clock that a test holds: `vi.mock('node:timers/promises', heldTimers)`. */
export function heldTimers() {
  return {
    setTimeout: (milliseconds: number, _: unknown, { signal }: { readonly signal?: AbortSignal } = {}) =>
      new Promise<void>((resolve, reject) => {
        setTimeout(resolve, milliseconds);
        signal?.addEventListener('abort', () => reject(signal.reason));
      }),
  };
}

/** Makes one, with the project `shop` working on it. */
export function scriptedRabbitmq() {
  const queues = new Map<string, ScriptedQueue>();
  const exchanges = new Map<string, ScriptedExchange>();
  const bindings: Binding[] = [];
  const hooks: Hook[] = [];
  /** Everything that changed something, in its order. */
  const calls: string[] = [];
  const state = { overview: { rates_mode: 'basic' } as JsonObject, shovels: [] as JsonValue[], adopted: [] as string[], unlisted: '' };

  let always: Pick<Hook, 'pattern' | 'act'> | undefined;
  const broker = {
    queues,
    exchanges,
    bindings,
    calls,
    state,
    queue(name: string, more: Partial<ScriptedQueue> = {}): ScriptedQueue {
      const empty = { ready: 0, unacknowledged: 0, deadLettered: 0, consumers: 0, published: 0, policy: {}, auto_delete: false };
      const queue = { type: 'classic', arguments: OWN, ...empty, ...more };
      queues.set(name, queue);
      return queue;
    },
    exchange(name: string, more: Partial<ScriptedExchange> = {}): void {
      exchanges.set(name, { type: 'direct', arguments: OWN, auto_delete: false, published: 0, ...more });
    },
    bind(source: string, destination: string, key = ''): void {
      if (!broker.bound(destination).includes(source)) bindings.push({ source, destination, key });
    },
    bound: (queue: string) => bindings.filter(({ destination }) => destination === queue).map(({ source }) => source),
    /** Does something right before the next call that matches, which may fail as well, before or after it had its effect. */
    at(pattern: RegExp, act: () => void = () => undefined, fails?: 'before' | 'after'): void {
      hooks.push({ pattern, act, fails });
    },
    /** Does something right before every call that matches; with undefined no more. */
    atEach(pattern: RegExp | undefined, act: () => void = () => undefined): void {
      always = pattern && { pattern, act };
    },
    site: {} as Site,
  };

  function call<Result>(text: string, effect: () => Result): Result {
    const at = hooks.findIndex(({ pattern }) => pattern.test(text));
    const [hook] = at === -1 ? [] : hooks.splice(at, 1);
    hook?.act();
    if (always?.pattern.test(text)) always.act();
    if (hook?.fails === 'before') throw lost();
    if (!/^(GET|check)/.test(text)) calls.push(text);
    const result = effect();
    if (hook?.fails === 'after') throw lost();
    return result;
  }

  const channel = {
    checkQueue: async (name: string) =>
      call(`check ${name}`, () => {
        const queue = queues.get(name);
        if (!queue)
          throw new Error(`Operation failed: QueueDeclare; 404 (NOT-FOUND) with message "NOT_FOUND - no queue '${name}' in vhost '/'"`);
        return { messageCount: queue.ready, consumerCount: queue.consumers };
      }),
    assertQueue: async (name: string, { arguments: args }: { readonly arguments: JsonObject }) =>
      call(`declare ${name}`, () => {
        if (!queues.has(name)) broker.queue(name, { type: String(args['x-queue-type'] ?? 'classic'), arguments: args });
      }),
    deleteQueue: async (name: string) => call(`delete ${name}`, () => removeQueue(name)),
    assertExchange: async (name: string, type: string, { arguments: args }: { readonly arguments: JsonObject }) =>
      call(`exchange ${name}`, () => {
        if (!exchanges.has(name)) broker.exchange(name, { type, arguments: args });
      }),
    bindQueue: async (queue: string, source: string, key: string) =>
      call(`bind ${source} → ${queue}`, () => {
        if (!queues.has(queue))
          throw new Error(`Operation failed: QueueBind; 404 (NOT-FOUND) with message "NOT_FOUND - no queue '${queue}' in vhost '/'"`);
        broker.bind(source, queue, key);
      }),
  };

  function removeQueue(name: string): void {
    queues.delete(name);
    for (const binding of bindings.filter(({ destination }) => destination === name)) unbind(binding);
  }

  function unbind(binding: Binding): void {
    const at = bindings.indexOf(binding);
    if (at !== -1) bindings.splice(at, 1);
    if (exchanges.get(binding.source)?.auto_delete && !bindings.some(({ source }) => source === binding.source))
      exchanges.delete(binding.source);
  }

  const declaring: Declaring = {
    server: { cluster: undefined, version: '4.0.5' },
    async *each(items, { declare }) {
      for (const item of items) {
        const error = await declare(channel as never, item).then(
          () => undefined,
          (reason: Error) => reason.message,
        );
        yield { item, ...(error !== undefined && { error }) };
      }
    },
    using: (work) => work(channel as never),
    broken: () => undefined,
    close: async () => undefined,
  };

  const queueEntry = ([name, queue]: readonly [string, ScriptedQueue]): JsonObject => ({
    name,
    type: queue.type,
    durable: true,
    auto_delete: queue.auto_delete,
    arguments: queue.arguments,
    messages: queue.ready + queue.unacknowledged + queue.deadLettered,
    messages_ready: queue.ready,
    messages_unacknowledged: queue.unacknowledged,
    message_stats: { publish: queue.published },
    effective_policy_definition: queue.policy,
  });
  const exchangeEntry = ([name, exchange]: readonly [string, ScriptedExchange]): JsonObject => ({
    name,
    type: exchange.type,
    arguments: exchange.arguments,
    auto_delete: exchange.auto_delete,
    message_stats: { publish_in: exchange.published },
  });
  const bindingEntry = ({ source, destination, key }: Binding): JsonObject => ({
    source,
    destination,
    destination_type: 'queue',
    routing_key: key,
    arguments: {},
    properties_key: key === '' ? '~' : key,
  });

  function look(path: string): JsonValue | undefined {
    const [, kind = '', , name, part] = path.replace(/\?.*$/, '').replace('parameters/shovel', 'shovels').split('/').slice(1);
    switch (kind) {
      case 'queues': {
        if (name === undefined) return [...queues].filter(([queue]) => queue !== state.unlisted).map(queueEntry);
        const queue = queues.get(name);
        if (!queue) return undefined;
        return part === 'bindings'
          ? bindings.filter(({ destination }) => destination === name).map(bindingEntry)
          : queueEntry([name, queue]);
      }
      case 'exchanges': {
        const exchange = name === undefined ? undefined : exchanges.get(name);
        return name === undefined ? [...exchanges].map(exchangeEntry) : exchange && exchangeEntry([name, exchange]);
      }
      case 'bindings':
        return bindings.map(bindingEntry);
      case 'shovels':
        return state.shovels;
      case 'overview':
        return state.overview;
      case 'global-parameters':
        return { value: { adopted: { '/': state.adopted } } };
      default:
        return [];
    }
  }

  function remove(path: string): Answer {
    const [, kind, , ...parts] = path.replace(/\?.*$/, '').split('/').slice(1).map(decodeURIComponent);
    const done: Answer = { status: 204, body: undefined };
    if (kind === 'bindings') {
      const [, source, , queue, key = ''] = parts;
      const binding = bindings.find((one) => one.source === source && one.destination === queue && one.key === key.replace(/^~$/, ''));
      if (binding) unbind(binding);
      return binding ? done : { status: 404, body: undefined };
    }
    const [name = ''] = parts;
    if (kind === 'exchanges') {
      const isUsed = path.endsWith('if-unused=true') && bindings.some(({ source }) => source === name);
      if (isUsed) return { status: 400, body: { reason: `exchange '${name}' in use` } };
      for (const binding of bindings.filter(({ source }) => source === name)) bindings.splice(bindings.indexOf(binding), 1);
      return exchanges.delete(name) ? done : { status: 404, body: undefined };
    }
    const found = queues.get(name);
    if (!found) return { status: 404, body: undefined };
    if (path.includes('if-empty=true') && found.ready > 0) return { status: 400, body: { reason: `queue '${name}' not empty` } };
    if (path.includes('if-unused=true') && found.consumers > 0) return { status: 400, body: { reason: `queue '${name}' in use` } };
    removeQueue(name);
    return done;
  }

  function count(name: string, what: 'consumers' | 'unacknowledged', by: number): void {
    const queue = queues.get(name);
    if (queue) queue[what] += by;
  }

  function lineOver(ends: (() => void)[]): MoveLine {
    return {
      prefetch: async () => undefined,
      async consume(queue, take) {
        const timer = setInterval(() => {
          const found = queues.get(queue);
          for (; found && found.ready > 0; found.ready -= 1) {
            found.unacknowledged += 1;
            take({ routingKey: 'k', content: Buffer.from('m'), properties: Buffer.from(queue), tag: 1 });
          }
        }, 10);
        count(queue, 'consumers', 1);
        const end = () => {
          clearInterval(timer);
          count(queue, 'consumers', -1);
        };
        ends.push(end);
        return async () => ends.splice(ends.indexOf(end), 1)[0]?.();
      },
      publish(exchange: string, _: Held, ended) {
        const [to] = bindings.filter(({ source }) => source === exchange);
        const queue = to && queues.get(to.destination);
        if (queue) queue.ready += 1;
        ended(queue !== undefined);
      },
      acknowledge({ properties }) {
        count(properties.toString(), 'unacknowledged', -1);
      },
      onReturned: () => undefined,
      onClosed: () => undefined,
    };
  }

  broker.site = {
    access: accessOf(transportNamed('bus', 'rabbitmq')),
    project: 'shop',
    management: {
      read: async (path) => call(`GET ${decodeURIComponent(path)}`, () => look(path)),
      send: async (method, path) => call(`${method} ${decodeURIComponent(path).replace('/api/', '')}`, () => remove(path)),
      close: () => undefined,
    },
    declaring: async () => declaring,
    moving: async (work) => {
      const ends: (() => void)[] = [];
      return work(lineOver(ends)).finally(() => {
        for (const end of ends) end();
      });
    },
  };
  return broker;
}

function lost(): Failure {
  return new Failure('broker-unreachable', { message: 'It did not answer in time.', advice: 'Look.' });
}
