import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../../diagnostics/failure.ts';
import { CODES, explain, lacksRight } from '../explain.ts';
import { OWNERS_TOPIC, type OwnerEntry } from '../owners.ts';
import type { Connection } from './connection.ts';
import { createTopics } from './creations.ts';
import type { Broker, Fetched, FetchedMessage } from './kafkajs.ts';
import { leaderId, onLeader, withoutLeader } from './leader.ts';
import { alterConfigs, describeConfigs, type Metadata, readMetadata, readRights } from './requests.ts';
import { untilAllShow } from './until-shown.ts';

/** The records of the owners' topic up to `end`. */
export type LedgerPart = { readonly entries: readonly OwnerEntry[]; readonly end: bigint };

const POLICY = { 'cleanup.policy': 'compact' } as const;
/** kafkajs reads no other compression without more packages, so the topic keeps what it is given whatever the brokers' default is. */
const CONFIGS = { ...POLICY, 'compression.type': 'uncompressed' } as const;
/** msgctl sends without compression. */
const AS_SENT = 'producer';
/** Nobody could provision while the only broker that keeps it is down, so it is on several where there are, whatever the cluster's default. */
const REPLICAS = 3;
const EARLIEST = -2;
const LATEST = -1;
const ENTRIES_AT_ONCE = 500;
const WAIT = 50;
const PATIENCE = 10_000;
/** How long reading all records may take, and how long to wait where a quota holds them back; in milliseconds. */
const READING = 60_000;
const THROTTLED = 250;

/**
 * Reads the records from `start`, or from the first there is, to the end, without a consumer group. Where the topic is not there nothing is owned.
 * Throws `Failure` where it may not be read: what looks foreign then may be ours.
 */
export async function readLedger(connection: Connection, metadata: Metadata, start?: bigint): Promise<LedgerPart> {
  try {
    const part = await onLeader(connection, metadata, (leader) => readFrom(leader, connection, start));
    if (part) return part;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === CODES.topicNotAllowed) throw notReadable(connection, 'Read');
    throw error;
  }
  const found = (await readRights(await connection.controller(), [OWNERS_TOPIC]))?.topicMetadata[0];
  if (found?.topicErrorCode === CODES.topicNotAllowed) throw notReadable(connection, 'Describe');
  return { entries: [], end: 0n };
}

function notReadable({ access: { endpoint } }: Connection, operation: 'Read' | 'Describe'): Failure {
  return new Failure('right-missing', {
    message: `Transport "${endpoint.transport}": ${lacksRight(operation, `the topic "${OWNERS_TOPIC}"`)}`,
    why: 'It tells which topics msgctl made; without it they would look like those of others. Nothing was changed.',
    advice: `Give the user the rights Read and Write on the topic "${OWNERS_TOPIC}", and Create where it is not there yet.`,
  });
}

async function readFrom(leader: Broker, connection: Connection, start: bigint | undefined): Promise<LedgerPart> {
  const entries: OwnerEntry[] = [];
  const end = await offsetAt(leader, LATEST);
  let next = start ?? (await offsetAt(leader, EARLIEST));
  const deadline = Date.now() + READING;
  while (next < end) {
    if (Date.now() > deadline) throw tooSlow(connection);
    const partitions = [{ partition: 0, fetchOffset: String(next), maxBytes: 4_194_304 }];
    const part = partOf(await leader.fetch({ topics: [{ topic: OWNERS_TOPIC, partitions }], maxWaitTime: 500, minBytes: 1 }), next);
    if (part.next === next) await sleep(THROTTLED);
    entries.push(...part.messages.flatMap(entryOf));
    next = part.next;
  }
  return { entries, end };
}

/** The records in an answer, and where to go on: at the same offset where it says nothing of what stands there. */
export function partOf(
  { responses, throttleTime = 0, clientSideThrottleTime = 0 }: Fetched,
  offset: bigint,
): { readonly messages: readonly FetchedMessage[]; readonly next: bigint } {
  const partition = responses[0]?.partitions[0];
  // A batch is given whole, also what stands in it before the offset asked for.
  const messages = (partition?.messages ?? []).filter((message) => BigInt(message.offset) >= offset);
  const last = messages.at(-1);
  if (last) return { messages, next: BigInt(last.offset) + 1n };
  // Where a quota is used up Kafka answers at once and with nothing, whatever there is to read.
  const isThrottled = throttleTime > 0 || clientSideThrottleTime > 0;
  const isAnswered = partition !== undefined && (partition.errorCode ?? 0) === 0 && !isThrottled;
  // Compaction can leave nothing of a batch.
  return { messages, next: isAnswered ? offset + 1n : offset };
}

