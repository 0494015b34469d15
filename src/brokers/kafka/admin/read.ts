import { CODES, explain } from '../explain.ts';
import { OWNERS_TOPIC } from '../owners.ts';
import { replicationOf } from '../replicas.ts';
import type { FoundTopic } from '../topic-shape.ts';
import type { Connection } from './connection.ts';
import { listMoves, type Moves, placementsOf } from './reassignments.ts';
import { describeConfigs, type Metadata, type TopicMetadata } from './requests.ts';

/** A cluster as it was found: its topics by name, without Kafka's own and msgctl's own. */
export type FoundCluster = {
  readonly metadata: Metadata;
  readonly topics: ReadonlyMap<string, FoundTopic>;
  /** Topics whose configs may not be read, and why. */
  readonly hidden: ReadonlyMap<string, string>;
};

const TOPICS_AT_ONCE = 500;
/** What brokers before 2.8 are given instead of ids. */
const NO_ID = Buffer.alloc(16).toString('base64url');

/** Reads every topic: one request for all of them, and one for the configs of each 500. */
export async function readCluster(connection: Connection, only?: ReadonlySet<string>): Promise<FoundCluster> {
  const metadata = await connection.refresh();
  const listed = metadata.topicMetadata.filter((topic) => isShown(topic) && (only?.has(topic.topic) ?? true));
  const broker = await connection.controller();
  const moves = await listMoves(broker);
  const topics = new Map<string, FoundTopic>();
  const hidden = new Map<string, string>();
  for (let start = 0; start < listed.length; start += TOPICS_AT_ONCE) {
    const portion = listed.slice(start, start + TOPICS_AT_ONCE);
    const described = await describeConfigs(
      broker,
      portion.map(({ topic }) => topic),
    );
    for (const found of portion) {
      const answer = described.get(found.topic) ?? { refused: { code: 3 } };
      // Deleted since it was listed.
      if ('refused' in answer && answer.refused.code === 3) continue;
      if ('refused' in answer) hidden.set(found.topic, explain(answer.refused));
      topics.set(found.topic, { ...foundTopic(found, moves), ...('configs' in answer ? answer : { configs: {} }) });
    }
  }
  return { metadata, topics, hidden };
}

function isShown({ topic, isInternal, topicErrorCode }: TopicMetadata): boolean {
  return !isInternal && topic !== OWNERS_TOPIC && topicErrorCode === CODES.ok;
}

function foundTopic(found: TopicMetadata, moves: Moves | undefined): Omit<FoundTopic, 'configs'> {
  const { topic, topicId, partitionMetadata } = found;
  return {
    name: topic,
    ...(topicId !== undefined && topicId !== NO_ID && { id: topicId }),
    partitions: partitionMetadata.length,
    replication: replicationOf(placementsOf(found, moves)),
  };
}
