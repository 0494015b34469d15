import { setTimeout as sleep } from 'node:timers/promises';
import { CODES, explain } from '../explain.ts';
import type { Reader, Span, Use } from '../readers.ts';
import type { Connection } from './connection.ts';
import { describeGroups, fetchCommitted, type Group, listGroups, OFFSETS_TOPIC, type Refused } from './groups.ts';
import type { Broker } from './kafkajs.ts';
import { isBetweenLeaders } from './leader.ts';
import type { Metadata, TopicMetadata } from './requests.ts';

/** How many groups are asked at once for how far they are. */
const GROUPS_AT_ONCE = 50;
const LATEST = -1;
const EARLIEST = -2;
/** What an end is asked for: with what open transactions have written, or without. */
const READ_UNCOMMITTED = 0;
const READ_COMMITTED = 1;
/**
 * How long a partition may be without its leader, or a group without its coordinator, and how long to wait before asking again; in milliseconds. A
 * cluster takes nine seconds to notice that a broker is gone.
 */
const PATIENCE = 20_000;
const WAIT = 200;
/** A coordinator is loading, is not there, or is another one now. */
const BETWEEN_COORDINATORS: ReadonlySet<number> = new Set([CODES.coordinatorLoading, CODES.coordinatorNotAvailable, CODES.notCoordinator]);

/** That it is not told who reads topics, and why: full sentences. */
export type Untold = { readonly untold: string };

function isLed({ partitionMetadata }: TopicMetadata): boolean {
  return partitionMetadata.every(({ leader }) => leader >= 0);
}

/**
 * How topics are used now: what they keep, who reads them, how far each reader is; nothing of those that are not there or have a partition
 * without a leader. Where a group does not tell, nothing is told of any. Throws what kafkajs throws.
 */
export async function readUse(connection: Connection, names: ReadonlySet<string>): Promise<ReadonlyMap<string, Use> | Untold> {
  const { topics, spans } = await whileOthersTakeOver(connection, async ({ topicMetadata }) => {
    const named = topicMetadata.filter((found) => names.has(found.topic) && isLed(found));
    return { topics: named, spans: await readSpans(connection, named) };
  });
  const readers = await readReaders(connection, topics);
  if ('untold' in readers) return readers;
  return new Map(topics.map(({ topic }) => [topic, { spans: spans.get(topic) ?? [], readers: readers.get(topic) ?? [] }]));
}

/**
 * Reads something again where a broker does not tell because another is just taking over from it, as long as that may take. Who cannot even say which
 * brokers there are is not waited for.
 */
async function whileOthersTakeOver<T>(connection: Connection, read: (metadata: Metadata) => Promise<T>): Promise<T> {
  for (const end = Date.now() + PATIENCE; ; await sleep(WAIT)) {
    const metadata = await connection.refresh();
    try {
      return await read(metadata);
    } catch (error) {
      if (!(isBetweenLeaders(error) || isPassing(error)) || Date.now() > end) throw error;
    }
  }
}

/**
 * What a broker answers besides while the lead of a partition moves: it has no copy any more, its disk is gone, or it leads and does not know yet up to
 * where all have it. Kafka's protocol guide lists these codes as retriable.
 */
const PASSING: ReadonlySet<unknown> = new Set([9, 56, 78]);
const GONE: ReadonlySet<string> = new Set(['KafkaJSConnectionError', 'KafkaJSConnectionClosedError', 'KafkaJSBrokerNotFound']);

/** Whether a broker is gone, or cannot tell at this moment, and another will. */
function isPassing(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 6; at = at.cause, depth += 1) {
    if (GONE.has(at.name) || PASSING.has((at as { readonly code?: unknown }).code)) return true;
  }
  return false;
}

/** The topics of these that keep messages, or may: a partition without a leader does not tell. */
export async function readKeeping(connection: Connection, names: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const { topics, spans } = await whileOthersTakeOver(connection, async ({ topicMetadata }) => {
    const named = topicMetadata.filter(({ topic }) => names.has(topic));
    return { topics: named, spans: await readSpans(connection, named.filter(isLed)) };
  });
  const keeping = topics.filter(({ topic }) => !spans.has(topic) || (spans.get(topic) ?? []).some(({ begin, end }) => end > begin));
  return new Set(keeping.map(({ topic }) => topic));
}

