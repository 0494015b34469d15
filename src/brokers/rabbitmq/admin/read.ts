/** What is on a virtual host, as resources. */
import { createHash } from 'node:crypto';
import { Failure } from '../../../diagnostics/failure.ts';
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../../source/json.ts';
import { type ActualResource, type ActualTopology, type Resource, resourceKey } from '../../../topology/model.ts';
import type { Access } from '../access.ts';
import { resourceOf, type Section, TOPOLOGY_SECTIONS, wholeOf } from '../entries.ts';
import { MIGRATES_ARGUMENT } from '../migration.ts';
import { OPERATOR_POLICY } from '../policy-sight.ts';
import { ownerMark, policyOwner } from '../resources.ts';
import { MISSING_VHOST, quoteWord } from '../vhost.ts';
import { adoptedKeys, adoptedParameter } from './adopt.ts';
import { listBindings } from './list-bindings.ts';
import { isAdministrator, type Login, loginOf, maySetPolicies, unseenRights } from './login.ts';
import { type Management, notRabbitmq } from './management.ts';
import { readRights } from './rights.ts';

/** What a RabbitMQ says of itself. */
type Overview = {
  /** The cluster's own name, so that a plan for one is not applied to another. */
  readonly cluster: string;
  readonly version: string;
  /** Absent where it does not say: over AMQP. */
  readonly exchangeTypes?: readonly string[];
  /** How many queues and exchanges there are on all virtual hosts; absent where it does not say. */
  readonly totals?: JsonValue;
};

/** Everything that a plan needs of one virtual host. `unseen`: what the login may not look at. */
export type Read = { readonly overview: Overview; readonly login: Login } & ActualTopology;

/** What is asked for: with `rights` what users may do as well; a virtual host that an administrator could make `mayBeMissing`. */
export type Asked = { readonly rights: boolean; readonly mayBeMissing?: boolean };

/** The columns that are asked for; counters of messages would take five times as long. */
const columns: Readonly<Record<Exclude<(typeof TOPOLOGY_SECTIONS)[number], 'bindings'>, string>> = {
  policies: '',
  exchanges: '?disable_stats=true&columns=name,type,durable,auto_delete,internal,arguments,policy',
  queues: '?disable_stats=true&columns=name,durable,auto_delete,exclusive,type,arguments,policy',
};

/** That the management API is not for this user at all, or not to be used; with the failure to tell where nothing else is left. */
export type KeptOut = { readonly keptOut: Failure };

/** Reads a virtual host, many kinds of resources at once. Throws `Failure`. */
export async function readVhost(management: Management, { vhost, management: door }: Access, asked: Asked): Promise<Read | KeptOut> {
  // First and alone: where the user or the address is wrong there is one answer to tell of, not six.
  const first = await management.read('/api/overview', 'what the broker is').then((body) => ({ body }), keptOut);
  if ('keptOut' in first) return first;
  const overview = overviewOf(first.body, door);
  const login = loginOf(await management.read('/api/whoami', 'who we are'), door.user);
  const list = (section: keyof typeof columns) =>
    management.read(`/api/${section}/${encodeURIComponent(vhost)}${columns[section]}`, section);
  const exchanges = list('exchanges');
  const bindings = listBindings({ management, vhost, exchanges, totals: overview.totals });
  const reading = { policies: list('policies'), exchanges, queues: list('queues'), bindings };
  const [operators, parameters, rights, ...lists] = await Promise.all([
    management.read(`/api/operator-policies/${encodeURIComponent(vhost)}`, "the operator's policies"),
    maySetPolicies(login) ? management.read('/api/global-parameters', 'what projects have adopted (global parameters)') : [],
    asked.rights && isAdministrator(login) ? readRights(management, vhost, door) : [],
    ...TOPOLOGY_SECTIONS.map((section) => reading[section]),
  ]);
  if (lists.includes(undefined)) {
    if (!asked.mayBeMissing || !isAdministrator(login)) throw noVhost(door, vhost, login);
    if ((await management.read(`/api/vhosts/${encodeURIComponent(vhost)}`, 'the virtual host')) !== undefined)
      throw notRabbitmq(door, vhost);
    return { overview, login, resources: rights, readHash: hashOf(rights), server: { version: overview.version, [MISSING_VHOST]: vhost } };
  }
  const odd = [operators, parameters, ...lists].findIndex((list) => !Array.isArray(list));
  if (odd !== -1) throw notRabbitmq(door, ["the operator's policies", 'global parameters', ...TOPOLOGY_SECTIONS][odd] ?? 'a list');
  const adopted = adoptedOn(parameters, vhost);
  const found = [
    ...TOPOLOGY_SECTIONS.flatMap((section, index) => entriesOf(lists[index]).flatMap((entry) => readEntry(section, entry))),
    ...entriesOf(operators).flatMap(operatorPolicy),
    ...rights,
  ];
  const resources = withOwners(found, adopted);
  const unseen = asked.rights && !isAdministrator(login) ? { unseen: unseenRights(login) } : {};
  const server = { version: overview.version, 'policies-in-force': policiesInForce(lists) };
  return { overview, login, resources, readHash: hashOf(resources), server, ...unseen };
}

/** Operators' policies belong to nobody here: they are never changed. */
function operatorPolicy(entry: JsonObject): readonly ActualResource[] {
  const policy = resourceOf('policies', entry);
  return policy ? [{ ...policy, kind: OPERATOR_POLICY }] : [];
}

