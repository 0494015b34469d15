import { describe, expect, it } from 'vitest';
import { findContract, findInteraction, type System } from '../../../src/contract/system.ts';
import { receiveAddress, replyAddress, sendAddress } from '../../../src/topology/addresses.ts';
import { loadSystem } from '../../support/load-system.ts';
import { shop } from '../brokers/shop.ts';

function interactionOf(system: System, id: string) {
  const found = findInteraction(system, id);
  if (!found) throw new Error(id);
  return found;
}

function contractOf(system: System, service: string) {
  const found = findContract(system, service);
  if (!found) throw new Error(service);
  return found;
}

describe('sendAddress', () => {
  it.each([
    ['rabbitmq', 'orders.placed', { kind: 'rabbitmq', exchange: 'orders.events', routingKey: 'placed' }],
    ['rabbitmq', 'orders.place', { kind: 'rabbitmq', exchange: 'orders.inbox', routingKey: 'place' }],
    ['kafka', 'orders.place', { kind: 'kafka', topic: 'orders.place' }],
    ['redis', 'orders.placed', { kind: 'redis', stream: 'orders.placed' }],
  ] as const)('on %s, of %s', async (kind, id, expected) => {
    const system = await shop(kind);
    expect(sendAddress(system, interactionOf(system, id))).toEqual(expected);
  });

  it('says into how many shard streams a keyed event goes', async () => {
    const orders =
      '  moved: { pattern: publish-subscribe, via: bus, message: { type: object }, delivery: { key: /id, partitions: 4, retain: 1d } }';
    const system = await shop('redis', { orders });
    expect(sendAddress(system, interactionOf(system, 'orders.moved'))).toEqual({ kind: 'redis', stream: 'orders.moved', shards: 4 });
  });

  it('is a path over HTTP, a method over gRPC and the name itself in memory', async () => {
    const system = await loadSystem({
      'msgctl.yaml':
        'msgctl: 1\nproject: shop\ncontracts: c.yaml\ntransports: { web: { kind: http, url: http://h }, rpc: { kind: grpc, url: http://h }, in: { kind: memory } }\n',
      'c.yaml': `
msgctl: 1
service: order-desk
version: 1.0.0
provides:
  find: { pattern: request-response, via: web, http: { method: GET, path: /orders }, request: { type: object }, response: { type: object }, timeout: 1s }
  find@2: { pattern: request-response, via: web, request: { type: object }, response: { type: object }, timeout: 1s }
  list-all@2: { pattern: request-response, via: rpc, request: { type: object }, response: { type: object }, timeout: 1s }
  ping: { pattern: request-response, via: in, request: { type: object }, response: { type: object }, timeout: 1s }
`,
    });
    const sent = contractOf(system, 'order-desk').provides.map((interaction) => sendAddress(system, interaction));
    expect(sent).toEqual([
      { kind: 'http', method: 'GET', path: '/orders' },
      { kind: 'http', method: 'POST', path: '/find.v2' },
      { kind: 'grpc', service: 'order_desk.v1.OrderDeskService', method: 'ListAllV2' },
      { kind: 'memory', name: 'order-desk.ping' },
    ]);
  });
});

describe('receiveAddress', () => {
  it('names queue, ladder and dead letters of a user', async () => {
    const system = await shop('rabbitmq');
    expect(receiveAddress(system, interactionOf(system, 'orders.placed'), contractOf(system, 'billing'))).toEqual({
      kind: 'rabbitmq',
      queue: 'billing.orders.placed',
      again: 'billing.again',
      dead: 'billing.dead',
      ladder: [1, 2, 4, 8].map((seconds) => ({ delay: seconds * 1000, name: `billing.retry.${seconds}s` })),
    });
  });

  it('has no ladder for a request, which its caller repeats, and none in order', async () => {
    const orders = '  moved: { pattern: publish-subscribe, via: bus, message: { type: object }, delivery: { key: /id } }';
    const system = await shop('kafka', { orders, billing: '  orders.moved: {}' });
    expect(receiveAddress(system, interactionOf(system, 'orders.place'), contractOf(system, 'orders'))).toEqual({
      kind: 'kafka',
      topic: 'orders.place',
      group: 'orders.place',
      dead: 'orders.dead',
      ladder: [],
    });
    expect(receiveAddress(system, interactionOf(system, 'orders.moved'), contractOf(system, 'billing'))).toMatchObject({
      group: 'billing.orders.moved',
      ladder: [],
    });
  });

  it('names stream, group, due set, retries and dead letters on Redis', async () => {
    const system = await shop('redis');
    expect(receiveAddress(system, interactionOf(system, 'orders.placed'), contractOf(system, 'billing'))).toEqual({
      kind: 'redis',
      stream: 'orders.placed',
      group: 'billing',
      due: 'billing.due',
      retry: 'billing.orders.placed.retry',
      dead: 'billing.orders.placed.dead',
    });
  });
});

describe('replyAddress', () => {
  it('is the exchange of the caller, and of the provider that gathers', async () => {
    const orders = `
  ask:
    pattern: publish-async-responses
    via: bus
    message: { type: object }
    response: { type: object }
    timeout: 1s`;
    const system = await shop('rabbitmq', { orders, billing: '  orders.ask: {}' });
    expect(replyAddress(system, interactionOf(system, 'orders.place'), contractOf(system, 'billing'))).toEqual({
      replies: 'billing.replies',
    });
    expect(replyAddress(system, interactionOf(system, 'orders.ask'), contractOf(system, 'orders'))).toEqual({ replies: 'orders.replies' });
    expect(replyAddress(system, interactionOf(system, 'orders.placed'), contractOf(system, 'billing'))).toBeUndefined();
  });

  it('names where any instance takes durable answers from', async () => {
    const orders =
      '  refund: { pattern: async-request-response, via: bus, reply: durable, request: { type: object }, response: { type: object }, timeout: 1s }';
    const system = await shop('rabbitmq', { orders, billing: '  orders.refund: {}' });
    expect(replyAddress(system, interactionOf(system, 'orders.refund'), contractOf(system, 'billing'))).toMatchObject({
      replies: 'billing.replies',
      shared: { kind: 'rabbitmq', queue: 'billing.orders.refund.replies', again: 'billing.again', dead: 'billing.dead' },
    });
  });
});
