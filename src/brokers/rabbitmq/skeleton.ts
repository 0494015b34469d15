/** Contracts to be, from what is on a virtual host: docs/decisions/0039-import.md. */
import type { JsonObject } from '../../source/json.ts';
import { quoteText } from '../../source/quote.ts';
import type { ActualResource } from '../../topology/model.ts';
import { type Gathering, openGathering } from '../skeleton/gather.ts';
import { guessService, type ServiceRule } from '../skeleton/service-rules.ts';
import type { Skeleton } from '../skeleton/skeleton.ts';
import { type DeadLetterWay, type FoundExchange, type FoundQueue, type FoundRoute, type FoundVhost, sortFound } from './found.ts';
import { type OwnUse, outlineOwn } from './own-skeleton.ts';

/** What is read, and how it is to be taken. */
export type RabbitmqImport = {
  readonly resources: readonly ActualResource[];
  /** The names of the connections that consume from a queue; empty where nobody could tell. */
  readonly consumers: ReadonlyMap<string, readonly string[]>;
  /** The name of the transport. */
  readonly transport: string;
  /** The project that is written; what msgctl made for it is its own. */
  readonly project: string;
  readonly rules: readonly ServiceRule[];
};

/** Reads contracts off a virtual host that people made: each routing key of an exchange is an event, each queue bound to it a user. */
export function outlineRabbitmq(wish: RabbitmqImport): Skeleton {
  const gathering = openGathering();
  const mine = wish.resources.filter(({ owner }) => owner === wish.project);
  const own = outlineOwn(mine, wish.transport, gathering);
  for (const { kind, name, owner } of wish.resources) {
    if (owner === undefined || owner === wish.project || kind === 'binding') continue;
    const reason = `Project ${quoteText(owner)} of msgctl looks after it: its contracts speak of it (--project ${owner} writes them anew).`;
    gathering.leaveOut(`${kind} ${quoteText(name)}`, reason);
  }
  const foreign = wish.resources.filter(({ owner }) => owner === undefined);
  const exchanges = new Set(foreign.flatMap(({ kind, name }) => (kind === 'exchange' ? [name] : [])));
  // What binds a queue of the project to an exchange of others is told where that exchange is.
  const bridges = mine.filter(({ kind, name, attributes }) =>
    kind === 'queue'
      ? own.has(name)
      : kind === 'binding' && own.has(String(attributes.destination)) && exchanges.has(String(attributes.source)),
  );
  const found = sortFound([...foreign, ...bridges]);
  const context: Context = { wish, own, found, gathering, received: new Set() };
  for (const exchange of [...found.exchanges.values()].sort(byName)) outlineExchange(exchange, context);
  leaveOutRest(context);
  return gathering.skeleton();
}

type Context = {
  readonly wish: RabbitmqImport;
  /** What the project says of its own queues among those found. */
  readonly own: ReadonlyMap<string, OwnUse>;
  readonly found: FoundVhost;
  readonly gathering: Gathering;
  /** Queues that stand in a contract, or were told of. */
  readonly received: Set<string>;
};

function outlineExchange(exchange: FoundExchange, context: Context): void {
  const { found, gathering } = context;
  const name = `exchange ${quoteText(exchange.name)}`;
  if (!exchange.lasting) {
    gathering.leaveOut(name, 'It is deleted with its last binding, so it is there only while somebody uses it.');
    return;
  }
  const byKey = new Map<string, FoundRoute[]>();
  for (const route of exchange.routes.filter((candidate) => isPlain(candidate, context))) {
    const others = byKey.get(route.key);
    if (others) others.push(route);
    else byKey.set(route.key, [route]);
  }
  if (byKey.size === 0 && exchange.routes.length === 0 && !exchange.name.startsWith('amq.')) {
    gathering.leaveOut(name, whyUnbound(exchange.name, found));
  }
  const events = [...byKey].sort(([a], [b]) => (a < b ? -1 : 1));
  if (exchange.type === 'fanout') outlineFanout(exchange, events, context);
  else for (const [key, routes] of events) outlineEvent(exchange, { key, routes }, context);
}

