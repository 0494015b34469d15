import { describe, expect, it } from 'vitest';
import {
  intentEntry,
  isRecorded,
  type OwnerEntry,
  ownerEntry,
  ownerOf,
  readOwners,
  removalEntry,
  removalsDone,
} from '../../../src/brokers/kafka/owners.ts';
import type { FoundTopic } from '../../../src/brokers/kafka/topic-shape.ts';

const topic: FoundTopic = { name: 'orders', id: 'one', partitions: 3, replication: 1, configs: { 'retention.ms': '1000' } };
const made = { partitions: 3, configs: topic.configs };

describe('whose a topic is', () => {
  it.each<[string, readonly OwnerEntry[], string | undefined]>([
    ['nothing is recorded', [], undefined],
    ['it is recorded', [ownerEntry('orders', 'school', 'one')], 'school'],
    ['the record knows no id', [ownerEntry('orders', 'school')], 'school'],
    ['the record is of a topic of this name before it', [ownerEntry('orders', 'school', 'zero')], undefined],
    ['the record was taken away', [ownerEntry('orders', 'school', 'one'), { key: 'orders' }], undefined],
    ['the record cannot be understood', [{ key: 'orders', value: '{' }], undefined],
    ['a run announced it and was cut off', [intentEntry('orders', 'run', 'school', made)], 'school'],
    ['a run announced another', [intentEntry('orders', 'run', 'school', { ...made, partitions: 4 })], undefined],
    ['a run announced it without a config', [intentEntry('orders', 'run', 'school', { partitions: 3, configs: {} })], undefined],
    ['a run took its word back', [intentEntry('orders', 'run', 'school', made), { key: 'orders/run' }], undefined],
    ['two projects announced it', [intentEntry('orders', 'a', 'school', made), intentEntry('orders', 'b', 'others', made)], undefined],
    ['it is recorded for another', [intentEntry('orders', 'a', 'school', made), ownerEntry('orders', 'others', 'one')], 'others'],
    ['another topic is recorded', [ownerEntry('orders.dead', 'school')], undefined],
    ['a name is one of JavaScript', [{ key: '__proto__', value: '{"owner":"school"}' }], undefined],
  ])('where %s', (_, entries, owner) => {
    expect(ownerOf(readOwners(entries), topic)).toBe(owner);
  });

  it('is recorded only by a record of its own', () => {
    expect(isRecorded(readOwners([intentEntry('orders', 'run', 'school', made)]), topic)).toBe(false);
    expect(isRecorded(readOwners([ownerEntry('orders', 'school', 'one')]), topic)).toBe(true);
  });
});

describe('a topic that a run was about to take away', () => {
  const removal = (id?: string, owner = 'school') => removalEntry({ name: 'orders', ...(id !== undefined && { id }) }, 'run', owner);
  const record = ownerEntry('orders', 'school', 'one');

  it.each<[string, readonly OwnerEntry[], FoundTopic | undefined, readonly string[]]>([
    ['is gone', [record, removal('one')], undefined, ['orders', 'orders/run']],
    ['was made anew by somebody else', [record, removal('one')], { ...topic, id: 'two' }, ['orders', 'orders/run']],
    ['is still there', [record, removal('one')], topic, ['orders/run']],
    ['was made anew by us since', [removal('one'), ownerEntry('orders', 'school', 'two')], undefined, ['orders/run']],
    ['is on a broker without ids, and there', [ownerEntry('orders', 'school'), removal()], { ...topic, id: 'one' }, ['orders/run']],
    ['belongs to another project', [ownerEntry('orders', 'others', 'one'), removal('one', 'others')], undefined, []],
  ])('%s', (_, entries, found, keys) => {
    expect(removalsDone(readOwners(entries), 'orders', 'school', found)).toEqual(keys.map((key) => ({ key })));
  });

  it("stays its owner's until it is gone", () => {
    expect(ownerOf(readOwners([record, removal('one')]), topic)).toBe('school');
  });
});
