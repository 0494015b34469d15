import { describe, expect, it } from 'vitest';
import { groupPolicies } from '../../../src/brokers/rabbitmq/policies.ts';
import { rabbitmqSpec } from '../../../src/brokers/rabbitmq/spec.ts';
import { loadSystem } from '../../support/load-system.ts';
import { desiredOn, linesOf, shop, shopFiles } from './shop.ts';

const type = 'arguments.x-queue-type';
const deadExchange = 'arguments.x-dead-letter-exchange';
const deadKey = 'arguments.x-dead-letter-routing-key';

describe('the mapping on RabbitMQ', () => {
  it('gives events a topic exchange per provider, and each user a queue bound by the name of the event', async () => {
    const resources = desiredOn(await shop('rabbitmq'));
    expect(linesOf(resources, 'exchange', 'type')).toContain('orders.events type=topic');
    expect(linesOf(resources, 'queue', type)).toContain(`billing.orders.placed ${type}=quorum`);
    expect(linesOf(resources, 'binding')).toContain('orders.events → billing.orders.placed "placed"');
  });

  it('gives requests and notifications a direct inbox and one queue each', async () => {
    const resources = desiredOn(await shop('rabbitmq'));
    expect(linesOf(resources, 'exchange', 'type')).toContain('orders.inbox type=direct');
    expect(linesOf(resources, 'binding')).toEqual(
      expect.arrayContaining(['orders.inbox → orders.place "place"', 'orders.inbox → orders.archive "archive"']),
    );
  });

  it('lets a caller be answered through its own exchange, whose queues the runtime makes', async () => {
    const resources = desiredOn(await shop('rabbitmq'));
    expect(linesOf(resources, 'exchange', 'type')).toContain('billing.replies type=direct');
    expect(linesOf(resources, 'queue').filter((name) => name.includes('replies'))).toEqual([]);
  });

  it('gives durable answers a queue of their own, bound by its own name, with retries and dead letters', async () => {
    const system = await shop('rabbitmq', {
      orders: `
  refund:
    pattern: async-request-response
    via: bus
    reply: durable
    request: { type: object }
    response: { type: object }
    timeout: 5s`,
      billing: '  orders.refund: {}',
    });
    const resources = desiredOn(system);
    expect(linesOf(resources, 'queue', type, deadExchange, deadKey)).toContain(
      `billing.orders.refund.replies ${type}=quorum ${deadExchange}=billing.dead ${deadKey}=billing.orders.refund.replies`,
    );
    expect(linesOf(resources, 'binding')).toEqual(
      expect.arrayContaining([
        'billing.replies → billing.orders.refund.replies "billing.orders.refund.replies"',
        'billing.again → billing.orders.refund.replies "billing.orders.refund.replies"',
        'billing.dead → billing.orders.refund.replies.dead "billing.orders.refund.replies"',
      ]),
    );
  });

  it('builds one ladder per service with the rungs that its receivers take, back to the queue a message came from', async () => {
    const resources = desiredOn(await shop('rabbitmq'));
    expect(linesOf(resources, 'exchange', 'type').filter((line) => line.includes('.retry.'))).toEqual(
      ['billing', 'orders'].flatMap((service) => ['1s', '2s', '4s', '8s'].map((delay) => `${service}.retry.${delay} type=fanout`)),
    );
    expect(linesOf(resources, 'queue', 'arguments.x-message-ttl', deadExchange, deadKey)).toContain(
      `billing.retry.8s arguments.x-message-ttl=8000 ${deadExchange}=billing.again ${deadKey}=-`,
    );
    expect(linesOf(resources, 'binding')).toEqual(
      expect.arrayContaining([
        'billing.retry.8s → billing.retry.8s ""',
        'billing.again → billing.orders.placed "billing.orders.placed"',
        'orders.again → orders.place "orders.place"',
      ]),
    );
  });

  it('has no rung where nobody retries, and shares one among those who take the same delay', async () => {
    const once = await shop('rabbitmq', {
      billing: '  orders.cancelled: { delivery: { retry: { attempts: 2, delay: 90s } } }',
      orders: cancelled,
    });
    expect(linesOf(desiredOn(once), 'queue').filter((name) => name.startsWith('billing.retry'))).toEqual([
      'billing.retry.1s',
      'billing.retry.2s',
      'billing.retry.4s',
      'billing.retry.8s',
      'billing.retry.90s',
    ]);
  });

  it('catches what the ladder cannot bring back among the dead letters', async () => {
    const resources = desiredOn(await shop('rabbitmq'));
    expect(linesOf(resources, 'exchange', 'type', 'arguments.alternate-exchange')).toEqual(
      expect.arrayContaining([
        'billing.again type=direct arguments.alternate-exchange=billing.dead',
        'billing.dead type=direct arguments.alternate-exchange=-',
      ]),
    );
  });

  it('gives every receiving queue a classic one for its dead letters, which leads nowhere', async () => {
    const resources = desiredOn(await shop('rabbitmq'));
    expect(linesOf(resources, 'queue', type, deadExchange, deadKey)).toContain(
      `billing.orders.placed.dead ${type}=classic ${deadExchange}=- ${deadKey}=-`,
    );
    expect(linesOf(resources, 'queue', deadExchange, deadKey)).toContain(
      `billing.orders.placed ${deadExchange}=billing.dead ${deadKey}=billing.orders.placed`,
    );
  });

  it('keeps the order of a key with a single active consumer, and then takes no ladder', async () => {
    const system = await shop('rabbitmq', { orders: `${cancelled}\n    delivery: { key: /id }`, billing: '  orders.cancelled: {}' });
    const resources = desiredOn(system);
    expect(linesOf(resources, 'queue', 'arguments.x-single-active-consumer')).toEqual(
      expect.arrayContaining([
        'billing.orders.cancelled arguments.x-single-active-consumer=true',
        'billing.orders.placed arguments.x-single-active-consumer=-',
      ]),
    );
  });

  it('lets the events of a channel share one queue of each user', async () => {
    const system = await shop('rabbitmq', {
      orders: `
  sent: { pattern: publish-subscribe, channel: parcels, message: { type: object } }
  lost: { pattern: publish-subscribe, channel: parcels, message: { type: object } }
channels:
  parcels: { via: bus }`,
      billing: '  orders.sent: {}\n  orders.lost: {}',
    });
    const bindings = linesOf(desiredOn(system), 'binding').filter((name) => name.includes('parcels'));
    expect(bindings).toEqual([
      'billing.again → billing.orders.parcels "billing.orders.parcels"',
      'billing.dead → billing.orders.parcels.dead "billing.orders.parcels"',
      'orders.events → billing.orders.parcels "parcels"',
    ]);
  });

  it('uses prefix and templates for derived names only', async () => {
    const system = await shop('rabbitmq', {
      transport: ", prefix: 'eu.', names: { dead: '{service}.failed', dead-queue: '{queue}.rest' }",
    });
    const resources = desiredOn(system);
    expect(linesOf(resources, 'binding')).toEqual(
      expect.arrayContaining([
        'eu.orders.events → eu.billing.orders.placed "placed"',
        'eu.billing.failed → eu.billing.orders.placed.rest "eu.billing.orders.placed"',
      ]),
    );
  });

  it('takes addresses as written, and asks of what exists already only what is written', async () => {
    const system = await shop('rabbitmq', {
      orders: `${cancelled}\n    address: { exchange: { name: ORDERS_EX, type: fanout }, routing-key: x }\n    existing: keep`,
      billing:
        '  orders.cancelled: { address: { queue: { name: old-queue, type: classic, arguments: { x-max-priority: 5 } } }, existing: adopt }',
    });
    const resources = desiredOn(system);
    expect(resources.find(({ name }) => name === 'ORDERS_EX')).toMatchObject({ attributes: { type: 'fanout' }, existing: 'keep' });
    expect(resources.find(({ kind, name }) => kind === 'queue' && name === 'old-queue')).toMatchObject({
      attributes: { [type]: 'classic', 'arguments.x-max-priority': 5 },
      existing: 'adopt',
    });
    expect(linesOf(resources, 'binding')).toEqual(
      expect.arrayContaining([
        'ORDERS_EX → old-queue "x"',
        'billing.again → old-queue "old-queue"',
        'billing.dead → old-queue.dead "old-queue"',
      ]),
    );
  });
});

