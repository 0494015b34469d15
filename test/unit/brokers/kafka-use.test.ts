import { describe, expect, it, vi } from 'vitest';
import type { Connection } from '../../../src/brokers/kafka/admin/connection.ts';
import type { Metadata } from '../../../src/brokers/kafka/admin/requests.ts';
import { readKeeping, readUse } from '../../../src/brokers/kafka/admin/use.ts';

/** What kafkajs throws where a broker answers with an error of the protocol. */
const refusal = (code: number) => Object.assign(new Error('refused'), { name: 'KafkaJSProtocolError', code });
const named = (name: string) => Object.assign(new Error('connect ECONNREFUSED'), { name });

/** A cluster whose brokers fail in these ways first, one after the other, and then tell that a message is in every partition. */
function clusterOf(failures: Error[], leaders: readonly number[]) {
  const asked: number[] = [];
  let look = 0;
  const connection = {
    access: { endpoint: { transport: 'log' } },
    refresh: async () => {
      const leader = leaders[Math.min(look++, leaders.length - 1)];
      return { topicMetadata: [{ topic: 'kept', partitionMetadata: [{ partitionId: 0, leader }] }] } as unknown as Metadata;
    },
    broker: async (nodeId: number) => {
      asked.push(nodeId);
      const failure = failures.shift();
      if (failure?.name === 'KafkaJSConnectionError') throw failure;
      return {
        listOffsets: async ({ topics: [asks] }: { topics: { partitions: { timestamp: number }[] }[] }) => {
          if (failure) throw failure;
          const offset = asks?.partitions[0]?.timestamp === -1 ? '1' : '0';
          return { responses: [{ topic: 'kept', partitions: [{ partition: 0, offset }] }] };
        },
      };
    },
  } as unknown as Connection;
  return { connection, asked };
}

describe('what topics keep', () => {
  it.each([
    ['does not know the partition yet', refusal(3)],
    ['has no leader to name', refusal(5)],
    ['leads no longer', refusal(6)],
    ['has no copy of it any more', refusal(9)],
    ['has lost the disk that it was on', refusal(56)],
    ['leads, and does not know yet up to where all have it', refusal(78)],
    ['is gone', named('KafkaJSConnectionError')],
    ['goes while it is asked', named('KafkaJSConnectionClosedError')],
    ['is gone, as kafkajs tells it after trying again', new Error('retries exceeded', { cause: named('KafkaJSConnectionError') })],
  ])('is asked again of whoever leads then where a broker %s', async (_, failure) => {
    const { connection, asked } = clusterOf([failure, failure], [1, 1, 2]);
    expect(await readKeeping(connection, new Set(['kept']))).toEqual(new Set(['kept']));
    expect(asked).toEqual([1, 1, 2]);
  });

  it('is not asked again where it may not be told', async () => {
    const { connection, asked } = clusterOf([refusal(29)], [1]);
    await expect(readKeeping(connection, new Set(['kept']))).rejects.toMatchObject({ code: 29 });
    expect(asked).toEqual([1]);
  });

  it('is asked of nobody where nobody can say who leads', async () => {
    const { connection } = clusterOf([named('KafkaJSConnectionError')], [1]);
    let looks = 0;
    const refresh = async () => {
      looks += 1;
      if (looks > 1) throw named('KafkaJSNumberOfRetriesExceeded');
      return connection.refresh();
    };
    await expect(readKeeping({ ...connection, refresh }, new Set(['kept']))).rejects.toMatchObject({
      name: 'KafkaJSNumberOfRetriesExceeded',
    });
    expect(looks).toBe(2);
  });
});

/** Who leads the topic of the groups, and errors with which a broker answers who looks at a group. */
type More = { readonly offsetsLeader?: number; readonly described?: number; readonly fetched?: number; readonly ofPartition?: number };

const REQUESTS: Readonly<Record<number, string>> = { 9: 'OffsetFetch', 15: 'DescribeGroups', 16: 'ListGroups' };

