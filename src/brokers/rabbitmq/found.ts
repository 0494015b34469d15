/** What was found on a virtual host, sorted so that contracts can be read off it. */
import { isObject, type JsonObject, type JsonValue } from '../../source/json.ts';
import { quoteText } from '../../source/quote.ts';
import type { ActualResource } from '../../topology/model.ts';
import { isAmong } from '../skeleton/service-rules.ts';
import { nestedAttributes } from './resources.ts';

/** An exchange, and what comes out of it. */
export type FoundExchange = {
  readonly name: string;
  readonly type: string;
  readonly lasting: boolean;
  readonly routes: readonly FoundRoute[];
};

/** A queue, with what its arguments and its policy say. */
export type FoundQueue = {
  readonly name: string;
  readonly type: string;
  readonly durable: boolean;
  /** Deleted with its last consumer. */
  readonly passing: boolean;
  readonly arguments: JsonObject;
};

/** A binding that leads to a queue. */
export type FoundRoute = { readonly exchange: string; readonly queue: string; readonly key: string; readonly arguments: JsonObject };

/** Where dead letters go, and under which key; without one they keep their own. `of` in words: `queue "billing"`, `the queues of policy "dlx"`. */
export type DeadLetterWay = { readonly of: string; readonly exchange: string; readonly key?: string };

/** A virtual host. */
export type FoundVhost = {
  readonly exchanges: ReadonlyMap<string, FoundExchange>;
  readonly queues: ReadonlyMap<string, FoundQueue>;
  /** Exchanges bound to exchanges, in words and with the names. */
  readonly crossings: readonly { readonly source: string; readonly destination: string; readonly key: string }[];
  /** By the exchange that they go to. */
  readonly deadLetters: ReadonlyMap<string, readonly DeadLetterWay[]>;
  /** Exchanges that take what others could not route. */
  readonly alternates: ReadonlyMap<string, readonly string[]>;
};

/** Sorts resources. Which queues a policy applies to is not looked at: its pattern is somebody else's, and may take for ever. */
export function sortFound(resources: readonly ActualResource[]): FoundVhost {
  const of = (kind: string) => resources.filter((resource) => resource.kind === kind);
  const queues = new Map(of('queue').map((queue) => [queue.name, queueOf(queue)]));
  const bindings = of('binding');
  const routes = byExchange(
    bindings
      .filter(({ attributes }) => attributes.destination_type === 'queue')
      .map(({ attributes }) => ({
        exchange: text(attributes.source),
        queue: text(attributes.destination),
        key: text(attributes.routing_key),
        arguments: nestedAttributes(attributes, 'arguments.'),
      })),
  );
  const exchanges = new Map(of('exchange').map((exchange) => [exchange.name, exchangeOf(exchange, routes.get(exchange.name) ?? [])]));
  return {
    exchanges,
    queues,
    crossings: bindings.flatMap(({ attributes: { source, destination, destination_type: type, routing_key: key } }) =>
      type === 'exchange' ? [{ source: text(source), destination: text(destination), key: text(key) }] : [],
    ),
    deadLetters: byExchange([
      ...[...queues.values()].flatMap((queue) => deadLetterWay(`queue ${quoteText(queue.name)}`, queue.arguments, 'x-')),
      ...of('policy').flatMap(({ name, attributes }) =>
        deadLetterWay(`the queues of policy ${quoteText(name)}`, nestedAttributes(attributes, 'definition.'), ''),
      ),
    ]),
    alternates: alternatesOf(of('exchange')),
  };
}

function exchangeOf({ name, attributes }: ActualResource, routes: readonly FoundRoute[]): FoundExchange {
  return { name, type: text(attributes.type), lasting: attributes.auto_delete !== true, routes };
}

function queueOf({ name, attributes }: ActualResource): FoundQueue {
  const args = nestedAttributes(attributes, 'arguments.');
  const { 'x-queue-type': type = 'classic', ...rest } = args;
  return { name, type: text(type), durable: attributes.durable !== false, passing: attributes.auto_delete === true, arguments: rest };
}

/** The way that arguments (`x-` before it) or a policy's definition tell. Messages that only wait in a queue for their time go on, they do not fail. */
function deadLetterWay(of: string, said: JsonObject, prefix: 'x-' | ''): readonly DeadLetterWay[] {
  const exchange = said[`${prefix}dead-letter-exchange`];
  const key = said[`${prefix}dead-letter-routing-key`];
  if (typeof exchange !== 'string' || said[`${prefix}message-ttl`] !== undefined) return [];
  return [{ of, exchange, ...(typeof key === 'string' && { key }) }];
}

function byExchange<Way extends { readonly exchange: string }>(ways: readonly Way[]): ReadonlyMap<string, readonly Way[]> {
  const sorted = new Map<string, Way[]>();
  for (const way of ways) {
    const others = sorted.get(way.exchange);
    if (others) others.push(way);
    else sorted.set(way.exchange, [way]);
  }
  return sorted;
}

function alternatesOf(exchanges: readonly ActualResource[]): ReadonlyMap<string, readonly string[]> {
  const alternates = new Map<string, readonly string[]>();
  for (const { name, attributes } of exchanges) {
    const alternate = attributes['arguments.alternate-exchange'];
    if (typeof alternate === 'string') alternates.set(alternate, [...(alternates.get(alternate) ?? []), name]);
  }
  return alternates;
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : isObject(value) || value === undefined ? '' : String(value);
}

/** The queues whose names match, and what they are bound to. */
export function amongQueues(resources: readonly ActualResource[], only: readonly string[]): readonly ActualResource[] {
  if (only.length === 0) return resources;
  const bindings = resources.filter(({ kind, attributes }) => kind === 'binding' && isAmong(text(attributes.destination), only));
  const sources = new Set(bindings.map(({ attributes }) => text(attributes.source)));
  return resources
    .filter(({ kind, name }) => (kind === 'exchange' ? sources.has(name) : kind === 'queue' && isAmong(name, only)))
    .concat(bindings);
}