const cancelled = `
  cancelled:
    pattern: publish-subscribe
    via: bus
    message: { type: object }`;

describe('policies', () => {
  it('give own queues of one kind the same settings at once, and dead letters and ladders none', async () => {
    const policies = desiredOn(await shop('rabbitmq')).filter(({ kind }) => kind === 'policy');
    expect(policies.map(({ name, attributes }) => [name, attributes])).toEqual([
      [
        'msgctl.shop.delivery-limit-20',
        {
          pattern: '^(?:billing\\.orders\\.placed|orders\\.(?:archive|place))$',
          'apply-to': 'queues',
          priority: 10,
          'definition.delivery-limit': 20,
        },
      ],
    ]);
  });

  it('are as many as there are different settings, and never overlap', async () => {
    const system = await shop('rabbitmq', {
      orders: cancelled,
      billing: '  orders.cancelled: { delivery: { max-length: 50, overflow: reject-publish, dead-letters: { retain: 7d } } }',
    });
    const resources = desiredOn(system);
    const queues = linesOf(resources, 'queue');
    const policies = resources.filter(({ kind }) => kind === 'policy');
    const matches = policies.map(({ attributes }) => queues.filter((queue) => new RegExp(String(attributes.pattern)).test(queue)));
    expect(matches).toEqual([
      ['billing.orders.placed', 'orders.archive', 'orders.place'],
      ['billing.orders.cancelled'],
      ['billing.orders.cancelled.dead'],
    ]);
  });
});

