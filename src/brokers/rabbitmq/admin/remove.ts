/**
 * Taking away what no contract asks for any more, without losing a message (decision 0035). A queue goes with its bindings, or both stay: it is
 * looked at, watched for as long as the broker's counters need, unbound, looked at again, and only then deleted.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { resourceKey } from '../../../topology/model.ts';
import { groupBy } from '../../../topology/phases.ts';
import type { StepOutcome } from '../../../topology/port.ts';
import type { Step } from '../../../topology/steps.ts';
import { feedersOf, lastLedBy, type Ways } from '../dead-letter-ways.ts';
import { hasMoved, obstacleOf, type QueueUse, wayOut } from '../queue-use.ts';
import { answerAll } from './answer-all.ts';
import { declareResource } from './declare.ts';
import { refuseOthers } from './ownership.ts';
import { type Problem, problemOfAnswer, problemOfError, Refused } from './problem.ts';
import { type QueueBinding, readBindings, readQueue, readUses, readWays, refuseBlindness } from './read-use.ts';
import { removeExchanges } from './remove-exchanges.ts';
import { pathOn, type Site, takeAway } from './site.ts';

/** The broker's counters are up to five seconds old. */
const WATCHED = 6_500;
/** What was on its way to a queue when its last binding went has arrived after this long. */
const SETTLED = 1_000;

/** Takes away queues, bindings and exchanges. Once the signal is aborted nothing more is begun; what has begun ends as done or as it was. */
export async function* removeResources(site: Site, steps: readonly Step[], signal: AbortSignal): AsyncIterable<StepOutcome> {
  const of = (kind: string) => steps.filter(({ resource }) => resource.kind === kind);
  const removals = of('queue').map((step) => ({
    step,
    parts: of('binding').filter(({ resource }) => step.needs.includes(resourceKey(resource))),
  }));
  const together = new Set(removals.flatMap(({ parts }) => parts));
  const loose = of('binding').filter((step) => !together.has(step));
  const whole = removals.flatMap(({ step, parts }) => [...parts, step]);
  yield* answerAll(loose, removeBindings(site, loose, signal));
  yield* answerAll(whole, removeQueues(site, removals, signal));
  yield* answerAll(of('exchange'), removeExchanges(site, of('exchange'), signal));
}

/** A queue to take away, with its bindings. */
type Removal = { readonly step: Step; readonly parts: readonly Step[] };

/** Bindings of queues that stay. */
async function* removeBindings(site: Site, steps: readonly Step[], signal: AbortSignal): AsyncIterable<StepOutcome> {
  if (steps.length === 0 || signal.aborted) return;
  const led = ledBy(await readWays(site));
  for (const [queue, ofQueue] of groupBy(steps, ({ resource }) => String(resource.attributes.destination))) {
    if (signal.aborted) return;
    yield* answerAll(ofQueue, removeBindingsOf(site, queue, ofQueue, led));
  }
}

async function* removeBindingsOf(site: Site, queue: string, steps: readonly Step[], led: Led): AsyncIterable<StepOutcome> {
  await refuseOthers(site, { kind: 'queue', name: queue });
  const found = new Map((await readBindings(site, queue)).map((binding) => [binding.name, binding]));
  for (const step of steps) {
    const source = String(step.resource.attributes.source);
    const left = led.get(source);
    const binding = found.get(step.resource.name);
    if (binding && left === 1) {
      yield { step, ok: false, message: `${endsWith(source)} It was not changed.` };
      continue;
    }
    if (binding) await takeAway(site, binding.path);
    if (left !== undefined) led.set(source, left - 1);
    yield { step, ok: true };
  }
}

/** How many bindings lead from each exchange that deletes itself with the last one. */
type Led = Map<string, number>;

function ledBy({ passing, bindings }: Ways): Led {
  return new Map(passing.map((name) => [name, bindings.filter(({ attributes }) => attributes.source === name).length]));
}

function endsWith(exchange: string): string {
  return `Exchange ${exchange} deletes itself with its last binding, which would go with it.`;
}

/** What is there at one moment. */
type Look = { readonly uses: ReadonlyMap<string, QueueUse>; readonly ways: Ways };

