import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/brokers/kafka/admin/connection.ts';
import type { Metadata } from '../../../src/brokers/kafka/admin/requests.ts';
import { readKeeping } from '../../../src/brokers/kafka/admin/use.ts';

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
