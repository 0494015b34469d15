import type { StepOutcome } from '../../../topology/port.ts';
import type { Step } from '../../../topology/steps.ts';
import { isRefused, listOf, type Refused, type Reply, textOf } from '../replies.ts';
import { OWNER_HASH } from '../resources.ts';
import type { Connection, Unit } from './connection.ts';
import type { Command } from './driver.ts';
import { failed, refused } from './outcomes.ts';

/** The group that a stream is made with, as Redis makes none without; gone before anybody sees it. */
const MAKER = 'msgctl:maker';
/** Steps in one transaction: the server does nothing else meanwhile. */
const AT_ONCE = 200;

/** What is done for one step: the mark of the owner first, then the thing itself. */
type Making = { readonly step: Step; readonly key: string; readonly mark: readonly Command[]; readonly make: readonly Command[] };

/** How one step's commands were answered. */
type Made = { readonly marked: readonly Reply[]; readonly made: readonly Reply[] };

/** What a step of this project does, in the order in which it is done. */
export function makingOf(step: Step, project: string): Making {
  const { kind, name, attributes } = step.resource;
  const mark: readonly Command[] = [
    ['HSETNX', OWNER_HASH, name, project],
    ['HGET', OWNER_HASH, name],
  ];
  if (step.action === 'change') return { step, key: OWNER_HASH, mark, make: [] };
  if (kind === 'stream') {
    const make: readonly Command[] = [
      ['EXISTS', name],
      ['XGROUP', 'CREATE', name, MAKER, '$', 'MKSTREAM'],
      ['XGROUP', 'DESTROY', name, MAKER],
    ];
    return { step, key: name, mark, make };
  }
  const { stream, group, start } = attributes;
  return { step, key: String(stream), mark, make: [['XGROUP', 'CREATE', String(stream), String(group), String(start ?? '$')]] };
}

/**
 * Makes streams and groups, and takes over what is adopted. On one server the mark and the thing are one transaction, so that whatever is cut
 * off, nothing of ours stands without its mark; in a cluster they are on different nodes, and the mark comes first.
 */
export async function* createSteps(
  connection: Connection,
  steps: readonly Step[],
  { project, signal }: { readonly project: string; readonly signal: AbortSignal },
): AsyncIterable<StepOutcome> {
  for (let at = 0; at < steps.length && !signal.aborted; at += AT_ONCE) {
    const makings = steps.slice(at, at + AT_ONCE).map((step) => makingOf(step, project));
    const made = connection.isCluster ? await makeApart(connection, makings) : await makeTogether(connection, makings);
    const ended = makings.map((making, index) => outcomeOf(making, made[index] ?? NOTHING, project));
    await unmark(connection, ended);
    for (const { outcome } of ended) yield outcome;
  }
}

const NOTHING: Made = { marked: [], made: [] };

async function makeTogether(connection: Connection, makings: readonly Making[]): Promise<readonly Made[]> {
  const commands = makings.flatMap(({ mark, make }) => [...mark, ...make]);
  const [replies = []] = await connection.run([{ key: OWNER_HASH, commands: [['MULTI'], ...commands, ['EXEC']] }]);
  const done = replies.at(-1);
  // Where one is refused when it is queued, EXEC does none of them.
  const queued = replies.slice(1, -1);
  const whole = isRefused(done) ? (queued.find(isRefused) ?? done) : undefined;
  // One by one, what stops one step stops no other.
  if (whole && !whole.isLost && makings.length > 1) return makeOneByOne(connection, makings);
  const results = whole ? commands.map(() => whole) : listOf(done);
  let taken = 0;
  return makings.map(({ mark, make }) => {
    const marked = results.slice(taken, taken + mark.length);
    const made = results.slice(taken + mark.length, taken + mark.length + make.length);
    taken += mark.length + make.length;
    return { marked, made };
  });
}

async function makeOneByOne(connection: Connection, makings: readonly Making[]): Promise<readonly Made[]> {
  const made: Made[] = [];
  for (const making of makings) made.push(...(await makeTogether(connection, [making])));
  return made;
}

async function makeApart(connection: Connection, makings: readonly Making[]): Promise<readonly Made[]> {
  const marked = await connection.run(makings.map(({ mark }) => ({ key: OWNER_HASH, commands: mark })));
  const units = makings.map(({ key, make }, index): Unit => {
    const isMarked = marked[index]?.every((reply) => !isRefused(reply)) === true;
    return { key, commands: isMarked && make.length > 0 ? [['MULTI'], ...make, ['EXEC']] : [] };
  });
  const replies = await connection.run(units);
  return makings.map((_, index) => ({ marked: marked[index] ?? [], made: madeOf(replies[index] ?? []) }));
}

function madeOf(replies: readonly Reply[]): readonly Reply[] {
  const done = replies.at(-1);
  return isRefused(done) ? [replies.find(isRefused) ?? done] : listOf(done);
}

/** `unmark`: the mark is on what others made. */
type Ended = { readonly outcome: StepOutcome; readonly unmark: boolean };

function outcomeOf({ step, make }: Making, { marked, made }: Made, project: string): Ended {
  const [isNew, owner] = marked;
  const problem = [...marked, ...made].find(isRefused);
  const isOurs = textOf(owner) === project;
  const mayUnmark = isOurs && isNew === 1 && problem?.isLost !== true;
  if (owner !== undefined && !isRefused(owner) && !isOurs) {
    return { outcome: failed(step, `Project "${textOf(owner)}" took it meanwhile.`), unmark: false };
  }
  // It was there before its mark was: somebody else made it since the plan. With a mark from before, it was a run of ours that was cut off.
  const wasThere = make.length > 0 && (made[0] === 1 || (problem !== undefined && /^BUSYGROUP/.test(problem.error)));
  if (wasThere && mayUnmark) {
    return { outcome: failed(step, `Somebody made this ${step.resource.kind} meanwhile. Plan again.`), unmark: true };
  }
  if (problem && !(wasThere && isOurs)) return { outcome: refused(step, problem), unmark: mayUnmark };
  if (owner === undefined) return { outcome: refused(step, LOST_REPLY), unmark: false };
  return { outcome: { step, ok: true }, unmark: false };
}

const LOST_REPLY: Refused = { error: 'The connection is closed.', isLost: true };

async function unmark(connection: Connection, ended: readonly Ended[]): Promise<void> {
  const names = ended.flatMap(({ outcome, unmark: isWrong }) => (isWrong ? [outcome.step.resource.name] : []));
  if (names.length > 0) await connection.run([{ key: OWNER_HASH, commands: [['HDEL', OWNER_HASH, ...names]] }]);
}