async function* removeQueues(site: Site, removals: readonly Removal[], signal: AbortSignal): AsyncIterable<StepOutcome> {
  if (removals.length === 0 || signal.aborted) return;
  await refuseBlindness(site);
  const before = await lookAt(site, removals);
  // What is gone already, with its bindings, is not waited for.
  const there = removals.filter(({ step }) => before.uses.has(step.resource.name));
  for (const removal of removals.filter((one) => !there.includes(one))) yield* outcomesOf(removal, undefined);
  const quiet = there.filter((removal) => obstacle(removal, before, removals) === undefined);
  for (const removal of there.filter((one) => !quiet.includes(one))) yield* outcomesOf(removal, obstacle(removal, before, removals));
  if (quiet.length === 0 || !(await isOver(WATCHED, signal))) return;
  const after = await lookAt(site, quiet);
  const gone = new Set<string>();
  for (const level of feedersFirst(quiet, after.ways)) {
    if (signal.aborted) return;
    const problems = await Promise.all(level.map((removal) => removeQueue({ site, removal, before, after, gone, removals })));
    for (const [index, removal] of level.entries()) {
      if (problems[index] === undefined) gone.add(removal.step.resource.name);
      yield* outcomesOf(removal, problems[index]);
    }
  }
}

/** Waits; false where it was told to stop meanwhile. */
async function isOver(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
  return !signal.aborted;
}

/** Why a queue stays; `begun`: not all of it as it was. */
type Staying = Problem & { readonly begun?: true };

function outcomesOf({ step, parts }: Removal, problem: Staying | undefined): readonly StepOutcome[] {
  if (problem === undefined) return [...parts, step].map((one) => ({ step: one, ok: true }));
  const message = `It stays with queue ${step.resource.name}.`;
  return [...parts.map((part) => ({ step: part, ok: false, skipped: true, message }) as const), { step, ok: false, ...problem }];
}

async function lookAt(site: Site, removals: readonly Removal[]): Promise<Look> {
  const names = removals.map(({ step }) => step.resource.name);
  const ways = await readWays(site);
  const feeders = names.flatMap((name) => feedersOf(name, ways));
  return { uses: await readUses(site, names, feeders), ways };
}

/** Why a queue cannot go as things are: what is in it, who receives from it, and what may still come to it from elsewhere. */
function obstacle({ step }: Removal, { uses, ways }: Look, removals: readonly Removal[]): Problem | undefined {
  const queue = step.resource.name;
  const use = uses.get(queue);
  if (!use) return undefined;
  const reason = obstacleOf(use);
  if (reason !== undefined) return { message: `${reason} Nothing of it was changed. ${wayOut(use)}` };
  const going = new Set(removals.map((removal) => removal.step.resource.name));
  const mover = ways.shovels.find(({ queues }) => queues.includes(queue));
  if (mover) return { message: `Shovel ${mover.name} names it. Nothing of it was changed; take the shovel away first.` };
  const exchange = lastLedBy(queue, ways, going);
  if (exchange !== undefined) return { message: `${endsWith(exchange)} Nothing of it was changed.` };
  // A queue that goes as well is looked at by itself, and goes first.
  const full = feedersOf(queue, ways).find((name) => !going.has(name) && messagesIn(uses.get(name)) > 0);
  if (full === undefined) return undefined;
  return {
    message: `Messages wait in ${full} that may still come to it. Nothing of it was changed; provision again when ${full} is empty.`,
  };
}

function messagesIn(use: QueueUse | undefined): number {
  return use ? use.ready + use.unacknowledged + use.deadLettered : 0;
}

/** Queues whose dead letters come to others before those others, in groups that do not depend on each other. */
function feedersFirst(removals: readonly Removal[], ways: Ways): readonly (readonly Removal[])[] {
  const levels: Removal[][] = [];
  let left = [...removals];
  while (left.length > 0) {
    const names = new Set(left.map(({ step }) => step.resource.name));
    const free = left.filter(({ step }) => !feedersOf(step.resource.name, ways).some((name) => names.has(name)));
    // Queues that feed each other in a circle go together: each was found empty.
    const level = free.length > 0 ? free : left;
    levels.push(level);
    left = left.filter((removal) => !level.includes(removal));
  }
  return levels;
}

