import type { Note, Refusal, StepOutcome } from '../../../topology/port.ts';
import { isApplicable, type Step } from '../../../topology/steps.ts';
import { failureOf } from '../explain.ts';
import { type FoundGroup, type FoundStream, keepsGroup, keepsStream } from '../removal.ts';
import { isRefused, listOf, mapOf, type Refused, type Reply, textOf } from '../replies.ts';
import { OWNER_HASH, READ_HASH } from '../resources.ts';
import type { Connection } from './connection.ts';
import type { Command } from './driver.ts';
import { failed, refused } from './outcomes.ts';
import { type Owners, readOwners } from './read.ts';
import { whoWaits } from './waiting.ts';

/** What is known of a stream before something of it goes. */
type Found = FoundStream & { readonly lastId: string };

/** A stream that is written to all the time changes between a look and what follows from it; then it is looked at again, so often. */
const TRIES = 5;

/**
 * What there is to know of each of these steps, which take something away: what stands in the way now, which refuses those that were agreed to,
 * or what is lost by it. Throws `Failure` where it is not to be found out.
 */
export async function remarksOn(connection: Connection, steps: readonly Step[]): Promise<readonly (Refusal | Note)[]> {
  const remarks: (Refusal | Note)[] = [];
  if (steps.length === 0) return remarks;
  const owners = await readOwners(connection);
  const leaving = leavingGroups(steps);
  for (const step of steps) {
    const found = await readStream(connection, streamNameOf(step), owners);
    if (isUnread(found)) throw failureOf(found, connection.access, `read stream "${streamNameOf(step)}" (XINFO)`);
    const reason = found && reasonOf(step, found, leaving.get(step.resource.name) ?? new Set());
    if (reason === undefined) remarks.push(lossOf(step, found));
    else remarks.push(isApplicable(step) ? { step, reason } : { step, refuses: false, reason: `As things stand it is refused. ${reason}` });
  }
  return remarks;
}

/** A group holds no messages, and of those in a stream all were read. */
function lossOf(step: Step, found: Found | undefined): Note {
  const held = step.resource.kind === 'stream' ? (found?.length ?? 0) : 0;
  if (held === 0) return { step, refuses: false, reason: '', risk: 'safe' };
  return { step, refuses: false, reason: `All groups have read the ${held === 1 ? 'message' : `${held} messages`} that it keeps.` };
}

/** Takes groups and streams away, each only while nothing of it is used: what changes meanwhile undoes the whole step. */
export async function* removeSteps(
  connection: Connection,
  steps: readonly Step[],
  { project, signal }: { readonly project: string; readonly signal: AbortSignal },
): AsyncIterable<StepOutcome> {
  for (const step of steps) {
    if (signal.aborted) return;
    yield await removeStep(connection, step, project);
    await connection.run([{ key: streamNameOf(step), commands: [['UNWATCH']] }]);
  }
}

async function removeStep(connection: Connection, step: Step, project: string): Promise<StepOutcome> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const found = await watch(connection, step, project);
    if (found && 'step' in found) return found;
    const answer = await commit(connection, step, found);
    if (answer === 'done') return { step, ok: true };
    if (answer !== 'used') return refused(step, answer);
  }
  return failed(step, 'The stream is being used all the time, so it cannot be told whether something waits in it. Stop who uses it first.');
}

/** Looks at a stream from when on no change of it goes unnoticed; gives how the step ended where it cannot go on. */
async function watch(connection: Connection, step: Step, project: string): Promise<Found | StepOutcome | undefined> {
  const stream = streamNameOf(step);
  const watched = connection.isCluster ? [stream] : [stream, OWNER_HASH];
  const [[watching] = []] = await connection.run([{ key: stream, commands: [['WATCH', ...watched]] }]);
  if (isRefused(watching)) return refused(step, watching);
  const owners = await readOwners(connection);
  if (owners.get(step.resource.name) !== project) return failed(step, "It is not this project's any more. Plan again.");
  const found = await readStream(connection, stream, owners);
  if (isUnread(found)) return refused(step, found);
  const reason = found && reasonOf(step, found, new Set());
  return reason === undefined ? found : failed(step, reason);
}

function isUnread(found: Found | Refused | undefined): found is Refused {
  return found !== undefined && 'error' in found;
}

/** Does it in one transaction, which the server refuses where the stream was used since it was looked at. */
async function commit(connection: Connection, step: Step, found: Found | undefined): Promise<'done' | 'used' | Refused> {
  const stream = streamNameOf(step);
  const { kind, name, attributes } = step.resource;
  // What is not there any more, or is something else by now, is left alone.
  const gone: Command = kind === 'stream' ? ['DEL', name] : ['XGROUP', 'DESTROY', stream, String(attributes.group)];
  const away: readonly Command[] = found ? [gone] : [];
  // A run that is cut off between the groups and their stream must still know that all of it was read.
  const note: readonly Command[] =
    kind === 'stream' ? [['HDEL', READ_HASH, name]] : found && isLast(step, found) ? [['HSET', READ_HASH, stream, found.lastId]] : [];
  const unmark: Command = ['HDEL', OWNER_HASH, name];
  const apart = async (commands: readonly Command[]) =>
    (await connection.run(commands.map((command) => ({ key: command[1] ?? '', commands: [command] })))).flat().find(isRefused);
  const unnoted = connection.isCluster ? await apart(note) : undefined;
  if (unnoted) return unnoted;
  const together = connection.isCluster ? away : [...note, ...away, unmark];
  // Alone and first: where no transaction begins, what follows would be done whatever else happens.
  const [[begun] = []] = await connection.run([{ key: stream, commands: [['MULTI']] }]);
  if (isRefused(begun)) return begun;
  const [replies = []] = await connection.run([{ key: stream, commands: [...together, ['EXEC']] }]);
  const done = replies.at(-1);
  if (done === null) return 'used';
  const problem = replies.find(isRefused) ?? listOf(done).find(isRefused);
  if (problem) return problem;
  return (connection.isCluster && (await apart([unmark]))) || 'done';
}

