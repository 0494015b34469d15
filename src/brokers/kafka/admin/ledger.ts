import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../../diagnostics/failure.ts';
import { CODES, explain } from '../explain.ts';
import { OWNERS_TOPIC, type OwnerEntry } from '../owners.ts';
import type { Connection } from './connection.ts';
import type { Broker, FetchedMessage } from './kafkajs.ts';
import { alterConfigs, createTopics, describeConfigs, type Metadata } from './requests.ts';

/** The records of the owners' topic up to `end`. */
export type LedgerPart = { readonly entries: readonly OwnerEntry[]; readonly end: bigint };

const POLICY = { 'cleanup.policy': 'compact' } as const;
/** kafkajs reads no other compression without more packages, so the topic keeps what it is given whatever the brokers' default is. */
const CONFIGS = { ...POLICY, 'compression.type': 'uncompressed' } as const;
const EARLIEST = -2;
const LATEST = -1;
const ENTRIES_AT_ONCE = 500;
const WAIT = 50;
const PATIENCE = 10_000;

/** Reads the records from `start`, or from the first there is, to the end, without a consumer group. Where the topic is not there nothing is owned. */
export async function readLedger(connection: Connection, metadata: Metadata, start?: bigint): Promise<LedgerPart> {
  const leader = await leaderOf(connection, metadata);
  if (!leader) return { entries: [], end: 0n };
  const entries: OwnerEntry[] = [];
  const end = await offsetAt(leader, LATEST);
  let next = start ?? (await offsetAt(leader, EARLIEST));
  while (next < end) {
    const messages = await messagesFrom(leader, next);
    entries.push(...messages.flatMap(entryOf));
    // Compaction can leave nothing of a batch.
    next = BigInt(messages.at(-1)?.offset ?? next) + 1n;
  }
  return { entries, end };
}

/** A batch is given whole, also what stands in it before the offset asked for. */
async function messagesFrom(leader: Broker, offset: bigint): Promise<readonly FetchedMessage[]> {
  const partitions = [{ partition: 0, fetchOffset: String(offset), maxBytes: 4_194_304 }];
  const { responses } = await leader.fetch({ topics: [{ topic: OWNERS_TOPIC, partitions }], maxWaitTime: 500, minBytes: 1 });
  return (responses[0]?.partitions[0]?.messages ?? []).filter((message) => BigInt(message.offset) >= offset);
}

function entryOf({ key, value, isControlRecord }: FetchedMessage): readonly OwnerEntry[] {
  return key && !isControlRecord ? [{ key: textOf(key), ...(value && { value: textOf(value) }) }] : [];
}

/** Writes records; all of them stand when it returns. Throws what kafkajs throws. */
export async function writeLedger(connection: Connection, entries: readonly OwnerEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const leader = await leaderOf(connection, await connection.refresh());
  if (!leader) throw withoutLeader(connection);
  for (let start = 0; start < entries.length; start += ENTRIES_AT_ONCE) {
    const messages = entries
      .slice(start, start + ENTRIES_AT_ONCE)
      .map(({ key, value = null }) => ({ key, value, timestamp: String(Date.now()) }));
    await leader.produce({ topicData: [{ topic: OWNERS_TOPIC, partitions: [{ partition: 0, messages }] }] });
  }
}

/** Makes the owners' topic where it is not there, and makes sure that it forgets nothing. Throws `Failure`. */
export async function ensureLedger(connection: Connection, replication: number | undefined): Promise<void> {
  const metadata = await connection.refresh();
  if (metadata.topicMetadata.some(({ topic }) => topic === OWNERS_TOPIC)) return ensureCompacted(connection);
  const shape = { partitions: 1, ...(replication !== undefined && { replication }), configs: CONFIGS };
  const answers = await connection.onController((broker) => createTopics(broker, [{ name: OWNERS_TOPIC, shape }], false));
  const answer = answers.get(OWNERS_TOPIC) ?? { code: CODES.timedOut };
  if (answer.code !== CODES.ok && answer.code !== CODES.topicExists) throw cannotKeep(connection, explain(answer));
  for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(WAIT)) {
    if (leaderId(await connection.refresh()) !== undefined) return;
  }
  throw withoutLeader(connection);
}

async function ensureCompacted(connection: Connection): Promise<void> {
  const described = (await describeConfigs(await connection.controller(), [OWNERS_TOPIC])).get(OWNERS_TOPIC);
  if (!described || 'refused' in described || described.configs['cleanup.policy'] === POLICY['cleanup.policy']) return;
  const configs = Object.entries(POLICY).map(([name, value]) => ({ name, value }));
  const answers = await connection.onController((broker) => alterConfigs(broker, [{ name: OWNERS_TOPIC, configs }], false));
  const answer = answers.get(OWNERS_TOPIC) ?? { code: CODES.timedOut };
  if (answer.code !== CODES.ok) throw cannotKeep(connection, explain(answer));
}

async function leaderOf(connection: Connection, metadata: Metadata): Promise<Broker | undefined> {
  if (!metadata.topicMetadata.some(({ topic }) => topic === OWNERS_TOPIC)) return undefined;
  const leader = leaderId(metadata);
  if (leader === undefined) throw withoutLeader(connection);
  return connection.broker(leader);
}

function leaderId({ topicMetadata }: Metadata): number | undefined {
  const leader = topicMetadata.find(({ topic }) => topic === OWNERS_TOPIC)?.partitionMetadata[0]?.leader;
  return leader === undefined || leader < 0 ? undefined : leader;
}

async function offsetAt(broker: Broker, timestamp: number): Promise<bigint> {
  const { responses } = await broker.listOffsets({ topics: [{ topic: OWNERS_TOPIC, partitions: [{ partition: 0, timestamp }] }] });
  return BigInt(responses[0]?.partitions[0]?.offset ?? 0);
}

function withoutLeader({ access: { endpoint } }: Connection): Failure {
  return new Failure('broker-unreachable', {
    message: `Transport "${endpoint.transport}": no broker serves the topic "${OWNERS_TOPIC}" at the moment.`,
    why: 'It tells which topics msgctl made. Nothing was changed.',
    advice: 'Start the brokers that keep it, then try again.',
  });
}

function cannotKeep({ access: { endpoint } }: Connection, reason: string): Failure {
  return new Failure('broker-refused', {
    message: `Transport "${endpoint.transport}": Kafka does not let msgctl keep the topic "${OWNERS_TOPIC}". ${reason}`,
    why: 'It tells which topics msgctl made; without it they would be foreign to the next plan. Nothing was changed.',
    advice: `Give the user the rights to create it, or let those who run the cluster make it: one partition, cleanup.policy=compact.`,
  });
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
