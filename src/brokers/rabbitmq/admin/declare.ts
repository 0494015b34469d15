import type { Channel } from 'amqplib';
import type { JsonObject } from '../../../source/json.ts';
import type { Resource } from '../../../topology/model.ts';
import { nestedAttributes, OWNER_ARGUMENT } from '../resources.ts';

/**
 * Makes an exchange, a queue or a binding as its resource says, marked as the project's; `marks` are further arguments that only msgctl reads.
 * What is there already and equal stays as it is.
 */
export async function declareResource(
  channel: Channel,
  { kind, name, attributes }: Resource,
  project: string,
  marks: JsonObject = {},
): Promise<void> {
  const args: JsonObject = nestedAttributes(attributes, 'arguments.');
  const marked = { ...args, [OWNER_ARGUMENT]: project, ...marks };
  const flag = (key: string, otherwise: boolean) => (typeof attributes[key] === 'boolean' ? attributes[key] : otherwise);
  const lasting = { durable: flag('durable', true), autoDelete: flag('auto_delete', false) };
  switch (kind) {
    case 'exchange':
      await channel.assertExchange(name, String(attributes.type ?? 'direct'), {
        ...lasting,
        internal: flag('internal', false),
        arguments: marked,
      });
      return;
    case 'queue':
      await channel.assertQueue(name, { ...lasting, exclusive: false, arguments: marked });
      return;
    case 'binding':
      await bind(channel, attributes);
      return;
    default:
      throw new Error(`A ${kind} is not declared over AMQP`);
  }
}

/** Declares an exchange or a queue exactly so, without a mark. Rejects with the broker's words. */
export async function declareProbe(channel: Channel, { kind, name, attributes }: Resource): Promise<void> {
  const args = nestedAttributes(attributes, 'arguments.');
  const lasting = { durable: attributes.durable === true, autoDelete: attributes.auto_delete === true };
  if (kind === 'queue') await channel.assertQueue(name, { ...lasting, exclusive: false, arguments: args });
  else await channel.assertExchange(name, String(attributes.type), { ...lasting, internal: attributes.internal === true, arguments: args });
}

/** Makes a binding of these attributes; where it is there already nothing happens. */
async function bind(channel: Channel, attributes: Resource['attributes']): Promise<void> {
  const text = (key: string) => String(attributes[key]);
  const args = nestedAttributes(attributes, 'arguments.');
  const [source, destination, key] = [text('source'), text('destination'), text('routing_key')];
  if (attributes.destination_type === 'exchange') await channel.bindExchange(destination, source, key, args);
  else await channel.bindQueue(destination, source, key, args);
}