/** Keys mean nothing to a fanout exchange: one event, with the key that most of its queues are bound by. */
function outlineFanout(exchange: FoundExchange, events: readonly (readonly [string, readonly FoundRoute[]])[], context: Context): void {
  const [first, ...rest] = [...events].sort(([, a], [, b]) => b.length - a.length);
  if (!first) return;
  const [key, routes] = first;
  outlineEvent(exchange, { key, routes }, context);
  for (const route of rest.flatMap(([, others]) => others)) {
    const reason = `A fanout exchange gives every message to every queue, and most of its queues are bound by the key ${quoteText(key)}: contracts have one key for an event.`;
    context.gathering.leaveOut(routeWords(route), reason);
    context.received.add(route.queue);
  }
}

/** Whether a binding can stand in a contract; what cannot is told. */
function isPlain(route: FoundRoute, { found, gathering, received }: Context): boolean {
  const reason = whyNot(route, found);
  if (reason === undefined) return true;
  gathering.leaveOut(routeWords(route), reason);
  received.add(route.queue);
  return false;
}

function whyNot(route: FoundRoute, { queues, deadLetters }: FoundVhost): string | undefined {
  const queue = queues.get(route.queue);
  if (!queue) return "Its queue is none that lasts, or another project's.";
  if (queue.passing) return 'The queue is deleted with its last consumer, so it is there only while somebody consumes.';
  const fails = (deadLetters.get(route.exchange) ?? []).filter(({ key }) => key === undefined || key === route.key);
  if (fails.length > 0)
    return `Dead letters of ${listed(fails)} go this way: that is how failures are kept, no message that a service sends.`;
  if (Object.keys(route.arguments).length === 0) return undefined;
  return `Contracts have routing keys; a binding by arguments (${quoteText(JSON.stringify(route.arguments))}) cannot be written.`;
}

function whyUnbound(name: string, { alternates, deadLetters, crossings }: FoundVhost): string {
  const served = alternates.get(name) ?? [];
  if (served.length > 0)
    return `It takes what ${served.map((other) => `exchange ${quoteText(other)}`).join(', ')} could not route (alternate exchange), and nothing is bound to it.`;
  const ways = deadLetters.get(name) ?? [];
  if (ways.length > 0) return `Dead letters of ${listed(ways)} go to it, and no queue is bound to it.`;
  if (crossings.some(({ source }) => source === name))
    return 'Only other exchanges are bound to it, and contracts know none that feed others.';
  return 'No queue is bound to it, so nobody can tell what goes through it.';
}

