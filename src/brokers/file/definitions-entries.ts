/** Entries of a RabbitMQ definitions file and the resources they stand for. */
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import { type Resource, resourceKey } from '../../topology/model.ts';
import type { FieldChange } from '../../topology/steps.ts';
import { argumentAttributes, bindingResource, nestedAttributes, OWNER_ARGUMENT } from '../rabbitmq/resources.ts';

/** The lists of a definitions file that hold resources, in the order in which a new file has them. */
export const SECTIONS = ['policies', 'exchanges', 'queues', 'bindings'] as const;

/** One of the lists. */
export type Section = (typeof SECTIONS)[number];

/** The list that resources of a kind stand in. */
export function sectionOf(kind: string): Section {
  const section = SECTIONS.find((name) => name === (kind === 'policy' ? 'policies' : `${kind}s`));
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
  }
}

/** A resource as an entry. Members of `before`, the entry that it replaces, that msgctl does not know are kept. */
export function entryOf(resource: Resource, vhost: string, owner: string | undefined, before: JsonObject = {}): JsonObject {
  const { kind, name, attributes } = resource;
  const args = nestedAttributes(attributes, 'arguments.');
  const mark: JsonObject = owner === undefined ? {} : { [OWNER_ARGUMENT]: owner };
  const rest = without(before, ['name', 'vhost', 'arguments']);
  switch (kind) {
    case 'exchange': {
      const plain = picked(attributes, ['type', 'durable', 'auto_delete', 'internal']);
      const defaults = { type: 'direct', durable: true, auto_delete: false, internal: false };
      return { name, vhost, ...defaults, ...rest, ...plain, arguments: { ...args, ...mark } };
    }
    case 'queue': {
      const plain = picked(attributes, ['durable', 'auto_delete']);
      return { name, vhost, durable: true, auto_delete: false, ...without(rest, ['type']), ...plain, arguments: { ...args, ...mark } };
    }
    case 'policy': {
      const plain = picked(attributes, ['pattern', 'apply-to', 'priority']);
      return { vhost, name, ...without(rest, ['definition']), ...plain, definition: nestedAttributes(attributes, 'definition.') };
    }
    default:
      return { vhost, ...rest, ...picked(attributes, ['source', 'destination', 'destination_type', 'routing_key']), arguments: args };
  }
}

/** A resource with some of its attributes changed; an absent `to` takes the attribute away. */
export function withFields(resource: Resource, fields: readonly FieldChange[]): Resource {
  const attributes = new Map(Object.entries(resource.attributes));
  for (const { name, to } of fields) {
    if (name === 'owner') continue;
    if (to === undefined) attributes.delete(name);
    else attributes.set(name, to);
  }
  return { ...resource, attributes: Object.fromEntries(attributes) };
}

/** The key of the queue that a binding leads to. */
export function boundQueue({ attributes }: Resource): string {
  return resourceKey({ kind: 'queue', name: String(attributes.destination) });
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

function picked(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.flatMap((key) => (Object.hasOwn(object, key) ? [[key, object[key] as JsonValue] as const] : [])));
}

function without(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

function objectOf(entry: JsonObject, key: string): JsonObject {
  const value = ownProperty(entry, key);
  return isObject(value) ? value : {};
}
