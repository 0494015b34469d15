import { describe, expect, it } from 'vitest';
import {
  type FoundTopic,
  intentEntry,
  isRecorded,
  type OwnerEntry,
  ownerEntry,
  ownerOf,
  readOwners,
} from '../../../src/brokers/kafka/owners.ts';

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