function entryOf({ key, value, isControlRecord }: FetchedMessage): readonly OwnerEntry[] {
  return key && !isControlRecord ? [{ key: textOf(key), ...(value && { value: textOf(value) }) }] : [];
}

/** Writes records; all of them stand when it returns. Throws what kafkajs throws. */
export async function writeLedger(connection: Connection, entries: readonly OwnerEntry[]): Promise<void> {
  if (entries.length === 0) return;
  for (let start = 0; start < entries.length; start += ENTRIES_AT_ONCE) {
    const messages = entries
      .slice(start, start + ENTRIES_AT_ONCE)
      .map(({ key, value = null }) => ({ key, value, timestamp: String(Date.now()) }));
    const topicData = [{ topic: OWNERS_TOPIC, partitions: [{ partition: 0, messages }] }];
    const isWritten = await onLeader(connection, await connection.refresh(), (leader) => leader.produce({ topicData }).then(() => true));
    if (!isWritten) throw withoutLeader(connection);
  }
}

/** Makes the owners' topic where it is not there, and makes sure that it forgets nothing. Throws `Failure`. */
export async function ensureLedger(connection: Connection, replication: number | undefined): Promise<void> {
  const metadata = await connection.refresh();
  if (metadata.topicMetadata.some(({ topic }) => topic === OWNERS_TOPIC)) return ensureCompacted(connection);
  const shape = { partitions: 1, replication: replication ?? Math.min(REPLICAS, metadata.brokers.length), configs: CONFIGS };
  const answers = await connection.onController((broker) => createTopics(broker, [{ name: OWNERS_TOPIC, shape }], false));
  const answer = answers.get(OWNERS_TOPIC) ?? { code: CODES.timedOut };
  if (answer.code !== CODES.ok && answer.code !== CODES.topicExists) throw cannotKeep(connection, explain(answer));
  for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(WAIT)) {
    if (leaderId(await connection.refresh()) === undefined) continue;
    return untilAllShow(connection, async (broker) => (leaderId(await readMetadata(broker)) === undefined ? 1 : 0));
  }
  throw withoutLeader(connection);
}

async function ensureCompacted(connection: Connection): Promise<void> {
  const described = (await describeConfigs(await connection.controller(), [OWNERS_TOPIC])).get(OWNERS_TOPIC);
  if (!described || 'refused' in described) return;
  const { 'cleanup.policy': policy, 'compression.type': compression = 'producer' } = described.effective;
  const isReadable = compression === CONFIGS['compression.type'] || compression === AS_SENT;
  if (policy === POLICY['cleanup.policy'] && isReadable) return;
  const configs = Object.entries(isReadable ? POLICY : CONFIGS).map(([name, value]) => ({ name, value }));
  const answers = await connection.onController((broker) => alterConfigs(broker, [{ name: OWNERS_TOPIC, configs }], false));
  const answer = answers.get(OWNERS_TOPIC) ?? { code: CODES.timedOut };
  if (answer.code !== CODES.ok) throw cannotKeep(connection, explain(answer));
}

async function offsetAt(broker: Broker, timestamp: number): Promise<bigint> {
  const { responses } = await broker.listOffsets({ topics: [{ topic: OWNERS_TOPIC, partitions: [{ partition: 0, timestamp }] }] });
  return BigInt(responses[0]?.partitions[0]?.offset ?? 0);
}

function tooSlow({ access: { endpoint } }: Connection): Failure {
  return new Failure('broker-unreachable', {
    message: `Transport "${endpoint.transport}": the topic "${OWNERS_TOPIC}" could not be read within ${READING / 1000} s, perhaps because of a client quota.`,
    why: 'It tells which topics msgctl made; without it msgctl does not know what it may change. What is not read is not changed.',
    advice: 'Try again later, or let those who run the cluster raise the quota of the user that msgctl logs in as.',
  });
}

function cannotKeep({ access: { endpoint } }: Connection, reason: string): Failure {
  return new Failure('broker-refused', {
    message: `Transport "${endpoint.transport}": Kafka does not let msgctl keep the topic "${OWNERS_TOPIC}". ${reason}`,
    why: 'It tells which topics msgctl made; without it they would be foreign to the next plan. Nothing was changed.',
    advice: `Give the user the rights to create it, or let those who run the cluster make it: one partition, cleanup.policy=compact, compression.type=uncompressed.`,
  });
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