/** What the partitions of topics keep, asked of the brokers that lead them. Throws where one has no leader. */
async function readSpans(connection: Connection, topics: readonly TopicMetadata[]): Promise<ReadonlyMap<string, readonly Span[]>> {
  const byLeader = new Map<number, Map<string, number[]>>();
  for (const { topic, partitionMetadata } of topics) {
    for (const { partitionId, leader } of partitionMetadata) {
      const led = byLeader.get(leader) ?? new Map<string, number[]>();
      led.set(topic, [...(led.get(topic) ?? []), partitionId]);
      byLeader.set(leader, led);
    }
  }
  const spans = new Map<string, Span[]>();
  for (const [leader, led] of byLeader) {
    const broker = await connection.broker(leader);
    // In this order: a transaction that begins in between stands behind the end, and one that ends in between is over.
    const ends = await offsetsAt(broker, led, { timestamp: LATEST, isolationLevel: READ_UNCOMMITTED });
    const stables = await offsetsAt(broker, led, { timestamp: LATEST, isolationLevel: READ_COMMITTED });
    const begins = await offsetsAt(broker, led, { timestamp: EARLIEST, isolationLevel: READ_UNCOMMITTED });
    for (const [topic, partitions] of ends) {
      const found = [...partitions].map(([partition, end]) => ({
        partition,
        begin: begins.get(topic)?.get(partition) ?? 0n,
        stable: stables.get(topic)?.get(partition) ?? end,
        end,
      }));
      spans.set(topic, [...(spans.get(topic) ?? []), ...found]);
    }
  }
  return spans;
}

async function offsetsAt(
  broker: Broker,
  led: ReadonlyMap<string, readonly number[]>,
  { timestamp, isolationLevel }: { readonly timestamp: number; readonly isolationLevel: number },
): Promise<ReadonlyMap<string, ReadonlyMap<number, bigint>>> {
  const topics = [...led].map(([topic, partitions]) => ({ topic, partitions: partitions.map((partition) => ({ partition, timestamp })) }));
  const { responses } = await broker.listOffsets({ isolationLevel, topics });
  return new Map(
    responses.map(({ topic, partitions }) => [topic, new Map(partitions.map(({ partition, offset }) => [partition, BigInt(offset)]))]),
  );
}

type ReadersByTopic = ReadonlyMap<string, readonly Reader[]>;

async function readReaders(connection: Connection, topics: readonly TopicMetadata[]): Promise<ReadersByTopic | Untold> {
  for (const end = Date.now() + PATIENCE; ; await sleep(WAIT)) {
    const found = await whileOthersTakeOver(connection, (metadata) => tryReaders(connection, metadata, topics));
    if (!('code' in found)) return found;
    if (!BETWEEN_COORDINATORS.has(found.code) || Date.now() > end) return notTold(found);
  }
}

/** Groups that no broker coordinates at the moment are on no broker's list, as if they were not there. */
function areAllCoordinated({ topicMetadata }: Metadata): boolean {
  return topicMetadata.every((found) => found.topic !== OFFSETS_TOPIC || isLed(found));
}

async function tryReaders(connection: Connection, metadata: Metadata, topics: readonly TopicMetadata[]): Promise<ReadersByTopic | Refused> {
  if (!areAllCoordinated(metadata)) return { code: CODES.coordinatorNotAvailable };
  const readers = new Map<string, Reader[]>(topics.map(({ topic }) => [topic, []]));
  for (const { nodeId } of metadata.brokers) {
    const broker = await connection.broker(nodeId);
    const listed = await listGroups(broker);
    if ('code' in listed) return listed;
    const groups = await describeGroups(broker, listed);
    if ('code' in groups) return groups;
    for (let start = 0; start < groups.length; start += GROUPS_AT_ONCE) {
      const found = await Promise.all(groups.slice(start, start + GROUPS_AT_ONCE).map((group) => readGroup(broker, group, topics)));
      const refused = found.find((each): each is Refused => 'code' in each);
      if (refused) return refused;
      for (const [topic, reader] of found.flatMap((each) => ('code' in each ? [] : each))) readers.get(topic)?.push(reader);
    }
  }
  return readers;
}

/** What a group has to do with each of the topics; nothing of those that it does not read. */
async function readGroup(
  broker: Broker,
  { id, members, isVeiled }: Group,
  topics: readonly TopicMetadata[],
): Promise<readonly (readonly [string, Reader])[] | Refused> {
  const asked = topics.map(({ topic, partitionMetadata }) => ({
    topic,
    partitions: partitionMetadata.map(({ partitionId }) => partitionId),
  }));
  const committed = await fetchCommitted(broker, id, asked);
  if ('code' in committed) return committed;
  return topics.flatMap(({ topic }) => {
    const positions = committed.get(topic) ?? new Map<number, bigint>();
    const reading = members.filter((member) => member.topics === 'unknown' || member.topics.has(topic)).length;
    const reader: Reader = { group: id, members: reading, committed: positions, ...(isVeiled && { isVeiled }) };
    return reading > 0 || positions.size > 0 ? [[topic, reader] as const] : [];
  });
}

function notTold({ group, code }: Refused): Untold {
  const what = group === undefined ? 'The consumer groups cannot all be looked at.' : `The consumer group "${group}" may not be looked at.`;
  const advice =
    code === CODES.groupNotAllowed
      ? 'Give the user that msgctl logs in as the right Describe on all groups, or delete the topic by hand.'
      : 'Plan again when that is over, or delete the topic by hand.';
  return { untold: `${what} ${explain({ code })} Without it msgctl cannot tell whether somebody still reads the topic. ${advice}` };
}
