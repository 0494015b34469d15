/** What others have on a virtual host of RabbitMQ: random, made beside what msgctl makes, and told apart from it by the marks alone. */
import fc from 'fast-check';
import { adoptedKeys } from '../../src/brokers/rabbitmq/admin/adopt.ts';
import { resourceOf } from '../../src/brokers/rabbitmq/entries.ts';
import type { JsonObject } from '../../src/source/json.ts';
import { resourceKey } from '../../src/topology/model.ts';
import type { Vhost } from './vhost.ts';

/** Some names are those that contracts ask for. */
const queueNames = ['theirs-1', 'theirs-2', 'ash-one', 'birch-two', 'ash.cut', 'birch.ash.cut', 'ash.dead'] as const;
const exchangeNames = ['theirs-x', 'theirs-y', 'wood', 'ash.events', 'birch.inbox', 'cedar.again'] as const;

const owner = fc.constantFrom(undefined, undefined, 'somebody');

/** A queue, an exchange or a policy that is there before msgctl comes. */
const standing = fc.oneof(
  fc.record({
    kind: fc.constant('queues' as const),
    name: fc.constantFrom(...queueNames),
    owner,
    type: fc.constantFrom('classic', 'quorum', 'stream'),
    arguments: fc.constantFrom({}, {}, { 'x-max-length-bytes': 1_000_000 }, { 'x-of-theirs': 'any' }),
  }),
  fc.record({
    kind: fc.constant('exchanges' as const),
    name: fc.constantFrom(...exchangeNames),
    owner,
    type: fc.constantFrom('topic', 'direct', 'fanout', 'headers'),
    arguments: fc.constantFrom({}, {}, { 'alternate-exchange': 'theirs-x' }),
  }),
  fc.record({
    kind: fc.constant('policies' as const),
    name: fc.constantFrom('theirs', 'msgctl.somebody.max-length-5'),
    pattern: fc.constant('^theirs'),
    definition: fc.constantFrom({ 'max-length': 5 }, { 'message-ttl': 60_000 }),
  }),
);

/** A way from any exchange that is there to a queue or an exchange of theirs, or from an exchange of theirs to any other. Places are counted from the first, round and round. */
const way = fc.record({
  from: fc.nat(50),
  to: fc.nat(50),
  isOut: fc.boolean(),
  toQueue: fc.boolean(),
  key: fc.constantFrom('', 'any', '#'),
});

/** Random foreign objects. */
export const foreignObjects = fc.record({
  standing: fc.uniqueArray(standing, { selector: ({ kind, name }) => `${kind}/${name}`, maxLength: 6 }),
  ways: fc.array(way, { maxLength: 4 }),
});

/** What is generated of {@link foreignObjects}. */
export type ForeignObjects = typeof foreignObjects extends fc.Arbitrary<infer Value> ? Value : never;

/** Makes those that stand there before anything else. */
export async function makeStanding(vhost: Vhost, { standing: all }: ForeignObjects): Promise<void> {
  for (const object of all) await vhost.call('PUT', `/api/${object.kind}/${vhost.name}/${object.name}`, bodyOf(object));
}

function bodyOf(object: ForeignObjects['standing'][number]): unknown {
  if (object.kind === 'policies') return { pattern: object.pattern, definition: object.definition, 'apply-to': 'queues', priority: 0 };
  const { owner: mark, type, arguments: args } = object;
  const marked = { ...args, ...(mark !== undefined && { 'x-msgctl-owner': mark }) };
  return {
    durable: true,
    ...(object.kind === 'queues' ? { arguments: { ...marked, 'x-queue-type': type } } : { type, arguments: marked }),
  };
}

/** Makes their ways, some of them from what msgctl made or to it. */
export async function makeWays(vhost: Vhost, { ways }: ForeignObjects, project: string): Promise<void> {
  const found = await readAll(vhost);
  const exchanges = found.exchanges.map(({ name }) => String(name)).filter((name) => name !== '' && !name.startsWith('amq.'));
  const isTheirs = (entry: JsonObject) => !isMarked(entry, project);
  const theirs = found.exchanges.filter(isTheirs).map(({ name }) => String(name));
  const places = theirs.filter((name) => exchanges.includes(name));
  const queues = found.queues.filter(isTheirs).map(({ name }) => String(name));
  for (const { from, to, isOut, toQueue, key } of ways) {
    const source = pick(isOut ? places : exchanges, from);
    const destination = pick(toQueue ? queues : isOut ? exchanges : places, to);
    if (source === undefined || destination === undefined) continue;
    const path = `/api/bindings/${vhost.name}/e/${source}/${toQueue ? 'q' : 'e'}/${destination}`;
    await vhost.call('POST', path, { routing_key: key, arguments: {} });
  }
}

function pick(names: readonly string[], at: number): string | undefined {
  return names[at % Math.max(1, names.length)];
}

type Lists = Readonly<Record<'queues' | 'exchanges' | 'bindings' | 'policies', readonly JsonObject[]>>;

async function readAll(vhost: Vhost): Promise<Lists> {
  const read = (path: string) => vhost.call('GET', path) as Promise<readonly JsonObject[]>;
  const [queues, exchanges, bindings, policies] = await Promise.all([
    read(`/api/queues/${vhost.name}?disable_stats=true&columns=name,durable,auto_delete,exclusive,type,arguments`),
    read(`/api/exchanges/${vhost.name}?disable_stats=true&columns=name,type,durable,auto_delete,internal,arguments`),
    read(`/api/bindings/${vhost.name}`),
    read(`/api/policies/${vhost.name}`),
  ]);
  return { queues, exchanges, bindings, policies };
}

function isMarked({ arguments: args }: JsonObject, project: string): boolean {
  return (args as JsonObject | undefined)?.['x-msgctl-owner'] === project;
}

/** A virtual host at one moment, each object by its key: what is the project's, and what is not. */
export type Snapshot = { readonly ours: ReadonlySet<string>; readonly theirs: ReadonlyMap<string, JsonObject> };

/** Looks at a virtual host. Whose an object is only its mark tells, its name for a policy, its queue for a binding, or that it was taken over. */
export async function lookAt(vhost: Vhost, project: string): Promise<Snapshot> {
  const lists = await readAll(vhost);
  const adopted = await adoptedOn(vhost, project);
  const entries = (['queues', 'exchanges', 'bindings', 'policies'] as const).flatMap((section) =>
    lists[section].flatMap((entry) => {
      const resource = resourceOf(section, entry);
      return resource && entry.source !== '' && entry.name !== '' ? [{ section, entry, resource, key: resourceKey(resource) }] : [];
    }),
  );
  const own = new Set(adopted);
  for (const { section, entry, key } of entries) {
    const isPolicy = section === 'policies' && String(entry.name).startsWith(`msgctl.${project}.`);
    if (isPolicy || isMarked(entry, project)) own.add(key);
  }
  for (const { resource, key } of entries) {
    const { destination, destination_type: type } = resource.attributes;
    if (resource.kind === 'binding' && type === 'queue' && own.has(`queue/${destination}`)) own.add(key);
  }
  return {
    ours: new Set(entries.flatMap(({ key }) => (own.has(key) ? [key] : []))),
    theirs: new Map(entries.flatMap(({ key, entry }) => (own.has(key) ? [] : [[key, entry] as const]))),
  };
}

async function adoptedOn(vhost: Vhost, project: string): Promise<readonly string[]> {
  const parameters = (await vhost.call('GET', '/api/global-parameters')) as readonly JsonObject[];
  return adoptedKeys(parameters.find(({ name }) => name === `msgctl-${project}`)?.value, vhost.name);
}
