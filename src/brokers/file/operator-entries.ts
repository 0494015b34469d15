/** Resources of RabbitMQ's Messaging Topology Operator (rabbitmq.com/v1beta1) and what they stand for: docs/decisions/0040-topology-operator.md. */
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import type { Resource } from '../../topology/model.ts';
import { resourceOf, type Section } from '../rabbitmq/entries.ts';
import { nestedAttributes, OWNER_ARGUMENT } from '../rabbitmq/resources.ts';
import { kubernetesName, type MemberPath } from './yaml-documents.ts';

const GROUP = 'rabbitmq.com/';
/** What documents of ours begin with. */
export const API_VERSION = `${GROUP}v1beta1`;

type Kind = 'Policy' | 'Exchange' | 'Queue' | 'Binding';

const SECTIONS: Readonly<Record<Kind, Section>> = { Policy: 'policies', Exchange: 'exchanges', Queue: 'queues', Binding: 'bindings' };

/** What RabbitMQ, the operator and msgctl call the same: the operator's word, and the one in definitions. */
const WORDS: readonly (readonly [string, string])[] = [
  ['name', 'name'],
  ['type', 'type'],
  ['durable', 'durable'],
  ['autoDelete', 'auto_delete'],
  ['arguments', 'arguments'],
  ['source', 'source'],
  ['destination', 'destination'],
  ['destinationType', 'destination_type'],
  ['routingKey', 'routing_key'],
  ['pattern', 'pattern'],
  ['applyTo', 'apply-to'],
  ['priority', 'priority'],
  ['definition', 'definition'],
];

/** What the operator makes of members that are not written. */
const DEFAULTS: Readonly<Record<Kind, JsonObject>> = {
  Policy: { 'apply-to': 'all', priority: 0 },
  Exchange: { type: 'direct', durable: false, auto_delete: false, internal: false },
  Queue: { durable: false, auto_delete: false },
  Binding: { destination_type: 'queue', routing_key: '' },
};

/** One document of the operator: its kind and the spec. Undefined for anything else. */
export type OperatorDocument = { readonly kind: string; readonly spec: JsonObject; readonly metadata: JsonObject };

/** Reads a document of the operator, of any version of its group. */
export function operatorDocument(value: JsonValue | undefined): OperatorDocument | undefined {
  const version = ownProperty(value, 'apiVersion');
  const kind = ownProperty(value, 'kind');
  const spec = ownProperty(value, 'spec');
  const metadata = ownProperty(value, 'metadata');
  if (typeof version !== 'string' || !version.startsWith(GROUP) || typeof kind !== 'string' || !isObject(spec)) return undefined;
  return { kind, spec, metadata: isObject(metadata) ? metadata : {} };
}

/** The resource that a document stands for, with the arguments as they are written; undefined for kinds that are none, and for what lacks what makes it one. */
export function operatorResource({ kind, spec }: OperatorDocument): Resource | undefined {
  if (!isKind(kind)) return undefined;
  const entry: Record<string, JsonValue> = { ...DEFAULTS[kind] };
  for (const [theirs, ours] of WORDS) {
    const value = ownProperty(spec, theirs);
    if (value !== undefined && value !== null) entry[ours] = value;
  }
  return resourceOf(SECTIONS[kind], entry);
}

/** The arguments of a document. */
export function operatorArguments({ spec }: OperatorDocument): JsonObject {
  const args = ownProperty(spec, 'arguments');
  return isObject(args) ? args : {};
}

/** What the spec of a resource says, without the cluster and the virtual host. `owner` marks queues and exchanges as on the broker itself. */
export function operatorSpec({ kind, name, attributes }: Resource, owner: string): { readonly kind: Kind; readonly spec: JsonObject } {
  const { 'x-queue-type': type, ...args } = nestedAttributes(attributes, 'arguments.');
  const marked = { ...args, [OWNER_ARGUMENT]: owner };
  switch (kind) {
    case 'policy':
      return {
        kind: 'Policy',
        spec: {
          name,
          pattern: attributes.pattern ?? '',
          applyTo: attributes['apply-to'] ?? 'all',
          priority: attributes.priority ?? 0,
          definition: nestedAttributes(attributes, 'definition.'),
        },
      };
    case 'exchange': {
      const { type: exchangeType = 'direct', durable = true, auto_delete: autoDelete = false } = attributes;
      return { kind: 'Exchange', spec: { name, type: exchangeType, durable, autoDelete, arguments: marked } };
    }
    case 'queue': {
      const { durable = true, auto_delete: autoDelete = false } = attributes;
      return { kind: 'Queue', spec: { name, ...(type !== undefined && { type }), durable, autoDelete, arguments: marked } };
    }
    default: {
      const { source = '', destination = '', destination_type: destinationType = 'queue', routing_key: routingKey = '' } = attributes;
      const own = nestedAttributes(attributes, 'arguments.');
      const said = { source, destination, destinationType, routingKey };
      return { kind: 'Binding', spec: { ...said, ...(Object.keys(own).length > 0 && { arguments: own }) } };
    }
  }
}

/** Where an attribute stands in a document; undefined for what the operator knows no word for. */
export function operatorPath(kind: string, attribute: string): MemberPath | undefined {
  if (kind === 'queue' && attribute === 'arguments.x-queue-type') return ['spec', 'type'];
  const dot = attribute.indexOf('.');
  if (dot > 0) return ['spec', attribute.slice(0, dot), attribute.slice(dot + 1)];
  const [theirs] = WORDS.find(([, ours]) => ours === attribute) ?? [];
  return theirs === undefined ? undefined : ['spec', theirs];
}

/** The name of the object in Kubernetes. The transport comes first: two brokers may be described in one namespace. */
export function objectName(transport: string, { kind, name, attributes }: Resource): string {
  if (kind !== 'binding') return kubernetesName(`${transport}.${name}`);
  return kubernetesName(`${transport}.${attributes.source}.${attributes.destination}`, `${transport} ${name}`);
}

function isKind(kind: string): kind is Kind {
  return Object.hasOwn(SECTIONS, kind);
}
