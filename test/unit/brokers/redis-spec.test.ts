import { describe, expect, it } from 'vitest';
import { desiredOn, linesOf, shop } from './shop.ts';

const event = (name: string, delivery: string) =>
  `  ${name}: { pattern: publish-subscribe, via: bus, message: { type: object }, delivery: { retain: 1d${delivery} } }`;

describe('the mapping on Redis', () => {
  it('gives every interaction a stream, each receiver a group, and what failed its own streams', async () => {
    const resources = desiredOn(await shop('redis', { orders: event('moved', ''), billing: '  orders.moved: {}' }));
    expect(linesOf(resources, 'stream')).toEqual(
      expect.arrayContaining([
        'orders.place',
        'orders.placed',
        'orders.orders.place.dead',
        'billing.orders.moved.retry',
        'billing.orders.moved.dead',
      ]),
    );
    expect(linesOf(resources, 'group', 'start')).toEqual(
      expect.arrayContaining(['orders.place orders start=0', 'orders.moved billing start=$', 'billing.orders.moved.retry billing start=0']),
    );
  });

  it('begins a group where its user says', async () => {
    const resources = desiredOn(await shop('redis', { orders: event('moved', ''), billing: '  orders.moved: { start: earliest }' }));
    expect(linesOf(resources, 'group', 'start')).toContain('orders.moved billing start=0');
  });

  it('cuts a keyed event into shard streams, each with every group, and retries in place', async () => {
    const system = await shop('redis', { orders: event('moved', ', key: /id, partitions: 2'), billing: '  orders.moved: {}' });
    const resources = desiredOn(system).filter(({ name }) => name.includes('moved'));
    expect(linesOf(resources, 'stream')).toEqual(['billing.orders.moved.dead', 'orders.moved.0', 'orders.moved.1']);
    expect(linesOf(resources, 'group')).toEqual(['orders.moved.0 billing', 'orders.moved.1 billing']);
  });
});
