import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../src/diagnostics/diagnostic.ts';
import { checkTopology } from '../../../src/topology/check-topology.ts';
import type { BrokerKind } from '../../../src/topology/model.ts';
import { loadSystem } from '../../support/load-system.ts';
import { shop, type shopFiles } from '../brokers/shop.ts';

type Changes = NonNullable<Parameters<typeof shopFiles>[1]>;

async function findings(kind: BrokerKind, changes: Changes): Promise<readonly string[]> {
  return checkTopology(await shop(kind, changes)).map(({ id, message, at }: Diagnostic) => `${at.file}:${at.start.line} ${id}: ${message}`);
}

const event = (name: string, more: string) =>
  `  ${name}: { pattern: publish-subscribe, via: bus, message: { type: object }, delivery: { retain: 1d }, ${more} }`;
const plain = (name: string, more: string) => event(name, more).replace(' delivery: { retain: 1d },', '');

describe('checkTopology', () => {
  it.each<BrokerKind>(['rabbitmq', 'kafka', 'redis'])('has nothing against derived names on %s', async (kind) => {
    expect(await findings(kind, {})).toEqual([]);
  });

  it.each<[string, BrokerKind, Changes, readonly string[]]>([
    [
      'two services on one queue',
      'rabbitmq',
      {
        transport: ", names: { subscription: '{provider}.{interaction}', queue: '{provider}.{interaction}.work' }",
        orders: plain('placed-work', ''),
        billing: '  orders.placed-work: { address: { queue: { name: orders.place.work } } }',
      },
      [
        'contracts/orders.yaml:6 derived-name-collision: "orders.place.work" would be the queue of orders for orders.place and the queue of billing for orders.placed-work.',
        'contracts/orders.yaml:6 derived-name-collision: "orders.place.work.dead" would be the queue for dead letters of orders for orders.place and the queue for dead letters of billing for orders.placed-work.',
      ],
    ],
    [
      'two events under one key',
      'rabbitmq',
      { transport: ", names: { routing-key: 'all' }" },
      [
        'contracts/orders.yaml:12 derived-name-collision: "all" would be the routing key of orders.archive and the routing key of orders.place.',
      ],
    ],
    [
      'topics that differ in what Kafka does not tell apart',
      'kafka',
      { orders: plain('sent', 'address: { topic: orders_placed }') },
      [
        'contracts/orders.yaml:20 derived-name-collision: "orders_placed" would be the topic of orders.sent and the topic of orders.placed.',
      ],
    ],
    [
      'a topic that Kafka does not take',
      'kafka',
      { orders: plain('sent', "address: { topic: 'größe' }") },
      ['contracts/orders.yaml:20 name-not-allowed: "größe" cannot be the topic of orders.sent.'],
    ],
    [
      'the topic that tells whose topics are, and one of Kafka’s own',
      'kafka',
      { orders: [plain('sent', 'address: { topic: __msgctl }'), plain('seen', 'address: { topic: __consumer_offsets }')].join('\n') },
      [
        'contracts/orders.yaml:20 name-not-allowed: "__msgctl" cannot be the topic of orders.sent.',
        'contracts/orders.yaml:21 name-not-allowed: "__consumer_offsets" cannot be the topic of orders.seen.',
      ],
    ],
    [
      'a group whose rights would be rights on all groups',
      'kafka',
      { orders: plain('sent', ''), billing: "  orders.sent: { address: { group: '*' } }" },
      ['contracts/billing.yaml:8 name-not-allowed: "*" cannot be the group of billing.'],
    ],
    [
      'an exchange that is the broker’s own',
      'rabbitmq',
      { orders: plain('sent', 'address: { exchange: { name: amq.topic, type: topic }, routing-key: x }') },
      ['contracts/orders.yaml:20 name-not-allowed: "amq.topic" cannot be an exchange of type topic.'],
    ],
    [
      'a stream that is a group’s dead letters',
      'redis',
      { orders: event('sent', 'address: { stream: billing.orders.placed.dead }') },
      [
        'contracts/billing.yaml:7 derived-name-collision: "billing.orders.placed.dead" would be the stream for dead letters of billing for orders.placed and the stream of orders.sent.',
      ],
    ],
    [
      'a role that the transport does not have',
      'kafka',
      { transport: ", names: { again: '{service}.again' }" },
      ['msgctl.yaml:6 unknown-name-role: Transport bus derives no name called "again".'],
    ],
    [
      'a placeholder that the role does not have',
      'rabbitmq',
      { transport: ", names: { events: '{user}.events' }" },
      ['msgctl.yaml:6 unknown-placeholder: The template of "events" speaks of "{user}", which it does not know.'],
    ],
  ])('finds %s', async (_, kind, changes, expected) => {
    expect(await findings(kind, changes)).toEqual(expected);
  });

  it('lets a contract name an exchange of the broker’s own that it only uses', async () => {
    const orders = plain('sent', 'address: { exchange: { name: amq.topic, type: topic }, routing-key: x }, existing: keep');
    expect(await findings('rabbitmq', { orders })).toEqual([]);
  });

  it.each([
    ['/users/{id}', '/users/me', []],
    ['/users/me', '/users/{id}', []],
    ['/users/{id}', '/users/{name}', ['endpoint-taken']],
  ])('of a path %s beside %s over HTTP', async (one, other, expected) => {
    const request = (path: string, name: string) => {
      const payload = path.includes('{')
        ? `{ type: object, required: [${name}], properties: { ${name}: { type: string } } }`
        : '{ type: object }';
      return `{ pattern: request-response, via: web, http: { method: GET, path: '${path}' }, request: ${payload}, response: { type: object }, timeout: 1s }`;
    };
    const system = await loadSystem({
      'msgctl.yaml': 'msgctl: 1\nproject: shop\ncontracts: c.yaml\ntransports: { web: { kind: http, url: http://h } }\n',
      'c.yaml': `msgctl: 1\nservice: people\nversion: 1.0.0\nprovides:\n  one: ${request(one, 'id')}\n  other: ${request(other, other.includes('name') ? 'name' : 'id')}\n`,
    });
    expect(checkTopology(system).map(({ id }) => id)).toEqual(expected);
  });

  it('counts bytes on RabbitMQ and characters on Kafka', async () => {
    const prefix = 'x'.repeat(240);
    const rabbitmq = await findings('rabbitmq', { transport: `, prefix: '${prefix}'` });
    expect(rabbitmq).toContain(
      `contracts/billing.yaml:7 name-too-long: "${prefix.slice(0, 80)}…", the queue of billing for orders.placed, has 261 bytes; 255 are allowed.`,
    );
    const kafka = await findings('kafka', { transport: `, prefix: '${prefix}'` });
    expect(kafka.some((finding) => finding.includes('has 252 characters; 249 are allowed'))).toBe(true);
  });
});
