/** Contracts to be, from what msgctl made for a project under its usual names: the mapping of docs/topology.md read backwards. */
import { formatDuration, parseDuration } from '../../contract/quantities.ts';
import type { JsonObject, JsonValue } from '../../source/json.ts';
import { quoteText } from '../../source/quote.ts';
import type { ActualResource } from '../../topology/model.ts';
import type { Gathering } from '../skeleton/gather.ts';
import { expandNamePattern } from './name-pattern.ts';
import { policiesFor, withoutUsual } from './pauses.ts';
import { nestedAttributes } from './resources.ts';

/** What a receiving queue tells of its contract. */
type OwnQueue = {
  readonly name: string;
  readonly arguments: JsonObject;
  readonly settings: JsonObject;
  /** Whether dead letters of it are kept. */
  readonly isParked: boolean;
};
/** One thing that is received: by its provider itself, or by a user. */
type OwnReception = { readonly receiver: string; readonly provider: string; readonly slug: string; readonly queue: OwnQueue };
type Route = { readonly source: string; readonly key: string; readonly queue: OwnQueue };

type Own = {
  readonly exchanges: ReadonlySet<string>;
  readonly inboxes: readonly OwnReception[];
  readonly events: readonly OwnReception[];
  readonly durable: readonly OwnReception[];
  /** What is received from exchanges of others. */
  readonly bridges: readonly OwnReception[];
  /** Who awaits answers, by the exchange that they come through. */
  readonly askers: readonly string[];
  /** The pauses of each service's ladder, in milliseconds, shortest first. */
  readonly ladders: ReadonlyMap<string, readonly number[]>;
  /** What each queue says of retries, so that together they make the ladders. */
  readonly retries: ReadonlyMap<string, JsonValue>;
};

/** What a service says of a queue of its own that is bound to an exchange of others. */
export type OwnUse = { readonly receiver: string; readonly settings: JsonObject };

/**
 * Adds what the resources of one project ask contracts to say, and gives what they say of queues that are bound to exchanges of others, by
 * the queue. What cannot be known of them is guessed and says so.
 */
export function outlineOwn(resources: readonly ActualResource[], transport: string, gathering: Gathering): ReadonlyMap<string, OwnUse> {
  const own = readOwn(resources);
  const asked = askedRequests(own);
  const context: Context = { own, asked, transport, gathering };
  for (const reception of own.inboxes) outlineInbox(reception, context);
  outlineEvents(context);
  outlineSilent(context);
  for (const { user, id, guessed } of asked) {
    const remarks = guessed ? ['What it asks is a guess: answers come to it, and a broker does not know whose.'] : [];
    gathering.add(user, 'uses', { name: id, remarks, settings: {}, stands: `exchange ${quoteText(`${user}.replies`)}` });
  }
  return new Map(own.bridges.map((bridge) => [bridge.queue.name, ownUse(bridge, own)]));
}

/** A queue whose dead letters do not go the usual way was there before, and was taken over. */
function ownUse(bridge: OwnReception, own: Own): OwnUse {
  const { receiver, queue } = bridge;
  const { 'x-queue-type': type = 'classic', ...args } = queue.arguments;
  const isAdopted = queue.isParked && args['x-dead-letter-exchange'] !== `${receiver}.dead`;
  const { 'x-dead-letter-exchange': _, 'x-dead-letter-routing-key': __, ...rest } = args;
  const kept = isAdopted ? args : rest;
  const address = { name: queue.name, type, ...(Object.keys(kept).length > 0 && { arguments: kept }) };
  return {
    receiver,
    settings: { delivery: deliveryOf(bridge, own), address: { queue: address }, ...(isAdopted && { existing: 'adopt' }) },
  };
}

function outlineEvents({ own, asked, transport, gathering }: Context): void {
  // Whoever awaits answers and asks nobody gathers them from those who receive its events.
  const gatherers = new Set(own.askers.filter((asker) => !asked.some(({ user }) => user === asker)));
  for (const [id, receptions] of groupBy(own.events, ({ provider, slug }) => `${provider}.${nameOf(slug)}`)) {
    const [first] = receptions;
    if (!first) continue;
    const isGathered = gatherers.delete(first.provider);
    gathering.add(first.provider, 'provides', (isGathered ? gatheredOf : eventOf)(nameOf(first.slug), transport));
    for (const reception of receptions) {
      const settings = { delivery: deliveryOf(reception, own), ...addressOf(reception) };
      gathering.add(reception.receiver, 'uses', { name: id, remarks: [], settings, stands: `queue ${quoteText(reception.queue.name)}` });
    }
  }
}

/** Exchanges for events that no queue is bound to. */
function outlineSilent({ own, transport, gathering }: Context): void {
  for (const exchange of own.exchanges) {
    const provider = exchange.endsWith('.events') ? exchange.slice(0, -'.events'.length) : undefined;
    if (provider === undefined || own.events.some((event) => event.provider === provider)) continue;
    const event = eventOf('something', transport);
    gathering.add(provider, 'provides', { ...event, remarks: ['Nobody receives events of it, so their names are not known.'] });
  }
}