/** A cluster of one broker on which `kept` holds a message that a transaction wrote, with groups that are listed so. */
function clusterWith(listed: { readonly errorCode: number; readonly groups: readonly object[] }[], more: More = {}) {
  const { offsetsLeader = 1, described = 0, fetched = 0, ofPartition = 0 } = more;
  const partitions = [{ partition: 0, offset: '1', errorCode: ofPartition }];
  const answers: Readonly<Record<string, () => object>> = {
    ListGroups: () => (listed.length > 1 ? listed.shift() : listed[0]) ?? {},
    DescribeGroups: () => ({ groups: [{ groupId: 'billing', errorCode: described, state: 'Empty', members: [] }] }),
    OffsetFetch: () => ({ errorCode: fetched, responses: [{ topic: 'kept', partitions }] }),
  };
  const topic = (name: string, leader: number) => ({
    topic: name,
    partitionMetadata: [{ partitionId: 0, leader, replicas: [1], isr: [1] }],
  });
  const broker = {
    versions: {},
    lookupRequest: (apiKey: number) => () => ({ request: { apiName: REQUESTS[apiKey] }, response: {} }),
    connectionPool: { send: async ({ request }: { request: { apiName: string } }) => answers[request.apiName]?.() },
    listOffsets: async ({
      isolationLevel,
      topics: [asks],
    }: {
      isolationLevel: number;
      topics: { partitions: { timestamp: number }[] }[];
    }) => {
      const offset = asks?.partitions[0]?.timestamp === -1 && isolationLevel === 0 ? '1' : '0';
      return { responses: [{ topic: 'kept', partitions: [{ partition: 0, offset }] }] };
    },
  };
  return {
    access: { endpoint: { transport: 'log' } },
    refresh: async () => ({ brokers: [{ nodeId: 1 }], topicMetadata: [topic('kept', 1), topic('__consumer_offsets', offsetsLeader)] }),
    broker: async () => broker,
  } as unknown as Connection;
}

const NONE = { errorCode: 0, groups: [] };

describe('how topics are used', () => {
  const kept = new Set(['kept']);

  it('is told with what open transactions have written', async () => {
    expect(await readUse(clusterWith([NONE]), kept)).toEqual(
      new Map([['kept', { spans: [{ partition: 0, begin: 0n, stable: 0n, end: 1n }], readers: [] }]]),
    );
    expect(await readKeeping(clusterWith([NONE]), kept)).toEqual(kept);
  });

  it('is asked again while a broker is loading its groups', async () => {
    const connection = clusterWith([{ errorCode: 14, groups: [] }, { errorCode: 14, groups: [] }, NONE]);
    expect(await readUse(connection, kept)).toEqual(new Map([['kept', expect.objectContaining({ readers: [] })]]));
  });

  it('is not told where groups may not be listed', async () => {
    expect(await readUse(clusterWith([{ errorCode: 31, groups: [] }]), kept)).toEqual({
      untold: expect.stringMatching(/^The consumer groups cannot all be looked at\. .* on the cluster\. Without it msgctl cannot tell/),
    });
  });

  it('is not told where no broker keeps some of the groups', async () => {
    vi.useFakeTimers();
    const found = readUse(clusterWith([NONE], { offsetsLeader: -1 }), kept);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await found).toEqual({ untold: expect.stringMatching(/^The consumer groups .* No broker keeps some of them at the moment\./) });
    vi.useRealTimers();
  });

  it.each<[string, More]>([
    ['described', { described: 30 }],
    ['asked how far it is', { fetched: 30 }],
    ['asked how far it is in this topic', { ofPartition: 30 }],
  ])('is not told where a group may not be %s', async (_, more) => {
    const listed = [{ errorCode: 0, groups: [{ groupId: 'billing', protocolType: 'consumer' }] }];
    expect(await readUse(clusterWith(listed, more), kept)).toEqual({
      untold: expect.stringMatching(/^The consumer group "billing" may not be looked at\. .* lacks the rights for this consumer group\./),
    });
    expect(await readUse(clusterWith(listed), kept)).toEqual(
      new Map([['kept', expect.objectContaining({ readers: [{ group: 'billing', members: 0, committed: new Map([[0, 1n]]) }] })]]),
    );
  });

  it('counts what groups of Kafka Streams have read, and not those of workers', async () => {
    const groups = [
      { groupId: 'flow', protocolType: 'streams' },
      { groupId: 'workers', protocolType: 'connect' },
    ];
    const reader = { group: 'flow', members: 0, committed: new Map([[0, 1n]]), isVeiled: true };
    expect(await readUse(clusterWith([{ errorCode: 0, groups }]), kept)).toEqual(
      new Map([['kept', expect.objectContaining({ readers: [reader] })]]),
    );
  });
});
