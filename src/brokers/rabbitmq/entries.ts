/** RabbitMQ's own entries, as its definitions files and its management API have them, and the resources they stand for. */
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import { type Resource, resourceKey } from '../../topology/model.ts';
import { argumentAttributes, bindingResource, nestedAttributes } from './resources.ts';
import { permissionResource, topicPermissionResource } from './rights.ts';

/** The lists that hold resources, in the order in which they are made. */
export const TOPOLOGY_SECTIONS = ['policies', 'exchanges', 'queues', 'bindings'] as const;

/** The lists that hold what users may do. */
const RIGHTS_SECTIONS = ['topic_permissions', 'permissions'] as const;

/** All lists of a definitions file that msgctl knows. */
export const SECTIONS = [...TOPOLOGY_SECTIONS, ...RIGHTS_SECTIONS] as const;

/** One of the lists. */
export type Section = (typeof SECTIONS)[number];

/** The list that resources of a kind stand in. */
export function sectionOf(kind: string): Section {
  const section = SECTIONS.find((name) => name === (kind === 'policy' ? 'policies' : `${kind.replace('-', '_')}s`));
  if (!section) throw new Error(`A definitions file has no place for a ${kind}`);
  return section;
}

/** The resource that an entry stands for; undefined when it lacks what makes it one. */
export function resourceOf(section: Section, entry: JsonObject): Resource | undefined {
  const name = ownProperty(entry, 'name');
  const args = objectOf(entry, 'arguments');
  switch (section) {
    case 'exchanges':
      return named('exchange', name, { ...picked(entry, ['type', 'durable', 'auto_delete', 'internal']), ...argumentAttributes(args) });
    case 'queues': {
      const type = ownProperty(entry, 'type');
      const typed = type === undefined || Object.hasOwn(args, 'x-queue-type') ? args : { ...args, 'x-queue-type': type };
      return named('queue', name, { ...picked(entry, ['durable', 'auto_delete']), ...argumentAttributes(typed) });
    }
    case 'policies': {
      const definition = Object.entries(objectOf(entry, 'definition')).map(([key, value]) => [`definition.${key}`, value] as const);
      return named('policy', name, { ...picked(entry, ['pattern', 'apply-to', 'priority']), ...Object.fromEntries(definition) });
    }
    case 'bindings':
      return bindingOf(entry, args);
    case 'permissions':
      return permissionOf(entry);
    case 'topic_permissions':
      return topicPermissionOf(entry);
  }
}

function permissionOf(entry: JsonObject): Resource | undefined {
  const [user, configure, write, read] = ['user', 'configure', 'write', 'read'].map((key) => textOf(entry, key));
  if (user === undefined || configure === undefined || write === undefined || read === undefined) return undefined;
  return permissionResource(user, { configure, write, read });
}

function topicPermissionOf(entry: JsonObject): Resource | undefined {
  const [user, exchange, write, read] = ['user', 'exchange', 'write', 'read'].map((key) => textOf(entry, key));
  if (user === undefined || exchange === undefined || write === undefined || read === undefined) return undefined;
  return topicPermissionResource({ user, exchange, write, read });
}

function textOf(entry: JsonObject, key: string): string | undefined {
  const value = ownProperty(entry, key);
  return typeof value === 'string' ? value : undefined;
}

/**
 * The key of what a resource is part of, and whose owner is its owner: a binding is its queue's, since whoever receives decides what from; what
 * keys a user may send is part of what it may send at all. Undefined for what has an owner of its own.
 */
export function wholeOf({ kind, attributes }: Resource): string | undefined {
  if (kind === 'topic-permission') return resourceKey({ kind: 'permission', name: String(attributes.user) });
  const isQueues = kind === 'binding' && attributes.destination_type === 'queue';
  return isQueues ? resourceKey({ kind: 'queue', name: String(attributes.destination) }) : undefined;
}

/** What the management API takes for a policy. */
export function policyEntry({ attributes }: Resource): JsonObject {
  return { ...picked(attributes, ['pattern', 'apply-to', 'priority']), definition: nestedAttributes(attributes, 'definition.') };
}

function bindingOf(entry: JsonObject, args: JsonObject): Resource | undefined {
  const source = ownProperty(entry, 'source');
  const destination = ownProperty(entry, 'destination');
  const type = ownProperty(entry, 'destination_type') ?? 'queue';
  const routingKey = ownProperty(entry, 'routing_key') ?? '';
  if (typeof source !== 'string' || typeof destination !== 'string' || typeof routingKey !== 'string') return undefined;
  if (type !== 'queue' && type !== 'exchange') return undefined;
  return bindingResource({ source, destination, destinationType: type, routingKey, arguments: args });
}

function named(kind: string, name: JsonValue | undefined, attributes: Resource['attributes']): Resource | undefined {
  return typeof name === 'string' ? { kind, name, attributes } : undefined;
}

/** The members of an object that it has of those named. */
export function picked(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.flatMap((key) => (Object.hasOwn(object, key) ? [[key, object[key] as JsonValue] as const] : [])));
}

function objectOf(entry: JsonObject, key: string): JsonObject {
  const value = ownProperty(entry, key);
  return isObject(value) ? value : {};
}