type Removing = {
  readonly site: Site;
  readonly removal: Removal;
  readonly before: Look;
  readonly after: Look;
  readonly gone: ReadonlySet<string>;
  readonly removals: readonly Removal[];
};

/** Unbinds and deletes one queue that was watched; where it cannot be, its bindings are put back. Gives why, or undefined. */
async function removeQueue(removing: Removing): Promise<Staying | undefined> {
  const { site, removal } = removing;
  const queue = removal.step.resource.name;
  if (!removing.before.uses.has(queue) || !removing.after.uses.has(queue)) return undefined;
  const reason = reasonToStay(removing);
  if (reason) return reason;
  const unbound: QueueBinding[] = [];
  try {
    await refuseOthers(site, { kind: 'queue', name: queue });
    const bindings = await readBindings(site, queue);
    const planned = new Set(removal.parts.map(({ resource }) => resource.name));
    const added = bindings.find(({ name }) => !planned.has(name));
    if (added) throw new Refused({ message: `Somebody bound it since the plan was computed (${added.name}). Plan again.` });
    for (const binding of bindings) {
      // Noted down before: where no answer comes it may be gone all the same.
      unbound.push(binding);
      await takeAway(site, binding.path);
    }
    await sleep(SETTLED);
    await deleteUnused(site, queue);
    return undefined;
  } catch (error) {
    const problem = problemOfError(error);
    // No answer may have come to what was done.
    if (unbound.length > 0 && (await isGone(site, queue))) return undefined;
    const { said, begun } = await bindAgain(site, unbound);
    return { ...problem, message: `${problem.message} ${said}`, ...(begun && { begun }) };
  }
}

/** Why a queue that was watched cannot go, before anything of it is changed. */
function reasonToStay({ removal, before, after, gone, removals }: Removing): Problem | undefined {
  const queue = removal.step.resource.name;
  const found = obstacle(removal, after, removals);
  if (found) return found;
  const [first, last] = [before.uses.get(queue), after.uses.get(queue)];
  if (first && last && hasMoved(first, last)) {
    return {
      message:
        'Messages passed through it while it was watched, so somebody uses it. Nothing of it was changed. Stop who sends to it, or take its bindings away first.',
    };
  }
  const feeder = feedersOf(queue, after.ways).find((name) => removals.some(({ step }) => step.resource.name === name) && !gone.has(name));
  if (feeder === undefined) return undefined;
  return { message: `Dead letters of ${feeder} come to it, and ${feeder} stays. Nothing of it was changed.` };
}

async function isGone(site: Site, queue: string): Promise<boolean> {
  return readQueue(site, queue).then(
    (entry) => entry === undefined,
    () => false,
  );
}

async function deleteUnused(site: Site, queue: string): Promise<void> {
  const use = (await readUses(site, [queue])).get(queue);
  if (!use) return;
  const reason = obstacleOf(use);
  if (reason !== undefined) throw new Refused({ message: `While it was unbound somebody began to use it. ${reason}` });
  const [bound] = await readBindings(site, queue);
  if (bound) throw new Refused({ message: `While it was unbound somebody bound it (${bound.name}). Plan again.` });
  const condition = use.type === 'classic' ? '?if-unused=true&if-empty=true' : '';
  const answer = await site.management.send('DELETE', `${pathOn(site, 'queues', queue)}${condition}`);
  const problem = answer.status === 404 ? undefined : problemOfAnswer(answer);
  if (problem) throw new Refused(problem);
}

/** Puts bindings back; says so, as a full sentence. `begun`: they could not be. */
async function bindAgain(site: Site, bindings: readonly QueueBinding[]): Promise<{ readonly said: string; readonly begun?: true }> {
  if (bindings.length === 0) return { said: 'Nothing of it was changed.' };
  try {
    const { using } = await site.declaring();
    await using(async (channel) => {
      for (const { name, attributes } of bindings) await declareResource(channel, { kind: 'binding', name, attributes }, site.project);
    });
    return { said: 'Its bindings were put back; what was sent to it meanwhile, for about a second, did not reach it.' };
  } catch (error) {
    problemOfError(error);
    return { said: `It is not bound any more, and could not be bound again: ${bindings.map(({ name }) => name).join(', ')}.`, begun: true };
  }
}
