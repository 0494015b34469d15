import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../../diagnostics/failure.ts';
import { CODES } from '../explain.ts';
import { OWNERS_TOPIC } from '../owners.ts';
import type { Connection } from './connection.ts';
import type { Broker } from './kafkajs.ts';
import type { Metadata } from './requests.ts';

/** How long a partition may be without a leader, and how long to wait before asking again; in milliseconds. */
const PATIENCE = 10_000;
const WAIT = 50;

/**
 * What a broker answers while it does not know yet, or knows no longer, that it leads a partition. The cluster's metadata name a new
 * partition's leader a moment before the leader itself has heard of it. Kafka's protocol guide lists these codes as retriable; none of
 * them leaves a record behind.
 */
const BETWEEN_LEADERS: ReadonlySet<unknown> = new Set([CODES.unknownTopic, CODES.leaderNotAvailable, CODES.notLeader]);

/**
 * Asks the broker that leads the owners' topic, again where the topic is just getting a leader. `metadata` is what the cluster was last
 * heard to say. Undefined where the topic is not there. Throws `Failure` where nobody leads it, and what `ask` throws.
 */
export async function onLeader<T>(connection: Connection, metadata: Metadata, ask: (leader: Broker) => Promise<T>): Promise<T | undefined> {
  if (!isThere(metadata)) return undefined;
  const end = Date.now() + PATIENCE;
  for (let known = metadata; ; known = await connection.refresh()) {
    const leader = leaderId(known);
    try {
      if (leader === undefined) throw withoutLeader(connection);
      return await ask(await connection.broker(leader));
    } catch (error) {
      if (Date.now() > end || !(leader === undefined || isBetweenLeaders(error))) throw error;
      await sleep(WAIT);
    }
  }
}

/** Nobody leads the owners' topic. */
export function withoutLeader({ access: { endpoint } }: Connection): Failure {
  return new Failure('broker-unreachable', {
    message: `Transport "${endpoint.transport}": no broker serves the topic "${OWNERS_TOPIC}" at the moment.`,
    why: 'It tells which topics msgctl made. Nothing was changed.',
    advice: 'Start the brokers that keep it, then try again.',
  });
}

/** The broker that leads the owners' topic, as the cluster has it. */
export function leaderId({ topicMetadata }: Metadata): number | undefined {
  const leader = topicMetadata.find(({ topic }) => topic === OWNERS_TOPIC)?.partitionMetadata[0]?.leader;
  return leader === undefined || leader < 0 ? undefined : leader;
}

function isThere({ topicMetadata }: Metadata): boolean {
  return topicMetadata.some(({ topic }) => topic === OWNERS_TOPIC);
}

/** Whether a broker answered that it does not lead a partition, which ends by itself. */
export function isBetweenLeaders(error: unknown): boolean {
  return error instanceof Error && BETWEEN_LEADERS.has((error as { readonly code?: unknown }).code);
}
