/** The resources of RabbitMQ: kinds, names and attributes, in its own words and types. */

import type { JsonObject, JsonValue } from '../../source/json.ts';
import type { ActualResource, Resource } from '../../topology/model.ts';

/** The argument that tells which project made a queue or an exchange. RabbitMQ keeps arguments that it does not know and never compares them. */
export const OWNER_ARGUMENT = 'x-msgctl-owner';

/** What tells a queue, an exchange or a binding apart, and what RabbitMQ knows of it. */
export type Attributes = Resource['attributes'];

/** A binding by its ends. Two bindings that differ in any of this are two bindings. */
export type BindingEnds = {
  readonly source: string;
  readonly destination: string;
  readonly destinationType: 'queue' | 'exchange';
  readonly routingKey: string;
  readonly arguments: JsonObject;
};

/** An exchange. */
export function exchangeResource(name: string, type: string, args: JsonObject = {}): Resource {
  return { kind: 'exchange', name, attributes: { type, durable: true, auto_delete: false, internal: false, ...argumentAttributes(args) } };
}

/** A queue that outlives its consumers. */
export function queueResource(name: string, args: JsonObject): Resource {
  return { kind: 'queue', name, attributes: { durable: true, auto_delete: false, ...argumentAttributes(args) } };
}

/** A binding. Its name is for people and identifies it: `payments.inbox → payments.charge "charge"`. */
export function bindingResource(ends: BindingEnds): Resource {
  const { source, destination, destinationType, routingKey } = ends;
  const args = sortedEntries(ends.arguments);
  const target = destinationType === 'queue' ? quoteName(destination) : `exchange ${quoteName(destination)}`;
  const suffix = args.length > 0 ? ` ${JSON.stringify(Object.fromEntries(args))}` : '';
  return {
    kind: 'binding',
    name: `${quoteName(source)} → ${target} ${JSON.stringify(routingKey)}${suffix}`,
    attributes: {
      source,
      destination,
      destination_type: destinationType,
      routing_key: routingKey,
      ...argumentAttributes(ends.arguments),
    },
  };
}

/** A binding of a queue without arguments. */
export function queueBinding(source: string, queue: string, routingKey: string): Resource {
  return bindingResource({ source, destination: queue, destinationType: 'queue', routingKey, arguments: {} });
}

/** A policy, by the settings it gives to the queues that its pattern matches. */
export function policyResource(name: string, pattern: string, definition: JsonObject): Resource {
  const settings = sortedEntries(definition).map(([key, value]) => [`definition.${key}`, value] as const);
  return {
    kind: 'policy',
    name,
    attributes: { pattern, 'apply-to': 'queues', priority: POLICY_PRIORITY, ...Object.fromEntries(settings) },
  };
}

/** Above the catch-all policies that people write with 0: at most one policy applies to a queue, and ours only match our own queues. */
export const POLICY_PRIORITY = 10;

/** The name of one of a project's policies; a project's name has no dot. */
export function policyName(project: string, suffix: string): string {
  return `msgctl.${project}.${suffix}`;
}

/** The project whose policy this is, by its name. */
export function policyOwner(name: string): string | undefined {
  return /^msgctl\.([^.]+)\./.exec(name)?.[1];
}

/** `arguments` as attributes, sorted, without msgctl's own marks. */
export function argumentAttributes(args: JsonObject): Attributes {
  const entries = sortedEntries(args).filter(([key]) => !key.startsWith('x-msgctl-'));
  return Object.fromEntries(entries.map(([key, value]) => [`arguments.${key}`, value]));
}

/** The part of the attributes under a prefix, as an object: `nestedAttributes(a, 'arguments.')`. */
export function nestedAttributes(attributes: Attributes, prefix: string): JsonObject {
  return Object.fromEntries(
    sortedEntries(attributes).flatMap(([key, value]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [])),
  );
}

/** The owner mark among the arguments of a queue or an exchange. */
export function ownerMark(args: JsonObject): Pick<ActualResource, 'owner'> {
  const owner = Object.hasOwn(args, OWNER_ARGUMENT) ? args[OWNER_ARGUMENT] : undefined;
  return typeof owner === 'string' ? { owner } : {};
}

function sortedEntries(object: Readonly<Record<string, JsonValue>>): readonly (readonly [string, JsonValue])[] {
  return Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
}

function quoteName(name: string): string {
  return /^[\w.:@/-]+$/.test(name) ? name : JSON.stringify(name);
}
