/** Kafka's requests for moving the replicas of partitions. */
import { type Answer, CODES } from '../explain.ts';
import type { Placement } from '../replicas.ts';
import { type Broker, ownCall } from './kafkajs.ts';
import type { Answers, TopicMetadata } from './requests.ts';

const LIST_PARTITION_REASSIGNMENTS = 46;
const TIMEOUT = 30_000;

/** The brokers that come and go for each partition that Kafka is moving, by topic and then by partition. */
export type Moves = ReadonlyMap<string, ReadonlyMap<number, Pick<Placement, 'adding' | 'removing'>>>;

/** What is being moved on the whole cluster; undefined where the cluster does not tell, because it is too old or the user lacks the right. */
export async function listMoves(controller: Broker): Promise<Moves | undefined> {
  if (!controller.versions[LIST_PARTITION_REASSIGNMENTS]) return undefined;
  const call = ownCall<Listed>(controller, 'ListPartitionReassignments', { timeout: TIMEOUT });
  const { errorCode, topics } = await controller.connectionPool.send(call);
  if (errorCode !== CODES.ok) return undefined;
  return new Map(
    topics.map(({ name, partitions }) => [
      name,
      new Map(
        partitions.map(({ partition, addingReplicas, removingReplicas }) => [
          partition,
          { adding: addingReplicas, removing: removingReplicas },
        ]),
      ),
    ]),
  );
}

type Listed = {
  readonly errorCode: number;
  readonly topics: readonly {
    readonly name: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly addingReplicas: readonly number[];
      readonly removingReplicas: readonly number[];
    }[];
  }[];
};

/** Where the partitions of a topic are, with what is under way. */
export function placementsOf({ topic, partitionMetadata }: TopicMetadata, moves: Moves | undefined): readonly Placement[] {
  const moving = moves?.get(topic);
  return partitionMetadata.map(({ partitionId, leader, replicas, isr }) => ({
    partition: partitionId,
    leader,
    replicas,
    inSync: isr,
    ...moving?.get(partitionId),
  }));
}

/** Has the partitions of topics moved, all in one request. Kafka copies them in its own time. */
export async function reassign(
  broker: Broker,
  topics: readonly { readonly name: string; readonly placements: readonly Placement[] }[],
): Promise<Answers> {
  const asked = topics.map(({ name, placements }) => ({
    topic: name,
    partitionAssignment: placements.map(({ partition, replicas }) => ({ partition, replicas })),
  }));
  const call = ownCall<Reassigned>(broker, 'AlterPartitionReassignments', { topics: asked, timeout: TIMEOUT });
  const { errorCode, responses } = await broker.connectionPool.send(call);
  const told = new Map(responses.map(({ topic, partitions }) => [topic, partitions.map((partition) => partition.errorCode)]));
  return new Map(
    topics.map(({ name }): readonly [string, Answer] => {
      const codes = [errorCode, ...(told.get(name) ?? [])];
      return [name, { code: codes.find((code) => code !== CODES.ok) ?? CODES.ok }];
    }),
  );
}

type Reassigned = {
  readonly errorCode: number;
  readonly responses: readonly { readonly topic: string; readonly partitions: readonly { readonly errorCode: number }[] }[];
};
