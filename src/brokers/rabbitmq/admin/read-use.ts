/** How queues are used at this moment: what a plan does not need, and what taking away or making anew depends on. */
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
 */
export async function readUses(site: Site, names: readonly string[]): Promise<ReadonlyMap<string, QueueUse>> {
  if (names.length === 0) return new Map();
  const filter = filterOf(names);
  const [totals, statistics, live] = await Promise.all([
    site.management.read(
      `${pathOn(site, 'queues')}?disable_stats=true&enable_queue_totals=true&columns=name,type,messages_ready,messages_unacknowledged${filter}`,
      'what is in the queues',
    ),
    site.management.read(
      `${pathOn(site, 'queues')}?columns=name,messages,message_bytes,message_stats.publish,message_stats.publish_details.rate${filter}`,
      'what is published to the queues',
    ),
    askQueues(site, names),
  ]);
  const counted = new Map(listed(statistics).map((entry) => [entry.name, entry]));
  return new Map(
    listed(totals).flatMap((entry) => {
      const name = String(entry.name);
      const own = live.get(name);
      if (!own) return [];
      return [[name, useOf(entry, own, counted.get(name))] as const];
    }),
  );
}

type Live = { readonly messageCount: number; readonly consumerCount: number };

function useOf(entry: JsonObject, live: Live, statistics: JsonValue | undefined): QueueUse {
  const messages = ownProperty(statistics, 'message_stats');
  const published = ownProperty(messages, 'publish');
  const rate = ownProperty(ownProperty(messages, 'publish_details'), 'rate');
  return {
    type: typeof entry.type === 'string' ? entry.type : 'classic',
    ready: live.messageCount,
    unacknowledged: numberOf(entry.messages_unacknowledged),
    consumers: live.consumerCount,
    ...(typeof published === 'number' && { published }),
    averageBytes: numberOf(ownProperty(statistics, 'message_bytes')) / Math.max(1, numberOf(ownProperty(statistics, 'messages'))),
    publishRate: numberOf(rate),
  };
}

function numberOf(value: JsonValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}

function filterOf(names: readonly string[]): string {
  const pattern = encodeURIComponent(namePattern(names));
  return pattern.length > LONGEST_FILTER ? '' : `&page=1&page_size=500&use_regex=true&name=${pattern}`;
}

/** What each queue says of itself; nothing for those that are not there. */
async function askQueues(site: Site, names: readonly string[]): Promise<ReadonlyMap<string, Live>> {
  const found = new Map<string, Live>();
  const declaring = await site.declaring();
  const ask = { declare: async (channel: Asking, name: string) => void found.set(name, await channel.checkQueue(name)), signal: NEVER };
  for await (const { error } of declaring.each(names, ask)) {
    if (error !== undefined && !/404 \(NOT-FOUND\)/.test(error)) throw new Refused(problemOfDeclaration(error));
  }
  return found;
}

type Asking = { checkQueue(name: string): Promise<Live> };

const NEVER = new AbortController().signal;

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
  const [queues, exchanges, bindings, policies] = await Promise.all([
    site.management.read(`${pathOn(site, 'queues')}?columns=name,arguments,effective_policy_definition`, 'queues'),
    site.management.read(`${pathOn(site, 'exchanges')}?disable_stats=true&columns=name,arguments,policy`, 'exchanges'),
    site.management.read(pathOn(site, 'bindings'), 'bindings'),
    site.management.read(pathOn(site, 'policies'), 'policies'),
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
  };
}

/** A setting that a queue has by an argument or by a policy, as a text. */
export function setting(entry: JsonValue | undefined, name: string): string | undefined {
  const value =
    ownProperty(ownProperty(entry, 'arguments'), `x-${name}`) ?? ownProperty(ownProperty(entry, 'effective_policy_definition'), name);
  return typeof value === 'string' ? value : undefined;
}
