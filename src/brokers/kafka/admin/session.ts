import { Failure } from '../../../diagnostics/failure.ts';
import type { StepOutcome } from '../../../topology/port.ts';
import type { Step } from '../../../topology/steps.ts';
import { isRecorded, type OwnerEntry, type Owners, ownerEntry, ownerOf, readOwners, removalsDone, withdrawals } from '../owners.ts';
import type { FoundTopic } from '../topic-shape.ts';
import type { Connection } from './connection.ts';
import { failureOf } from './failures.ts';
import { ensureLedger, readLedger, writeLedger } from './ledger.ts';
import { type FoundCluster, readCluster } from './read.ts';

/** What carrying out steps works with: what was found and recorded when it began. */
export type Session = {
  readonly connection: Connection;
  readonly project: string;
  /** Tells the intents of this run from those of others. */
  readonly run: string;
  readonly found: FoundCluster;
  readonly owners: Owners;
  /** Topics that a run of this project was about to take away when it was cut off. */
  readonly cutOff: ReadonlySet<string>;
  /** Where the owners' log ended. */
  readonly end: bigint;
};

type Setting = Pick<Session, 'connection' | 'project' | 'run'> & { readonly replication: number | undefined };

/** Reads again what steps depend on, and finishes what a run before left undone. Throws. */
export async function openSession(setting: Setting, steps: readonly Step[]): Promise<Session> {
  const { connection, project, run, replication } = setting;
  await ensureLedger(connection, replication);
  const before = await readLedger(connection, await connection.refresh());
  const known = readOwners(before.entries);
  const intended = [...known.intents.keys(), ...known.removals.keys()];
  const found = await readCluster(connection, new Set([...steps.map(({ resource }) => resource.name), ...intended]));
  await writeLedger(connection, unfinished(found, known, project));
  const { entries, end } = await readLedger(connection, found.metadata);
  const cutOff = [...known.removals].flatMap(([name, removals]) => (removals.some(({ owner }) => owner === project) ? [name] : []));
  return { connection, project, run, found, owners: readOwners(entries), cutOff: new Set(cutOff), end };
}

/**
 * Topics that a run of this project made without recording them are recorded; intents that others came before are taken away, and so are the
 * records of topics that a run took away.
 */
function unfinished({ topics }: FoundCluster, owners: Owners, project: string): readonly OwnerEntry[] {
  const removed = [...owners.removals.keys()].flatMap((name) => removalsDone(owners, name, project, topics.get(name)));
  const made = [...owners.intents.keys()].flatMap((name): readonly OwnerEntry[] => {
    const topic = topics.get(name);
    const withdrawn = withdrawals(owners, name, project);
    if (!topic || withdrawn.length === 0) return [];
    const isOurs = ownerOf(owners, topic) === project && !isRecorded(owners, topic);
    return isOurs ? [ownerEntry(name, project, topic.id), ...withdrawn] : withdrawn;
  });
  return [...removed, ...made];
}

/** The topic of a step, as long as it is this project's: time may have passed since the plan. `adopting`: or nobody's. */
export function ownTopic({ found, owners, project }: Session, step: Step, adopting = false): FoundTopic | string {
  const topic = found.topics.get(step.resource.name);
  if (!topic) return 'The topic is not there any more. Plan again.';
  const owner = ownerOf(owners, topic);
  if (owner === project || (owner === undefined && adopting)) return topic;
  return owner === undefined ? "The topic is not this project's any more. Plan again." : `Project "${owner}" owns the topic now.`;
}

/** A step that failed. */
export function failed(step: Step, message: string, raw?: string): StepOutcome {
  return { step, ok: false, message, ...(raw !== undefined && { raw }) };
}

/** All of these steps failed for one reason. A bug is thrown on. */
export function failedAll(
  { connection }: Pick<Session, 'connection'>,
  steps: readonly Step[],
  error: unknown,
  consequence: string,
): readonly StepOutcome[] {
  const failure = failureOf(error, connection.access);
  if (!(failure instanceof Failure)) throw error;
  const raw = failure.cause instanceof Error ? failure.cause.message : undefined;
  return steps.map((step) => failed(step, `${consequence} ${failure.message}`, raw));
}
