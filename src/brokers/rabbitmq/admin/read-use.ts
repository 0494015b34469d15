/** How queues are used at this moment: what a plan does not need, and what taking away or making anew depends on. */
import { Failure } from '../../../diagnostics/failure.ts';
import type { JsonObject, JsonValue } from '../../../source/json.ts';
import { ownProperty } from '../../../source/json.ts';
import type { Ways } from '../dead-letter-ways.ts';
import { resourceOf } from '../entries.ts';
import { namePattern } from '../name-pattern.ts';
import type { QueueUse } from '../queue-use.ts';
import { problemOfDeclaration, Refused } from './problem.ts';
import { listed, pathOn, type Site } from './site.ts';

/** Names of more characters than this are not sent as a filter: addresses have a length that servers bear. */
const LONGEST_FILTER = 1_500;

/**
 * How the named queues are used; those that are not there are left out. What is ready and how many consumers there are is what the queue itself
 * says at this moment, and so is what is unacknowledged in a classic queue. The counters of quorum queues may be five seconds old, but such a
 * queue counts everyone as a consumer who holds a message of it (measured on 3.10 and 4.0). How many were published is five seconds old at most.
 * Of `others`, which are only looked at, the counters do where a queue is somebody's alone. Throws `Refused` where it is not told of one.
 */
export async function readUses(
  site: Site,
  names: readonly string[],
  others: readonly string[] = [],
): Promise<ReadonlyMap<string, QueueUse>> {
  const all = [...new Set([...names, ...others])];
  if (all.length === 0) return new Map();
  const filter = filterOf(all);
  const [totals, statistics, live] = await Promise.all([
    site.management.read(
      `${pathOn(site, 'queues')}?disable_stats=true&enable_queue_totals=true&columns=${TOTALS}${filter}`,
      'what is in the queues',
    ),
    site.management.read(
      `${pathOn(site, 'queues')}?columns=name,messages,message_bytes,message_stats.publish,message_stats.publish_details.rate${filter}`,
      'what is published to the queues',
    ),
    askQueues(site, all, new Set(names)),
  ]);
  const listing = new Map(listed(totals).map((entry) => [entry.name, entry]));
  const counted = new Map(listed(statistics).map((entry) => [entry.name, entry]));
  return new Map(
    [...live].map(([name, own]) => {
      const entry = listing.get(name);
      // Nothing may be taken for empty because it is not told.
      if (!entry || (entry.type === 'classic' && typeof entry.messages_unacknowledged !== 'number')) throw untold(name);
      return [name, useOf(entry, own, counted.get(name))] as const;
    }),
  );
}

const TOTALS = 'name,type,messages,messages_ready,messages_unacknowledged';

function untold(name: string): Refused {
  return new Refused({ message: `The management API does not tell what is in queue ${name} at this moment. Provision again.` });
}

/** What a queue says of itself; undefined: it is somebody's alone, and tells others nothing. */
type Live = { readonly messageCount: number; readonly consumerCount: number } | undefined;

function useOf(entry: JsonObject, live: Live, statistics: JsonValue | undefined): QueueUse {
  const messages = ownProperty(statistics, 'message_stats');
  const published = ownProperty(messages, 'publish');
  const rate = ownProperty(ownProperty(messages, 'publish_details'), 'rate');
  const [all, ready, unacknowledged] = [entry.messages, entry.messages_ready, entry.messages_unacknowledged].map(numberOf) as Three;
  return {
    type: typeof entry.type === 'string' ? entry.type : 'classic',
    ready: live?.messageCount ?? ready,
    unacknowledged,
    deadLettered: Math.max(0, all - ready - unacknowledged),
    consumers: live?.consumerCount ?? 1,
    ...(typeof published === 'number' && { published }),
    averageBytes: numberOf(ownProperty(statistics, 'message_bytes')) / Math.max(1, numberOf(ownProperty(statistics, 'messages'))),
    publishRate: numberOf(rate),
  };
}

type Three = [number, number, number];

function numberOf(value: JsonValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}

function filterOf(names: readonly string[]): string {
  const pattern = encodeURIComponent(namePattern(names));
  return pattern.length > LONGEST_FILTER ? '' : `&page=1&page_size=500&use_regex=true&name=${pattern}`;
}