describe('comparing', () => {
  const queue = (attributes: Record<string, string | number | boolean>) => ({ kind: 'queue', name: 'q', attributes });
  const at = { offset: 0, line: 1, column: 1 };
  const wanted = (attributes: Record<string, string | number | boolean>) => ({
    ...queue(attributes),
    causes: [{ file: 'f', start: at, end: at }] as const,
    needs: [],
  });

  it('takes an absent queue type as classic, on either side', () => {
    expect(rabbitmqSpec.compare(wanted({ durable: true, [type]: 'classic' }), queue({ durable: true }))).toEqual([]);
    expect(rabbitmqSpec.compare(wanted({ durable: true, [type]: 'quorum' }), queue({ durable: true }))).toEqual([
      { name: type, from: 'classic', to: 'quorum' },
    ]);
  });

  it('tells a text from a number, and explains it', () => {
    const changes = rabbitmqSpec.compare(wanted({ 'arguments.x-message-ttl': 60000 }), queue({ 'arguments.x-message-ttl': '60000' }));
    expect(changes).toEqual([{ name: 'arguments.x-message-ttl', from: '60000', to: 60000 }]);
    expect(changes.map((change) => rabbitmqSpec.mutability('queue', change))).toEqual([
      {
        how: 'replace',
        risk: 'duplicates',
        reason:
          'x-message-ttl is the string "60000" there and the number 60000 in the contract: two values to RabbitMQ. RabbitMQ fixes x-message-ttl when it makes a queue; it cannot change in place.',
      },
    ]);
  });
});

describe('groupPolicies', () => {
  it('splits a pattern that RabbitMQ would not compile', () => {
    const at = { offset: 0, line: 1, column: 1 };
    const queues = Array.from({ length: 1000 }, (_, index) => ({
      queue: `${String(index).padStart(4, '0')}-orders.something-happened`,
      settings: { 'delivery-limit': 20 },
      cause: { file: 'f', start: at, end: at },
    }));
    const policies = groupPolicies('shop', queues);
    expect(policies.map(({ name }) => name)).toEqual(['msgctl.shop.delivery-limit-20', 'msgctl.shop.delivery-limit-20.2']);
    for (const { queue } of queues) {
      expect(policies.filter(({ attributes }) => new RegExp(String(attributes.pattern)).test(queue))).toHaveLength(1);
    }
  });
});

describe('existing, without an address', () => {
  it('is about the exchange when everything on it says so', async () => {
    const event = (name: string, more: string) => `  ${name}: { pattern: publish-subscribe, via: bus, message: { type: object }${more} }`;
    const one = event('sent', ', existing: adopt');
    const exchange = async (orders: string) => {
      const files = shopFiles('rabbitmq', { orders });
      const text = files['contracts/orders.yaml'].replace(/ {2}placed:\n(?: {4}.*\n)+/, '');
      const system = await loadSystem({ 'msgctl.yaml': files['msgctl.yaml'], 'contracts/orders.yaml': text });
      return desiredOn(system).find(({ name }) => name === 'orders.events');
    };
    expect(await exchange(one)).toMatchObject({ existing: 'adopt', attributes: { type: 'topic', durable: true } });
    expect((await exchange(`${one}\n${event('lost', '')}`))?.existing).toBeUndefined();
  });
});
