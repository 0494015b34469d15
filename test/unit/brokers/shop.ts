import { BROKERS } from '../../../src/brokers/index.ts';
import type { System } from '../../../src/contract/system.ts';
import { deriveTopology } from '../../../src/topology/derive.ts';
import type { BrokerKind, DesiredResource } from '../../../src/topology/model.ts';
import { loadSystem, transportOf } from '../../support/load-system.ts';

/** A small shop, every pattern once over one transport: `orders` provides, `billing` and `stock` use. */
export function shopFiles(
  kind: BrokerKind,
  changes: { readonly transport?: string; readonly orders?: string; readonly billing?: string } = {},
) {
  const connection = { rabbitmq: 'url: amqp://localhost/shop', kafka: 'brokers: localhost:9092', redis: 'url: redis://localhost' }[kind];
  return {
    'msgctl.yaml': `
msgctl: 1
project: shop
contracts: contracts/*.yaml
transports:
  bus: { kind: ${kind}, ${connection}, target: 'file:topology'${changes.transport ?? ''} }
`,
    'contracts/orders.yaml': `
msgctl: 1
service: orders
version: 1.0.0
provides:
  place:
    pattern: async-request-response
    via: bus
    request: { type: object }
    response: { type: object }
    timeout: 5s
  archive:
    pattern: notification
    via: bus
    message: { type: object }
  placed:
    pattern: publish-subscribe
    via: bus
    message: { type: object }${kind === 'redis' ? '\n    delivery: { retain: 1d }' : ''}
${changes.orders ?? ''}
`,
    'contracts/billing.yaml': `
msgctl: 1
service: billing
version: 1.0.0
uses:
  orders.place: {}
  orders.placed: {}
${changes.billing ?? ''}
`,
  };
}

/** The shop as a system. */
export function shop(...parameters: Parameters<typeof shopFiles>): Promise<System> {
  return loadSystem(shopFiles(...parameters));
}

/** What a system asks of its transport `bus`. */
export function desiredOn(system: System): readonly DesiredResource[] {
  const transport = transportOf(system, 'bus');
  return deriveTopology(system, BROKERS[transport.kind as BrokerKind].spec, transport).resources;
}

/** Resources as readable lines: kind, name, and the attributes that are asked for. */
export function linesOf(resources: readonly DesiredResource[], kind: string, ...attributes: readonly string[]): readonly string[] {
  return resources
    .filter((resource) => resource.kind === kind)
    .map(({ name, attributes: all }) => [name, ...attributes.map((key) => `${key}=${String(all[key] ?? '-')}`)].join(' '));
}
