/** What is on a virtual host, as resources. */
import { createHash } from 'node:crypto';
import { Failure } from '../../../diagnostics/failure.ts';
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../../source/json.ts';
import { type ActualResource, type ActualTopology, type Resource, resourceKey } from '../../../topology/model.ts';
import type { Access } from '../access.ts';
import { boundQueue, resourceOf, SECTIONS, type Section } from '../entries.ts';
import { MIGRATES_ARGUMENT } from '../migration.ts';
import { ownerMark, policyOwner } from '../resources.ts';
import { type Management, notRabbitmq } from './management.ts';

/** What a RabbitMQ says of itself. */
export type Overview = {
  /** The cluster's own name, so that a plan for one is not applied to another. */
  readonly cluster: string;
  readonly version: string;
  readonly exchangeTypes: readonly string[];
};

/** Everything that a plan needs of one virtual host. */
export type Read = { readonly overview: Overview; readonly resources: readonly ActualResource[]; readonly readHash: string };

/** The name of the global parameter in which a project lists what it adopted, by virtual host. */
export function adoptedParameter(project: string): string {
  return `msgctl-${project}`;
}

/** The columns that are asked for; counters of messages would take five times as long. */
const columns: Readonly<Record<Section, string>> = {
  policies: '',
  exchanges: '?disable_stats=true&columns=name,type,durable,auto_delete,internal,arguments',
  queues: '?disable_stats=true&columns=name,durable,auto_delete,exclusive,type,arguments',
  bindings: '',
};

/** Reads a virtual host in one request for each kind of resource. Throws `Failure`. */
export async function readVhost(management: Management, { vhost, management: door }: Access): Promise<Read> {
  // First and alone: where the user or the address is wrong there is one answer to tell of, not six.
  const overview = overviewOf(await management.read('/api/overview', 'what the broker is'), door);
  const [parameters, ...lists] = await Promise.all([
    management.read('/api/global-parameters', 'what projects have adopted (global parameters)'),
    ...SECTIONS.map((section) => management.read(`/api/${section}/${encodeURIComponent(vhost)}${columns[section]}`, section)),
  ]);
  if (lists.some((list) => list === undefined)) throw noVhost(door.endpoint.transport, vhost, door.endpoint.where);
  const odd = [parameters, ...lists].findIndex((list) => !Array.isArray(list));
  if (odd !== -1) throw notRabbitmq(door, ['global parameters', ...SECTIONS][odd] ?? 'a list');
  const adopted = adoptedOn(parameters, vhost);
  const resources = SECTIONS.flatMap((section, index) => entriesOf(lists[index]).flatMap((entry) => readEntry(section, entry, adopted)));
  return { overview, resources: withOwnersOfBindings(resources), readHash: hashOf(resources) };
}

/** The keys that a project adopted on a virtual host, as its global parameter tells. */
export function adoptedKeys(value: JsonValue | undefined, vhost: string): readonly string[] {
  const keys = ownProperty(ownProperty(value, 'adopted'), vhost);
  return Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : [];
}

function overviewOf(body: JsonValue | undefined, door: Access['management']): Overview {
  const version = ownProperty(body, 'rabbitmq_version');
  if (typeof version !== 'string') throw notRabbitmq(door, 'what the broker is');
  const cluster = ownProperty(body, 'cluster_name');
  const types = ownProperty(body, 'exchange_types');
  return {
    cluster: typeof cluster === 'string' ? cluster : 'a cluster without a name',
    version,
    exchangeTypes: entriesOf(types).flatMap(({ name }) => (typeof name === 'string' ? [name] : [])),
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

/** The resource of an entry with its owner; nothing for what is RabbitMQ's own. */
function readEntry(section: Section, entry: JsonObject, adopted: ReadonlyMap<string, string>): readonly ActualResource[] {
  const resource = resourceOf(section, entry);
  if (!resource || isBuiltIn(section, entry)) return [];
  const args = ownProperty(entry, 'arguments');
  const marked = section === 'policies' ? policyOwner(resource.name) : ownerMark(isObject(args) ? args : {}).owner;
  const owner = marked ?? adopted.get(resourceKey(resource));
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

/** A binding is its queue's; where either of its ends stands in for a queue that is made anew it does so as well. */
function withOwnersOfBindings(resources: readonly ActualResource[]): readonly ActualResource[] {
  const others = new Map(resources.map((resource) => [resourceKey(resource), resource]));
  return resources.map((resource) => {
    if (resource.kind !== 'binding') return resource;
    const queue = others.get(boundQueue(resource));
    const source = others.get(resourceKey({ kind: 'exchange', name: String(resource.attributes.source) }));
    const migrates = queue?.migrates ?? source?.migrates;
    return { ...resource, ...(queue?.owner !== undefined && { owner: queue.owner }), ...(migrates !== undefined && { migrates }) };
  });
}

function hashOf(resources: readonly Resource[]): NonNullable<ActualTopology['readHash']> {
  const lines = resources.map((resource) => JSON.stringify([resourceKey(resource), Object.entries(resource.attributes).sort()]));
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}

function entriesOf(list: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function noVhost(transport: string, vhost: string, where: string): Failure {
  return new Failure('unknown-vhost', {
    message: `Transport "${transport}": there is no virtual host "${vhost}" at ${where}.`,
    why: 'Virtual hosts separate systems from each other; msgctl makes none by itself.',
    advice: `Make it (rabbitmqctl add_vhost ${vhost}) and give the user its permissions, or correct the path of "url".`,
  });
}
