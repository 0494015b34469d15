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