function readOwn(resources: readonly ActualResource[]): Own {
  const of = (kind: string) => resources.filter((resource) => resource.kind === kind);
  const settings = settingsOf(of('policy'));
  const names = new Set(of('queue').map(({ name }) => name));
  const queues = new Map(
    of('queue').map(({ name, attributes }): [string, OwnQueue] => {
      const args = nestedAttributes(attributes, 'arguments.');
      const isParked = args['x-dead-letter-exchange'] !== undefined || names.has(`${name}.dead`);
      return [name, { name, arguments: args, isParked, settings: { ...settings.get(name), ...retained(settings.get(`${name}.dead`)) } }];
    }),
  );
  const routes = of('binding').flatMap(({ attributes: { source, destination, routing_key: key } }): readonly Route[] => {
    const queue = queues.get(String(destination));
    return queue ? [{ source: String(source), key: String(key), queue }] : [];
  });
  const exchanges = new Set(of('exchange').map(({ name }) => name));
  const inboxes = routes.flatMap(inboxReception);
  const events = routes.flatMap(eventReception);
  const durable = routes.flatMap(durableReception);
  const receivers = new Map(routes.flatMap(receiverOf));
  const bridges = routes.flatMap(({ source, key, queue }): readonly OwnReception[] => {
    const receiver = receivers.get(queue.name);
    return exchanges.has(source) || receiver === undefined ? [] : [{ receiver, provider: '', slug: key, queue }];
  });
  const ladders = laddersOf(exchanges);
  return {
    exchanges,
    inboxes,
    events,
    durable,
    bridges,
    askers: [...exchanges].flatMap((name) => (name.endsWith('.replies') ? [name.slice(0, -'.replies'.length)] : [])),
    ladders,
    retries: retriesOf([...inboxes, ...events, ...bridges], durable, ladders),
  };
}

/** A queue gets again what its service tries again: by its own name. */
function receiverOf({ source, key, queue }: Route): readonly (readonly [string, string])[] {
  return source.endsWith('.again') && key === queue.name ? [[queue.name, source.slice(0, -'.again'.length)]] : [];
}

function inboxReception({ source, key, queue }: Route): readonly OwnReception[] {
  const provider = source.endsWith('.inbox') ? source.slice(0, -'.inbox'.length) : undefined;
  return provider !== undefined && queue.name === `${provider}.${key}` ? [{ receiver: provider, provider, slug: key, queue }] : [];
}

/** A queue under a name of its own tells its service by where its dead letters go. */
function eventReception({ source, key, queue }: Route): readonly OwnReception[] {
  const provider = source.endsWith('.events') ? source.slice(0, -'.events'.length) : undefined;
  if (provider === undefined) return [];
  const derived = queue.name.endsWith(`.${provider}.${key}`) ? queue.name.slice(0, -`.${provider}.${key}`.length) : undefined;
  const dead = String(queue.arguments['x-dead-letter-exchange'] ?? '');
  const receiver = derived ?? (dead.endsWith('.dead') ? dead.slice(0, -'.dead'.length) : undefined);
  return receiver === undefined ? [] : [{ receiver, provider, slug: key, queue }];
}

function durableReception({ source, key, queue }: Route): readonly OwnReception[] {
  const user = source.endsWith('.replies') ? source.slice(0, -'.replies'.length) : undefined;
  if (user === undefined || key !== queue.name || !key.startsWith(`${user}.`) || !key.endsWith('.replies')) return [];
  const [provider = '', ...rest] = key.slice(user.length + 1, -'.replies'.length).split('.');
  return [{ receiver: user, provider, slug: rest.join('.'), queue }];
}

function laddersOf(exchanges: ReadonlySet<string>): Own['ladders'] {
  const ladders = new Map<string, number[]>();
  for (const name of exchanges) {
    const [, service = '', delay = ''] = /^([^.]+)\.retry\.([^.]+)$/.exec(name) ?? [];
    const pause = parseDuration(delay);
    if (pause !== undefined)
      ladders.set(
        service,
        [...(ladders.get(service) ?? []), pause].sort((a, b) => a - b),
      );
  }
  return ladders;
}

/** Which queue takes which pauses cannot be told from the ladder that they share: they are spread so that all of them are asked for. */
function retriesOf(receptions: readonly OwnReception[], durable: readonly OwnReception[], ladders: Own['ladders']): Own['retries'] {
  const retries = new Map<string, JsonValue>();
  for (const [service, pauses] of ladders) {
    // Durable answers take the usual pauses by themselves.
    const rest = durable.some(({ receiver }) => receiver === service) ? withoutUsual(pauses) : pauses;
    const queues = new Set(
      receptions.filter(({ receiver, queue }) => receiver === service && queue.isParked).map(({ queue }) => queue.name),
    );
    const policies = policiesFor(rest);
    for (const [index, queue] of [...queues].entries()) {
      const policy = policies[index % policies.length];
      if (policy !== undefined) retries.set(queue, policy);
    }
  }
  return retries;
}

