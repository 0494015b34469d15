/** RabbitMQ's own entries, as its definitions files and its management API have them, and the resources they stand for. */
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import { type Resource, resourceKey } from '../../topology/model.ts';
import { argumentAttributes, bindingResource, nestedAttributes } from './resources.ts';

/** The lists that hold resources, in the order in which they are made. */
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

/** The key of the queue that a binding leads to. */
export function boundQueue({ attributes }: Resource): string {
  return resourceKey({ kind: 'queue', name: String(attributes.destination) });
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
