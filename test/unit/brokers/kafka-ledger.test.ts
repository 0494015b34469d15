import { describe, expect, it } from 'vitest';
import { partOf } from '../../../src/brokers/kafka/admin/ledger.ts';

describe('reading the records of owners', () => {
  const record = (offset: string) => ({ offset, key: Buffer.from('orders'), value: null });
  const nothing = [{ partitions: [{ errorCode: 0, messages: [] }] }];

  it.each([
    {
      does: 'goes on after the last record, without those before the offset',
      answer: { responses: [{ partitions: [{ messages: ['4', '5', '7'].map(record) }] }] },
      expected: { count: 2, next: 8n },
    },
    {
      does: 'takes what a throttled answer has',
      answer: { responses: [{ partitions: [{ messages: [record('5')] }] }], clientSideThrottleTime: 90 },
      expected: { count: 1, next: 6n },
    },
    { does: 'steps over what compaction took away', answer: { responses: nothing }, expected: { count: 0, next: 6n } },
    {
      does: 'asks again where the client is to throttle itself',
      answer: { responses: nothing, throttleTime: 0, clientSideThrottleTime: 90 },
      expected: { count: 0, next: 5n },
    },
    { does: 'asks again where the broker throttled', answer: { responses: nothing, throttleTime: 90 }, expected: { count: 0, next: 5n } },
    { does: 'asks again where no partition was answered', answer: { responses: [] }, expected: { count: 0, next: 5n } },
    {
      does: 'asks again where the partition was refused',
      answer: { responses: [{ partitions: [{ errorCode: 6, messages: [] }] }] },
      expected: { count: 0, next: 5n },
    },
  ])('$does', ({ answer, expected }) => {
    const { messages, next } = partOf(answer, 5n);
    expect({ count: messages.length, next }).toEqual(expected);
  });
});