/** Whether the group of a step is the only one that is left. */
function isLast({ resource }: Step, { groups }: Found): boolean {
  return groups.length === 1 && groups[0]?.name === resource.attributes.group;
}

function reasonOf(step: Step, found: Found, leaving: ReadonlySet<string>): string | undefined {
  if (step.resource.kind === 'stream') return keepsStream(found, leaving);
  const group = found.groups.find(({ name }) => name === step.resource.attributes.group);
  return group && keepsGroup(group);
}

function streamNameOf({ resource }: Step): string {
  return resource.kind === 'stream' ? resource.name : String(resource.attributes.stream);
}

function leavingGroups(steps: readonly Step[]): ReadonlyMap<string, ReadonlySet<string>> {
  const leaving = new Map<string, Set<string>>();
  for (const { resource } of steps) {
    if (resource.kind !== 'group') continue;
    const stream = String(resource.attributes.stream);
    leaving.set(stream, (leaving.get(stream) ?? new Set()).add(String(resource.attributes.group)));
  }
  return leaving;
}

/** Undefined: it is not there. */
async function readStream(connection: Connection, name: string, owners: Owners): Promise<Found | undefined | Refused> {
  const [replies = [], [read] = []] = await connection.run([
    {
      key: name,
      commands: [
        ['XLEN', name],
        ['XINFO', 'STREAM', name],
        ['XINFO', 'GROUPS', name],
      ],
    },
    { key: READ_HASH, commands: [['HGET', READ_HASH, name]] },
  ]);
  const [length, stream, groups] = replies;
  const problem = [...replies, read].find(isRefused);
  if (problem) return /no such key|^WRONGTYPE/i.test(problem.error) ? undefined : problem;
  const lastId = textOf(mapOf(stream).get('last-generated-id')) ?? '';
  const found = await Promise.all(listOf(groups).map((group) => readGroup(connection, { stream: name, group: mapOf(group), owners })));
  const lost = found.find(isGroupRefused);
  if (lost) return lost;
  const whole = found as readonly FoundGroup[];
  const waiting = whole.some(({ busiest }) => busiest) ? await whoWaits(connection, name) : undefined;
  const groupsOfIt = whole.map((group) => (group.busiest && waiting ? { ...group, waiting } : group));
  return { length: Number(length), isRead: textOf(read) === lastId, lastId, groups: groupsOfIt };
}

function isGroupRefused(found: FoundGroup | Refused): found is Refused {
  return 'error' in found;
}

type Reading = { readonly stream: string; readonly group: ReadonlyMap<string, Reply>; readonly owners: Owners };

async function readGroup(connection: Connection, { stream, group, owners }: Reading): Promise<FoundGroup | Refused> {
  const name = textOf(group.get('name')) ?? '';
  const delivered = textOf(group.get('last-delivered-id')) ?? '0-0';
  const [replies = []] = await connection.run([
    {
      key: stream,
      commands: [
        ['XINFO', 'CONSUMERS', stream, name],
        ['XREVRANGE', stream, '+', '-', 'COUNT', '1'],
      ],
    },
  ]);
  const problem = replies.find(isRefused);
  if (problem) return problem;
  const [consumers, newest] = replies;
  const [last] = listOf(newest).map((entry) => textOf(listOf(entry)[0]) ?? '');
  const lag = group.get('lag');
  const owner = owners.get(`${stream} ${name}`);
  const busiest = listOf(consumers)
    .map((consumer) => mapOf(consumer))
    .map((consumer) => ({ name: textOf(consumer.get('name')) ?? '', idle: Number(consumer.get('idle')) }))
    .sort((one, other) => one.idle - other.idle)[0];
  return {
    name,
    pending: Number(group.get('pending')),
    hasReadAll: last === undefined || !isAfter(last, delivered),
    ...(typeof lag === 'number' && lag > 0 && { unread: lag }),
    ...(owner !== undefined && { owner }),
    ...(busiest && { busiest }),
  };
}

/** Whether an id of a stream (`milliseconds-number`) is after another. */
function isAfter(one: string, other: string): boolean {
  const [[time, count], [otherTime, otherCount]] = [one, other].map((id) => id.split('-').map((part) => BigInt(part || '0'))) as [
    [bigint, bigint],
    [bigint, bigint],
  ];
  return time === otherTime ? count > otherCount : time > otherTime;
}
