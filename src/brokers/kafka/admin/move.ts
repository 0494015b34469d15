import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, CODES } from '../explain.ts';
import { isMoving, type Placement, placeReplicas, settledReplicas } from '../replicas.ts';
import { inPortions } from '../shape.ts';
import type { Connection } from './connection.ts';
import { listMoves, placementsOf, reassign } from './reassignments.ts';
import { type Metadata, readMetadata, type TopicMetadata } from './requests.ts';
import { untilAllShow } from './until-shown.ts';

/** A topic that shall have so many replicas of each partition. */
export type Wanted = { readonly name: string; readonly count: number };

/** Why a topic has not got its replicas. */
type Problem = Answer | string;

/** How long nothing may change while Kafka copies before msgctl goes away, and how often it looks; in milliseconds. */
const PATIENCE = 600_000;
const FIRST_LOOK = 50;
const LATER_LOOK = 1_000;

const WITHOUT_LEADER =
  'A partition of it has no leader at the moment, so nobody knows which replica has all of it. Start the brokers that keep it, then provision again.';
const GOES_ON = 'Kafka goes on with it by itself; the next plan shows how far it is.';

/**
 * Gives topics another number of replicas and waits until Kafka has copied them. What is on its way there already, from a run that was cut off,
 * is only waited for. Gives the topics that have not got there, and why; an aborted signal ends the waiting, not the copying.
 */
export async function moveReplicas(
  connection: Connection,
  wanted: readonly Wanted[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Problem>> {
  const problems = new Map<string, Problem>();
  const { metadata, placements } = await look(connection, wanted);
  const orders = wanted.flatMap(({ name, count }) => {
    const now = placements.get(name) ?? [];
    const off = now.filter((each) => settledReplicas(each).length !== count);
    if (off.length === 0) return [];
    if (off.some(({ leader }) => leader < 0)) {
      problems.set(name, WITHOUT_LEADER);
      return [];
    }
    const moved = off.some(isMoving) ? undefined : placeReplicas(now, count, keepersOf(metadata));
    if (moved) return [{ name, placements: moved }];
    problems.set(name, off.some(isMoving) ? { code: CODES.moving } : tooFewBrokers(metadata.brokers.length));
    return [];
  });
  for (const portion of inPortions(orders, (order) => order.placements.length)) {
    for (const [name, answer] of await connection.onController((broker) => reassign(broker, portion))) {
      if (answer.code !== CODES.ok) problems.set(name, answer);
    }
  }
  await untilMoved(connection, wanted, problems, signal);
  const moved = wanted.filter(({ name }) => !problems.has(name));
  await untilAllShow(connection, async (broker) => {
    const { topicMetadata } = await readMetadata(broker);
    return moved.filter(({ name, count }) => !hasReplicas(topicMetadata, name, count)).length;
  });
  return problems;
}

/** Why a topic cannot have so many replicas. */
export function tooFewBrokers(brokers: number): string {
  return `The cluster has ${brokers} broker${brokers === 1 ? '' : 's'}, and every replica needs one of its own.`;
}

function hasReplicas(topics: readonly TopicMetadata[], name: string, count: number): boolean {
  return topics.some(
    ({ topic, partitionMetadata }) => topic === name && partitionMetadata.every(({ replicas }) => replicas.length === count),
  );
}

/** A topic with the partitions that are not where they shall be. */
type Waiting = { readonly name: string; readonly left: readonly Placement[] };

async function untilMoved(
  connection: Connection,
  wanted: readonly Wanted[],
  problems: Map<string, Problem>,
  signal: AbortSignal,
): Promise<void> {
  let seen = '';
  let deadline = Date.now() + PATIENCE;
  for (let wait = FIRST_LOOK; ; wait = Math.min(LATER_LOOK, wait * 2)) {
    const open = wanted.filter(({ name }) => !problems.has(name));
    const { metadata, placements } = await look(connection, open);
    const waiting = open.flatMap((each) => waitingOf(each, placements.get(each.name) ?? []));
    if (waiting.length === 0) return;
    noteMissing(waiting, metadata, problems);
    const now = JSON.stringify(waiting);
    if (now !== seen) deadline = Date.now() + PATIENCE;
    seen = now;
    if (signal.aborted || Date.now() > deadline) {
      const reason = signal.aborted
        ? 'Interrupted while the replicas are copied.'
        : `Nothing more was copied for ${PATIENCE / 60_000} minutes.`;
      for (const { name, left } of waiting) problems.set(name, `${reason} Partitions that are not there yet: ${left.length}. ${GOES_ON}`);
      return;
    }
    await sleep(wait);
  }
}

function waitingOf({ name, count }: Wanted, placements: readonly Placement[]): readonly Waiting[] {
  const left = placements.filter((each) => isMoving(each) || each.replicas.length !== count);
  return left.length === 0 ? [] : [{ name, left }];
}

/** What a broker that is down is to keep is not waited for. */
function noteMissing(waiting: readonly Waiting[], { brokers }: Metadata, problems: Map<string, Problem>): void {
  const there = new Set(brokers.map(({ nodeId }) => nodeId));
  for (const { name, left } of waiting) {
    const missing = left.flatMap(({ adding = [] }) => adding).find((broker) => !there.has(broker));
    if (missing !== undefined) problems.set(name, `Broker ${missing}, which is to keep it, is down. ${GOES_ON}`);
  }
}

async function look(
  connection: Connection,
  wanted: readonly Wanted[],
): Promise<{ readonly metadata: Metadata; readonly placements: ReadonlyMap<string, readonly Placement[]> }> {
  const metadata = await connection.refresh();
  const moves = await listMoves(await connection.controller());
  const names = new Set(wanted.map(({ name }) => name));
  const found = metadata.topicMetadata.filter(({ topic }) => names.has(topic));
  return { metadata, placements: new Map(found.map((each) => [each.topic, placementsOf(each, moves)])) };
}

function keepersOf({ brokers }: Metadata): readonly { readonly id: number; readonly rack?: string }[] {
  return brokers.map(({ nodeId, rack }) => ({ id: nodeId, ...(rack !== null && { rack }) }));
}
