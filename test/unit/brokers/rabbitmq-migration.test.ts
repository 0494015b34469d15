import { describe, expect, it } from 'vitest';
import { droppingSettings, standInMark, standInsOf } from '../../../src/brokers/rabbitmq/migration.ts';

describe('what stands in for a queue that is made anew', () => {
  it('holds its messages replicated, and lets them end as dead letters where those of the queue end', () => {
    const { holding } = standInsOf('a.b', { exchange: 'a.dead', key: 'a.b' });
    expect(holding).toEqual({
      kind: 'queue',
      name: 'a.b.msgctl-migrate',
      attributes: {
        durable: true,
        auto_delete: false,
        'arguments.x-dead-letter-exchange': 'a.dead',
        'arguments.x-dead-letter-routing-key': 'a.b',
        'arguments.x-delivery-limit': 1_000_000,
        'arguments.x-queue-type': 'quorum',
      },
    });
    expect(Object.keys(standInsOf('a', {}).holding.attributes)).not.toContain('arguments.x-dead-letter-exchange');
  });

  it('has one way there and another one back, so that no message can go round', () => {
    const { out, outBinding, back, backBinding } = standInsOf('a', {});
    expect([out, back].map(({ name, attributes }) => [name, attributes.type])).toEqual([
      ['a.msgctl-migrate', 'fanout'],
      ['a.msgctl-return', 'fanout'],
    ]);
    expect([outBinding.name, backBinding.name]).toEqual(['a.msgctl-migrate → a.msgctl-migrate ""', 'a.msgctl-return → a ""']);
    expect(standInMark('a')).toEqual({ 'x-msgctl-migrates': 'a' });
  });

  it('knows the settings that would drop messages from it', () => {
    expect(droppingSettings({ 'max-length': 5, 'delivery-limit': 3, expires: 1 }, {})).toEqual(['max-length', 'expires']);
    expect(droppingSettings({ 'max-length': 5, 'message-ttl': 9 }, { 'max-length': 5, 'message-ttl': 10 })).toEqual(['message-ttl']);
    expect(droppingSettings({ 'dead-letter-exchange': 'x' }, {})).toEqual([]);
    // Nobody receives from it, so that it would go with all it holds, as the queue itself never does.
    expect(droppingSettings({ expires: 5, 'max-length': 5 }, { expires: 5, 'max-length': 5 })).toEqual(['expires']);
  });
});
