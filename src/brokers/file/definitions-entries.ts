/** How resources are written as entries of a RabbitMQ definitions file. */
import type { JsonObject } from '../../source/json.ts';
import type { Resource } from '../../topology/model.ts';
import type { FieldChange } from '../../topology/steps.ts';
import { picked } from '../rabbitmq/entries.ts';
import { nestedAttributes, OWNER_ARGUMENT } from '../rabbitmq/resources.ts';

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
    case 'permission':
      return { user: name, vhost, ...rest, ...picked(attributes, ['configure', 'write', 'read']) };
    case 'topic-permission':
      return { vhost, ...rest, ...picked(attributes, ['user', 'exchange', 'write', 'read']) };
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

function without(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}
