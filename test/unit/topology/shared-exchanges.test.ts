import { describe, expect, test } from 'vitest';
import { checkTopology } from '../../../src/topology/check-topology.ts';
import { loadSystem } from '../../support/load-system.ts';

const event = (name: string, exchange: string, key: string) =>
  `  ${name}: { pattern: publish-subscribe, via: rabbit, message: { type: object }, existing: keep, address: { exchange: ${exchange}, routing-key: ${key} } }`;

async function findings(...events: readonly string[]): Promise<readonly string[]> {
  const system = await loadSystem({
    'msgctl.yaml': 'msgctl: 1\nproject: school\ntransports: { rabbit: { kind: rabbitmq } }\n',
    'contracts/shop.yaml': `msgctl: 1\nservice: shop\nversion: 1.0.0\nprovides:\n${events.join('\n')}\n`,
  });
  return checkTopology(system).map(({ message }) => message);
}

describe('two events of one exchange that was there before', () => {
  test('are told apart by their keys', async () => {
    const exchange = '{ name: ORDERS_EX, type: topic }';
    expect(await findings(event('placed', exchange, 'order.new'), event('sent', exchange, 'order.sent'))).toEqual([]);
    expect(await findings(event('placed', exchange, 'order.new'), event('sent', exchange, 'order.new'))).toEqual([
      '"order.new" would be the routing key of shop.sent and the routing key of shop.placed.',
    ]);
  });

  test('are not told apart where everybody gets everything', async () => {
    const exchange = '{ name: ORDERS_EX, type: fanout }';
    expect(await findings(event('placed', exchange, 'order.new'), event('sent', exchange, 'order.sent'))).toEqual([
      '"ORDERS_EX" would be the fanout exchange of shop.sent and the fanout exchange of shop.placed.',
    ]);
    expect(await findings(event('placed', exchange, 'order.new'))).toEqual([]);
  });

  test('may be told apart by what msgctl does not know', async () => {
    const exchange = '{ name: ORDERS_EX, type: headers }';
    expect(await findings(event('placed', exchange, 'order.new'), event('sent', exchange, 'order.new'))).toEqual([]);
  });
});

describe('one queue that a service names for several events', () => {
  const queue = (name: string, more = '') =>
    `address: { queue: { name: ${name}${more} } }, existing: keep, delivery: { dead-letters: false, retry: false }`;
  const found = async (files: Readonly<Record<string, string>>) => {
    const events = [event('placed', '{ name: ORDERS_EX }', 'order.new'), event('sent', '{ name: ORDERS_EX }', 'order.sent')];
    const system = await loadSystem({
      'msgctl.yaml': 'msgctl: 1\nproject: school\ntransports: { rabbit: { kind: rabbitmq }, log: { kind: kafka } }\n',
      'contracts/shop.yaml': `msgctl: 1\nservice: shop\nversion: 1.0.0\nprovides:\n${events.join('\n')}
  paid: { pattern: publish-subscribe, via: log, message: { type: object } }
  lost: { pattern: publish-subscribe, via: log, message: { type: object } }\n`,
      ...files,
    });
    return checkTopology(system).map(({ message }) => message);
  };
  const user = (service: string, uses: readonly string[]) =>
    `msgctl: 1\nservice: ${service}\nversion: 1.0.0\nuses:\n${uses.map((use) => `  ${use}\n`).join('')}`;

  test('is one thing where both say the same of it', async () => {
    const uses = [`shop.placed: { ${queue('desk-orders')} }`, `shop.sent: { ${queue('desk-orders')} }`];
    expect(await found({ 'contracts/desk.yaml': user('desk', uses) })).toEqual([]);
    const dead = [`shop.placed: { ${queue('desk-orders')} }`, `shop.sent: { ${queue('desk-orders.dead')} }`];
    expect(await found({ 'contracts/desk.yaml': user('desk', dead) })).toEqual([]);
  });

  test('is two where they say different things', async () => {
    const uses = [`shop.placed: { ${queue('desk-orders')} }`, `shop.sent: { ${queue('desk-orders', ', type: classic')} }`];
    expect(await found({ 'contracts/desk.yaml': user('desk', uses) })).toEqual([
      '"desk-orders" would be the queue of desk for shop.sent, as it is described there and the queue of desk for shop.placed.',
    ]);
  });

  test('is no other service’s', async () => {
    const use = `shop.placed: { ${queue('desk-orders')} }`;
    expect(await found({ 'contracts/desk.yaml': user('desk', [use]), 'contracts/till.yaml': user('till', [use]) })).toEqual([
      '"desk-orders" would be the queue of till for shop.placed and the queue of desk for shop.placed.',
    ]);
  });

  test('a group may take several topics, if it is of one service', async () => {
    const uses = ['shop.paid: { address: { group: desk } }', 'shop.lost: { address: { group: desk } }'];
    expect(await found({ 'contracts/desk.yaml': user('desk', uses) })).toEqual([]);
    expect(
      await found({ 'contracts/desk.yaml': user('desk', [uses[0] as string]), 'contracts/till.yaml': user('till', [uses[1] as string]) }),
    ).toEqual(['"desk" would be the group of till and the group of desk.']);
  });
});