/** What policies say of each queue by name. A pattern that msgctl would not write is somebody else's, and not looked at. */
function settingsOf(policies: readonly ActualResource[]): ReadonlyMap<string, JsonObject> {
  const settings = new Map<string, JsonObject>();
  for (const { attributes } of policies) {
    for (const queue of expandNamePattern(String(attributes.pattern)) ?? [])
      settings.set(queue, nestedAttributes(attributes, 'definition.'));
  }
  return settings;
}

function retained(dead: JsonObject | undefined): JsonObject {
  const ttl = dead?.['message-ttl'];
  return typeof ttl === 'number' ? { retain: ttl } : {};
}

type Asked = { readonly user: string; readonly id: string; readonly guessed: boolean };

/** Who asks what: durable answers tell it; others only tell that somebody asks something. */
function askedRequests({ inboxes, durable, askers }: Own): readonly Asked[] {
  const known = durable.map(({ receiver, provider, slug }) => ({ user: receiver, id: `${provider}.${nameOf(slug)}`, guessed: false }));
  const guessed = askers.flatMap((user) => {
    if (known.some((asked) => asked.user === user)) return [];
    // Answers that any instance takes would have a queue.
    const found = inboxes.find(({ provider, slug }) => provider !== user && !known.some(({ id }) => id === `${provider}.${nameOf(slug)}`));
    return found ? [{ user, id: `${found.provider}.${nameOf(found.slug)}`, guessed: true }] : [];
  });
  return [...known, ...guessed];
}

type Context = { readonly own: Own; readonly asked: readonly Asked[]; readonly transport: string; readonly gathering: Gathering };

function outlineInbox(reception: OwnReception, { own, asked, transport, gathering }: Context): void {
  const { provider, slug, queue } = reception;
  const id = `${provider}.${nameOf(slug)}`;
  const isDurable = own.durable.some((other) => `${other.provider}.${nameOf(other.slug)}` === id);
  const delivery = { delivery: deliveryOf(reception, own) };
  const stands = `queue ${quoteText(queue.name)}`;
  if (!asked.some((each) => each.id === id)) {
    const remarks = ['That it is a notification is a guess: it may be a request that waits for an answer.'];
    const settings = { pattern: 'notification', via: transport, message: {}, ...delivery };
    gathering.add(provider, 'provides', { name: nameOf(slug), remarks, settings, stands });
    return;
  }
  const span = (own.ladders.get(provider) ?? []).reduce((sum, pause) => sum + pause, 0);
  gathering.add(provider, 'provides', {
    name: nameOf(slug),
    remarks: ['TODO: how long an answer is waited for is a guess.'],
    settings: {
      pattern: 'async-request-response',
      via: transport,
      request: {},
      response: {},
      timeout: formatDuration(Math.max(30_000, Math.ceil((2 * span) / 1_000) * 1_000)),
      ...(isDurable && { reply: 'durable' }),
      ...delivery,
    },
    stands,
  });
}

function eventOf(name: string, transport: string) {
  return { name, remarks: [], settings: { pattern: 'publish-subscribe', via: transport, message: {} }, stands: `event ${name}` };
}

function gatheredOf(name: string, transport: string) {
  return {
    name,
    remarks: ['TODO: answers come to who sends events; that they are to this one is a guess, and how long they are waited for.'],
    settings: { pattern: 'publish-async-responses', via: transport, message: {}, response: {}, timeout: '1m' },
    stands: `event ${name}`,
  };
}

/** How failures are handled there; what all queues of a service share cannot be told apart, and is said of each. */
function deliveryOf({ queue }: OwnReception, { retries }: Own): JsonObject {
  const { 'max-length': maxLength, overflow, retain } = queue.settings;
  return {
    retry: retries.get(queue.name) ?? false,
    ...(maxLength !== undefined && { 'max-length': maxLength }),
    ...(overflow !== undefined && { overflow }),
    ...(queue.isParked ? typeof retain === 'number' && { 'dead-letters': { retain: formatDuration(retain) } } : { 'dead-letters': false }),
  };
}

/** The queue as it is, where its contract must have said so: another name, type or order than msgctl would derive. */
function addressOf({ receiver, provider, slug, queue }: OwnReception): JsonObject {
  const { 'x-queue-type': type = 'classic', ...args } = queue.arguments;
  const { 'x-dead-letter-exchange': exchange, 'x-dead-letter-routing-key': key, ...rest } = args;
  const isUsualDead = exchange === undefined || (exchange === `${receiver}.dead` && key === queue.name);
  const isUsual = queue.name === `${receiver}.${provider}.${slug}` && type === 'quorum' && isUsualDead && Object.keys(rest).length === 0;
  return isUsual ? {} : { address: { queue: { name: queue.name, type, ...(Object.keys(rest).length > 0 && { arguments: rest }) } } };
}

/** `charge.v2` in addresses is `charge@2` in contracts. */
function nameOf(slug: string): string {
  return slug.replace(/\.v([0-9]+)$/, '@$1');
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