/** What each queue says of itself; nothing for those that are not there. */
async function askQueues(site: Site, names: readonly string[], needed: ReadonlySet<string>): Promise<ReadonlyMap<string, Live>> {
  const found = new Map<string, Live>();
  const declaring = await site.declaring();
  const ask = { declare: async (channel: Asking, name: string) => void found.set(name, await channel.checkQueue(name)), signal: NEVER };
  for await (const { item: name, error } of declaring.each(names, ask)) {
    if (error === undefined || ABSENT.test(error)) continue;
    if (needed.has(name) || !/\b40[35] \(/.test(error)) throw new Refused(problemOfDeclaration(error));
    found.set(name, undefined);
  }
  return found;
}

/** A queue whose node is down is not found either, and is there. */
const ABSENT = /404 \(NOT-FOUND\).*no queue '/s;

type Asking = { checkQueue(name: string): Promise<NonNullable<Live>> };

const NEVER = new AbortController().signal;

/** Throws `Refused` where the broker counts nothing: whether something is in use then cannot be watched. */
export async function refuseBlindness(site: Site): Promise<void> {
  const overview = await site.management.read('/api/overview?columns=disable_stats,rates_mode', 'what is counted');
  if (ownProperty(overview, 'disable_stats') !== true && ownProperty(overview, 'rates_mode') !== 'none') return;
  throw new Refused({
    message:
      'This RabbitMQ keeps no statistics, so it cannot be watched whether messages pass through it. Nothing was changed; whoever knows takes it away by hand.',
  });
}

/** A queue's entry; undefined where it is not there. Which policy is in force is among what the broker counts: a new queue has it after some seconds. */
export function readQueue(site: Site, name: string): Promise<JsonValue | undefined> {
  return site.management.read(
    `${pathOn(site, 'queues', name)}?columns=name,durable,auto_delete,exclusive,type,arguments,effective_policy_definition`,
    'a queue',
  );
}

/** A binding of a queue with what takes it away. */
export type QueueBinding = { readonly name: string; readonly attributes: JsonObject; readonly path: string };

/** The bindings of a queue, without the one to its name that every queue has. */
export async function readBindings(site: Site, queue: string): Promise<readonly QueueBinding[]> {
  const entries = listed(await site.management.read(`${pathOn(site, 'queues', queue)}/bindings`, 'the bindings of a queue'));
  return entries.flatMap((entry) => {
    const resource = resourceOf('bindings', entry);
    if (!resource || entry.source === '') return [];
    const path = pathOn(site, 'bindings', 'e', String(entry.source), 'q', queue, String(entry.properties_key));
    return [{ name: resource.name, attributes: resource.attributes, path }];
  });
}

/** The ways that messages take by themselves on the virtual host. */
export async function readWays(site: Site): Promise<Ways> {
  const [queues, exchanges, bindings, policies, shovels] = await Promise.all([
    site.management.read(`${pathOn(site, 'queues')}?columns=name,arguments,effective_policy_definition`, 'queues'),
    site.management.read(`${pathOn(site, 'exchanges')}?disable_stats=true&columns=name,arguments,policy,auto_delete`, 'exchanges'),
    site.management.read(pathOn(site, 'bindings'), 'bindings'),
    site.management.read(pathOn(site, 'policies'), 'policies'),
    readShovels(site),
  ]);
  const definitions = new Map(listed(policies).map((entry) => [entry.name, ownProperty(entry, 'definition')]));
  return {
    queues: listed(queues).map((entry) => {
      const exchange = setting(entry, 'dead-letter-exchange');
      const key = setting(entry, 'dead-letter-routing-key');
      return {
        name: String(entry.name),
        ...(exchange !== undefined && { deadLetterExchange: exchange }),
        ...(key !== undefined && { deadLetterKey: key }),
      };
    }),
    alternates: listed(exchanges).flatMap((entry) => {
      const own = ownProperty(ownProperty(entry, 'arguments'), 'alternate-exchange');
      const alternate = own ?? ownProperty(definitions.get(entry.policy ?? ''), 'alternate-exchange');
      return typeof alternate === 'string' ? [{ name: String(entry.name), alternate }] : [];
    }),
    bindings: listed(bindings).flatMap((entry) => (entry.source === '' ? [] : (resourceOf('bindings', entry) ?? []))),
    passing: listed(exchanges).flatMap(({ name, auto_delete: passes }) => (passes === true ? [String(name)] : [])),
    shovels: listed(shovels).map(({ name, value }) => {
      const names = (...keys: readonly string[]) => keys.flatMap((key) => ownProperty(value, key) ?? []).map(String);
      return { name: String(name), queues: names('src-queue', 'dest-queue'), exchanges: names('src-exchange', 'dest-exchange') };
    }),
  };
}

/** Shovels that are set up on the virtual host, with passwords in their addresses; nothing for users who may not see them. */
async function readShovels(site: Site): Promise<JsonValue | undefined> {
  try {
    return await site.management.read(pathOn(site, 'parameters/shovel'), 'shovels');
  } catch (error) {
    if (error instanceof Failure && error.id === 'right-missing') return undefined;
    throw error;
  }
}

/** A setting that a queue has by an argument or by a policy, as a text. */
export function setting(entry: JsonValue | undefined, name: string): string | undefined {
  const value =
    ownProperty(ownProperty(entry, 'arguments'), `x-${name}`) ?? ownProperty(ownProperty(entry, 'effective_policy_definition'), name);
  return typeof value === 'string' ? value : undefined;
}
