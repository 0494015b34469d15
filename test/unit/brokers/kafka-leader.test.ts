import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/brokers/kafka/admin/connection.ts';
import type { Broker } from '../../../src/brokers/kafka/admin/kafkajs.ts';
import { onLeader } from '../../../src/brokers/kafka/admin/leader.ts';
import type { Metadata } from '../../../src/brokers/kafka/admin/requests.ts';
import { OWNERS_TOPIC } from '../../../src/brokers/kafka/owners.ts';

/** What kafkajs throws where a broker answers with an error of the protocol. */
const refusal = (code: number) => Object.assign(new Error('refused'), { name: 'KafkaJSProtocolError', code });

const ledBy = (leader: number): Metadata =>
  ({ topicMetadata: [{ topic: OWNERS_TOPIC, partitionMetadata: [{ partitionId: 0, leader, replicas: [1] }] }] }) as unknown as Metadata;

/** A cluster whose metadata change with every look, down to the last. */
function clusterOf(looks: readonly Metadata[]) {
  const asked: number[] = [];
  let look = 0;
  const connection = {
    access: { endpoint: { transport: 'log' } },
    refresh: async () => looks[Math.min(look++, looks.length - 1)] as Metadata,
    broker: async (nodeId: number) => {
      asked.push(nodeId);
      return { nodeId } as unknown as Broker;
    },
  } as unknown as Connection;
  return { connection, asked };
}

describe('asking the leader of the topic of owners', () => {
  it.each([
    ['the broker does not know the topic yet', 3],
    ['the leader is being chosen', 5],
    ['the broker has not heard that it leads, or leads no longer', 6],
  ])('asks again where %s', async (_, code) => {
    const { connection, asked } = clusterOf([ledBy(2)]);
    const answers = [refusal(code), refusal(code), 'well'];
    const answer = await onLeader(connection, ledBy(1), async () => {
      const next = answers.shift();
      if (next instanceof Error) throw next;
      return next;
    });
    expect(answer).toBe('well');
    expect(asked).toEqual([1, 2, 2]);
  });

  it('waits for a leader where there is none', async () => {
    const { connection, asked } = clusterOf([ledBy(-1), ledBy(3)]);
    expect(await onLeader(connection, ledBy(-1), async () => 'well')).toBe('well');
    expect(asked).toEqual([3]);
  });

  it('passes on what is not about the leader, at once', async () => {
    const { connection, asked } = clusterOf([ledBy(1)]);
    const refused = onLeader(connection, ledBy(1), async () => {
      throw refusal(29);
    });
    await expect(refused).rejects.toMatchObject({ code: 29 });
    expect(asked).toEqual([1]);
  });

  it('asks nobody where the topic is not there', async () => {
    const { connection, asked } = clusterOf([ledBy(1)]);
    expect(await onLeader(connection, { topicMetadata: [] } as unknown as Metadata, async () => 'well')).toBeUndefined();
    expect(asked).toEqual([]);
  });
});
