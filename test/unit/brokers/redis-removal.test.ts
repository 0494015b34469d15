import { describe, expect, it } from 'vitest';
import { type FoundGroup, keepsGroup, keepsStream } from '../../../src/brokers/redis/removal.ts';

const done: FoundGroup = { name: 'g', pending: 0, hasReadAll: true };

describe('a group that nothing asks for', () => {
  it('goes where everything is done and nobody reads with it', () => {
    expect(keepsGroup(done)).toBeUndefined();
    expect(keepsGroup({ ...done, busiest: { name: 'c', idle: 60_000 } })).toBeUndefined();
  });

  it.each<[string, Partial<FoundGroup>, RegExp]>([
    [
      'a consumer was busy a moment ago',
      { busiest: { name: 'c', idle: 59_999 } },
      /^Consumer "c" read with it 60 seconds ago\. Stop the service/,
    ],
    [
      'messages are not done',
      { pending: 2, busiest: { name: 'c', idle: 70_000 } },
      /^2 messages were given to its consumers and not done\./,
    ],
    [
      'a client waits that may be its consumer',
      { busiest: { name: 'c', idle: 70_000 }, waiting: { kind: 'client', client: 'stock at 10.0.0.1:5' } },
      /^Client stock at 10\.0\.0\.1:5 waits for messages of a group, .* Consumer "c" is still registered .*XGROUP DELCONSUMER/,
    ],
    [
      'it is not told whether one waits',
      { busiest: { name: 'c', idle: 70_000 }, waiting: { kind: 'unknown' } },
      /may not run CLIENT LIST\. Consumer "c" is still registered/,
    ],
    ['messages were given to nobody', { hasReadAll: false, unread: 3 }, /^3 messages were not read by it\. .*XGROUP DESTROY/],
    ['the server cannot tell how many', { hasReadAll: false }, /^Messages in the stream were not read by it\./],
  ])('stays where %s', (_, changed, reason) => {
    expect(keepsGroup({ ...done, ...changed })).toMatch(reason);
  });
});

describe('a stream that nothing asks for', () => {
  const empty = { length: 0, isRead: false, groups: [] };

  it.each([
    ['it is empty', empty, []],
    ['its groups, which had read it all, are gone', { ...empty, length: 5, isRead: true }, []],
    ['its groups have read it all and go with it', { ...empty, length: 5, groups: [done] }, ['g']],
  ])('goes where %s', (_, found, leaving) => {
    expect(keepsStream(found, new Set(leaving))).toBeUndefined();
  });

  it.each([
    ['no group reads what is in it', { ...empty, length: 2 }, [], /^2 messages are in it, and no group reads it/],
    ['a foreign group reads it', { ...empty, groups: [done] }, [], /^Group "g", which msgctl did not make, still reads it/],
    ["another project's group reads it", { ...empty, groups: [{ ...done, owner: 'other' }] }, [], /^Group "g" of project "other" still/],
    [
      'one of its groups cannot go',
      { ...empty, groups: [{ ...done, pending: 1 }] },
      ['g'],
      /^Its group "g" cannot go: 1 message was given/,
    ],
  ])('stays where %s', (_, found, leaving, reason) => {
    expect(keepsStream(found, new Set(leaving))).toMatch(reason);
  });
});