/** One event: a routing key of an exchange, and every queue that gets what is sent with it. */
function outlineEvent(exchange: FoundExchange, { key, routes }: { key: string; routes: readonly FoundRoute[] }, context: Context): void {
  const { wish, gathering, found } = context;
  const guess = guessService(exchange.name, wish.rules);
  const provider = gathering.service(guess.service);
  const isPattern = exchange.type === 'topic' && /(^|\.)[*#](\.|$)/.test(key);
  const words = key.replaceAll('*', 'any').replaceAll('#', 'all');
  const said = key === '' || exchange.type === 'fanout' ? [] : [words];
  const remarks = [
    `Who sends it is a guess (${guess.because}): exchange ${quoteText(exchange.name)}.`,
    ...(isPattern
      ? [
          `TODO: ${quoteText(key)} is what queues ask for, not what is sent: write one event for each key that is sent, each with its queues.`,
        ]
      : []),
    ...feedsOf(exchange.name, found),
  ];
  const id = gathering.provide(provider, [...said, `${exchange.name}-${words}`], {
    remarks,
    settings: {
      pattern: 'publish-subscribe',
      via: wish.transport,
      message: {},
      address: { exchange: { name: exchange.name, type: exchange.type }, ...(key !== '' && { 'routing-key': key }) },
      existing: 'keep',
    },
    stands: `exchange ${quoteText(exchange.name)} with the key ${quoteText(key)}`,
  });
  for (const route of routes) {
    const queue = found.queues.get(route.queue);
    if (queue) outlineUse(id, { provider, queue, route }, context);
  }
}

/** What else reaches an exchange, or leaves it: contracts do not say it, and it stays as it is. */
function feedsOf(name: string, { crossings, alternates }: FoundVhost): readonly string[] {
  const from = crossings.filter(({ destination }) => destination === name).map(({ source }) => quoteText(source));
  const to = crossings.filter(({ source }) => source === name).map(({ destination }) => quoteText(destination));
  const others = (alternates.get(name) ?? []).map(quoteText);
  return [
    ...(from.length > 0 ? [`Messages come to it from exchange ${from.join(', ')} as well.`] : []),
    ...(to.length > 0 ? [`Messages go on from it to exchange ${to.join(', ')} as well.`] : []),
    ...(others.length > 0 ? [`It also takes what exchange ${others.join(', ')} could not route.`] : []),
  ];
}

type Reception = { readonly provider: string; readonly queue: FoundQueue; readonly route: FoundRoute };

function outlineUse(id: string, { provider, queue, route }: Reception, { wish, own, gathering, received }: Context): void {
  const mine = own.get(queue.name);
  if (mine) {
    received.add(queue.name);
    gathering.use(mine.receiver, { name: id, remarks: [], settings: mine.settings, stands: routeWords(route) });
    return;
  }
  const { name, type, durable } = queue;
  const consumers = wish.consumers.get(name) ?? [];
  const guess = guessService(name, wish.rules, { consumers, besides: provider });
  received.add(name);
  const address: JsonObject = { name, type, ...(Object.keys(queue.arguments).length > 0 && { arguments: queue.arguments }) };
  gathering.use(gathering.service(guess.service), {
    name: id,
    remarks: [
      `Who receives it is a guess (${guess.because}): queue ${quoteText(name)}${consumers.length > 0 ? `, consumed by ${[...new Set(consumers)].sort().slice(0, 5).map(quoteText).join(', ')}` : ''}.`,
      ...(durable ? [] : ['The queue is not durable: it is gone when the broker starts again.']),
    ],
    settings: {
      // As the queue is: msgctl makes nothing beside it.
      delivery: { retry: false, 'dead-letters': false },
      address: { queue: address },
      existing: 'keep',
    },
    stands: routeWords(route),
  });
}

/** Queues that no event reaches, exchanges that feed others, and policies. */
function leaveOutRest({ wish, found, gathering, received }: Context): void {
  for (const { source, destination, key } of found.crossings) {
    gathering.leaveOut(
      `binding of exchange ${quoteText(source)} to exchange ${quoteText(destination)}, key ${quoteText(key)}`,
      'Contracts know no exchanges that feed others.',
    );
  }
  for (const queue of [...found.queues.values()].sort(byName)) {
    if (!received.has(queue.name)) gathering.leaveOut(`queue ${quoteText(queue.name)}`, whyUnreached(queue, found.deadLetters));
  }
  for (const { kind, name, owner, attributes } of wish.resources) {
    if (kind !== 'policy' || owner !== undefined) continue;
    const what = `policy ${quoteText(name)} for ${quoteText(String(attributes.pattern ?? ''))}`;
    gathering.leaveOut(what, 'It applies as before: msgctl writes no policy for what it only keeps.');
  }
}

function whyUnreached({ name, passing }: FoundQueue, deadLetters: FoundVhost['deadLetters']): string {
  if (passing) return 'It is deleted with its last consumer, so it is there only while somebody consumes.';
  const ways = (deadLetters.get('') ?? []).filter(({ key }) => key === name);
  if (ways.length > 0) return `Dead letters of ${listed(ways)} come here: that is how failures are kept, no message that a service sends.`;
  return 'It is reached through the default exchange only, which contracts cannot name: bind it to an exchange with a name first.';
}

function routeWords({ exchange, queue, key }: FoundRoute): string {
  return `queue ${quoteText(queue)}, bound to exchange ${quoteText(exchange)} by ${quoteText(key)}`;
}

function listed(ways: readonly DeadLetterWay[]): string {
  const names = ways.map(({ of }) => of);
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