/** The policy that the broker says to be in force, by the key of each queue and exchange that has one. */
function policiesInForce(lists: readonly (JsonValue | undefined)[]): JsonObject {
  const kinds = [
    ['exchange', entriesOf(lists[TOPOLOGY_SECTIONS.indexOf('exchanges')])],
    ['queue', entriesOf(lists[TOPOLOGY_SECTIONS.indexOf('queues')])],
  ] as const;
  return Object.fromEntries(
    kinds.flatMap(([kind, entries]) =>
      entries.flatMap(({ name, policy }) =>
        typeof policy === 'string' && policy !== '' ? [[resourceKey({ kind, name: String(name) }), policy] as const] : [],
      ),
    ),
  );
}

function keptOut(error: unknown): KeptOut {
  if (error instanceof Failure && error.id === 'right-missing') return { keptOut: error };
  throw error;
}

function overviewOf(body: JsonValue | undefined, door: Access['management']): Overview {
  const version = ownProperty(body, 'rabbitmq_version');
  if (typeof version !== 'string') throw notRabbitmq(door, 'what the broker is');
  const cluster = ownProperty(body, 'cluster_name');
  const types = ownProperty(body, 'exchange_types');
  const totals = ownProperty(body, 'object_totals');
  return {
    cluster: typeof cluster === 'string' ? cluster : 'a cluster without a name',
    version,
    exchangeTypes: entriesOf(types).flatMap(({ name }) => (typeof name === 'string' ? [name] : [])),
    ...(totals !== undefined && { totals }),
  };
}

/** Who adopted what on this virtual host, by key. */
function adoptedOn(parameters: JsonValue | undefined, vhost: string): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const { name, value } of entriesOf(parameters)) {
    if (typeof name !== 'string' || !name.startsWith(adoptedParameter(''))) continue;
    for (const key of adoptedKeys(value, vhost)) owners.set(key, name.slice(adoptedParameter('').length));
  }
  return owners;
}

/** The resource of an entry with the owner whose mark it carries; nothing for what is RabbitMQ's own. */
function readEntry(section: Section, entry: JsonObject): readonly ActualResource[] {
  const resource = resourceOf(section, entry);
  if (!resource || isBuiltIn(section, entry)) return [];
  const args = ownProperty(entry, 'arguments');
  const owner = section === 'policies' ? policyOwner(resource.name) : ownerMark(isObject(args) ? args : {}).owner;
  const migrates = ownProperty(args, MIGRATES_ARGUMENT);
  return [
    {
      ...resource,
      ...(owner !== undefined && { owner }),
      ...(typeof migrates === 'string' && { migrates: resourceKey({ kind: 'queue', name: migrates }) }),
    },
  ];
}

/** The default exchange and its bindings, and queues that end with their connection. The `amq.` exchanges carry no mark: foreign, but fit to be kept. */
function isBuiltIn(section: Section, entry: JsonObject): boolean {
  switch (section) {
    case 'exchanges':
      return entry.name === '';
    case 'bindings':
      return entry.source === '';
    case 'queues':
      return entry.exclusive === true;
    default:
      return false;
  }
}

/** What carries no mark belongs to who took it over, and a part of something to the owner of the whole. */
function withOwners(resources: readonly ActualResource[], adopted: ReadonlyMap<string, string>): readonly ActualResource[] {
  const keys = resources.map(resourceKey);
  const owners = new Map(resources.map(({ owner }, index) => [keys[index], owner ?? adopted.get(keys[index] ?? '')]));
  const standIns = new Map(resources.flatMap(({ migrates }, index) => (migrates === undefined ? [] : [[keys[index], migrates] as const])));
  return resources.map((resource, index) => {
    const owner = owners.get(wholeOf(resource) ?? keys[index]);
    const migrates = resource.migrates ?? migratesWith(resource, standIns);
    return { ...resource, ...(owner !== undefined && { owner }), ...(migrates !== undefined && { migrates }) };
  });
}

/** Where either end of a binding stands in for a queue that is made anew, the binding does so as well. */
function migratesWith({ kind, attributes }: Resource, standIns: ReadonlyMap<string | undefined, string>): string | undefined {
  if (kind !== 'binding' || standIns.size === 0) return undefined;
  const ends = [
    { kind: String(attributes.destination_type), name: String(attributes.destination) },
    { kind: 'exchange', name: String(attributes.source) },
  ];
  return ends.map((end) => standIns.get(resourceKey(end))).find((migrates) => migrates !== undefined);
}

/** Identifies what was read. */
export function hashOf(resources: readonly Resource[]): NonNullable<ActualTopology['readHash']> {
  const lines = resources.map((resource) => {
    const { attributes } = resource;
    const names = Object.keys(attributes).sort();
    return JSON.stringify([resourceKey(resource), names, names.map((name) => attributes[name])]);
  });
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}

function entriesOf(list: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function noVhost({ endpoint: { transport, where } }: Access['management'], vhost: string, login: Login): Failure {
  const [name, user] = [vhost, login.user].map(quoteWord);
  return new Failure('unknown-vhost', {
    message: `Transport "${transport}": there is no virtual host "${vhost}" at ${where}.`,
    why: isAdministrator(login)
      ? 'There is nothing to read where there is none.'
      : `Only a user with the tag "administrator" can make one, and "${login.user}" has ${login.tags.join(', ') || 'no tag'}. Nothing was changed.`,
    advice: `Have it made by whoever administers the broker: rabbitmqctl add_vhost ${name}, then rabbitmqctl set_permissions --vhost ${name} ${user} ".*" ".*" ".*". Or correct the path of "url".`,
  });
}
