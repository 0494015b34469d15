/**
 * A queue made anew under its own name while messages come and go (decision 0035). What comes for it goes to a holding queue, what is in it is
 * moved there, it is deleted and made anew, and everything comes back. How far this has come is told by the broker itself, by what is there and
 * how it is bound, so that it can be cut off at any point and begun again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject, JsonValue } from '../../../source/json.ts';
import { isObject, ownProperty } from '../../../source/json.ts';
import type { Resource } from '../../../topology/model.ts';
import type { StepOutcome } from '../../../topology/port.ts';
import type { Step } from '../../../topology/steps.ts';
import { resourceOf } from '../entries.ts';
import { droppingSettings, type StandIns, standInMark, standInsOf } from '../migration.ts';
import { hasMoved, orderObstacle, type QueueUse } from '../queue-use.ts';
import { rabbitmqSpec } from '../spec.ts';
import { declareResource } from './declare.ts';
import { type Moving, moveMessages } from './move.ts';
import { isMarked, isStandIn } from './ownership.ts';
import { problemOfAnswer, problemOfError, Refused } from './problem.ts';
import { readBindings, readQueue, readUses, setting } from './read-use.ts';
import { pathOn, type Site, takeAway } from './site.ts';

/** Queues made anew at once: each has messages on their way all the time. */
const AT_ONCE = 4;
/** Counters of published messages are up to five seconds old. */
const COUNTERS_ARE_NEW = 6_500;
/** A new queue's policy was told after 7.2 seconds at the latest (measured on 3.10 and 4.0). */
const POLICY_IS_KNOWN = 30_000;
const LOOK_EVERY = 250;

/** Makes queues anew, some at a time. A step that has begun is finished, whatever the signal says. */
export async function* migrateQueues(site: Site, steps: readonly Step[], signal: AbortSignal): AsyncIterable<StepOutcome> {
  for (let at = 0; at < steps.length && !signal.aborted; at += AT_ONCE) {
    yield* await Promise.all(steps.slice(at, at + AT_ONCE).map((step) => migrateQueue(site, step)));
  }
}

/** One queue that is being made anew. */
type Migration = { readonly site: Site; readonly queue: string; readonly target: Resource; readonly standIns: StandIns };

async function migrateQueue(site: Site, step: Step): Promise<StepOutcome> {
  const queue = step.resource.name;
  let stage: 'looking' | 'out' | 'back' = 'looking';
  try {
    const entry = await readQueue(site, queue);
    const migration: Migration = { site, queue, target: step.resource, standIns: standInsOf(queue, deadLettersOf(step.resource, entry)) };
    const isOpen = await checkOwner(migration, entry);
    if (!isRight(entry, step.resource)) {
      if (!isOpen) await checkBeginning(migration, entry);
      stage = 'out';
      await openHolding(migration, { isOpen, isThere: entry !== undefined });
      await replaceQueue(migration, entry !== undefined);
    }
    stage = 'back';
    await bringBack(migration);
    return { step, ok: true };
  } catch (error) {
    const problem = problemOfError(error);
    if (stage === 'looking') return { step, ok: false, ...problem };
    const left = stage === 'out' ? await restore(site, step) : HALF_DONE;
    const message = `${problem.message} ${left ?? 'Everything is as it was before.'}`;
    return { step, ok: false, ...problem, message, ...(left !== undefined && { begun: true }) };
  }
}

const HALF_DONE = 'It is half done: some of its messages wait in the holding queue. Provision again to finish.';

/** That nothing of somebody else is touched, whatever came since the plan was computed. Gives whether the holding queue is there already. */
async function checkOwner({ site, queue, standIns }: Migration, entry: JsonValue | undefined): Promise<boolean> {
  if (entry !== undefined && !isMarked(entry, site.project)) {
    throw new Refused({ message: 'Somebody else made it since the plan was computed. Nothing of it was changed. Plan again.' });
  }
  const { holding, out, back, trial } = standIns;
  for (const { name } of [out, back]) await isStandIn(site, { kind: 'exchange', name }, queue);
  await isStandIn(site, { kind: 'queue', name: trial.name }, queue);
  return isStandIn(site, { kind: 'queue', name: holding.name }, queue);
}

/** That nothing is begun which could not be ended. */
async function checkBeginning(migration: Migration, entry: JsonValue | undefined): Promise<void> {
  const { site, queue, target } = migration;
  if (entry === undefined) throw new Refused({ message: 'There is no such queue any more. Plan again.' });
  await tryTarget(migration);
  const isOrdered = ownProperty(ownProperty(entry, 'arguments'), 'x-single-active-consumer') === true;
  if (!isOrdered || target.attributes['arguments.x-single-active-consumer'] !== true) return;
  // Where messages are received in order, only a pause keeps it.
  const look = async () => (await readUses(site, [queue])).get(queue);
  const before = await look();
  await sleep(COUNTERS_ARE_NEW);
  const after = await look();
  const obstacle = before && after && orderObstacle(before, after);
  if (obstacle !== undefined) throw new Refused({ message: `${obstacle} Nothing of it was changed.` });
}

/** Makes the new queue under another name and takes it away again: the old one must not go for one that the broker does not take. */
async function tryTarget({ site, queue, target, standIns: { trial } }: Migration): Promise<void> {
  const { using } = await site.declaring();
  const problem = await using(async (channel) => {
    await declareResource(channel, { ...target, name: trial.name }, site.project, standInMark(queue));
    await channel.deleteQueue(trial.name);
  }).then(() => undefined, problemOfError);
  if (problem) throw new Refused({ ...problem, message: `The new queue cannot be made. ${problem.message} Nothing of it was changed.` });
}

/** Whether what is there is what is wanted. */
function isRight(entry: JsonValue | undefined, target: Resource): boolean {
  const found = isObject(entry) ? resourceOf('queues', entry) : undefined;
  const cause = { file: '', start: { offset: 0, line: 1, column: 1 }, end: { offset: 0, line: 1, column: 1 } };
  return found !== undefined && rabbitmqSpec.compare({ ...target, causes: [cause], needs: [] }, found).length === 0;
}

function deadLettersOf({ attributes }: Resource, entry: JsonValue | undefined) {
  const text = (name: string) => {
    const value = attributes[`arguments.x-${name}`];
    return typeof value === 'string'
      ? value
      : setting({ effective_policy_definition: ownProperty(entry, 'effective_policy_definition') ?? {} }, name);
  };
  return { exchange: text('dead-letter-exchange'), key: text('dead-letter-routing-key') };
}

/** How far it has come: whether the holding queue is there, and whether the queue itself is. */
type Progress = { readonly isOpen: boolean; readonly isThere: boolean };

/** Makes what stands in for the queue; only where nothing would be dropped from it. */
async function openHolding({ site, queue, standIns }: Migration, { isOpen, isThere }: Progress): Promise<void> {
  const { holding, out, outBinding } = standIns;
  const { using } = await site.declaring();
  await using(async (channel) => {
    const missing = isOpen ? [out, outBinding] : [holding, out, outBinding];
    for (const resource of missing) await declareResource(channel, resource, site.project, standInMark(queue));
  });
  // Where the queue is gone already everything waits in the holding queue, and only the new one leads out of it.
  if (!isThere) return;
  const dropping = droppingSettings(await policyOf(site, holding.name), await policyOf(site, queue));
  if (dropping.length === 0) return;
  throw new Refused({
    message: `A policy gives the holding queue ${holding.name} the setting ${dropping.join(', ')}, which could drop messages meanwhile. Let its pattern leave out names that end in ".msgctl-migrate".`,
  });
}

/** What policies say of a queue; waits until the broker tells, which takes a new one some seconds. Empty where the queue is not there. */
async function policyOf(site: Site, queue: string): Promise<JsonObject> {
  for (const end = Date.now() + POLICY_IS_KNOWN; Date.now() < end; await sleep(LOOK_EVERY)) {
    const entry = await readQueue(site, queue);
    const definition = ownProperty(entry, 'effective_policy_definition');
    if (isObject(definition)) return definition;
    if (entry === undefined) return {};
  }
  throw new Refused({
    message: `The broker does not tell which policies are in force for ${queue}, as it keeps no statistics, so one could drop messages meanwhile.`,
  });
}

/** Leads everything to the holding queue, and puts the new queue in the old one's place. */
async function replaceQueue(migration: Migration, isThere: boolean): Promise<void> {
  const { site, queue, target, standIns } = migration;
  if (isThere) {
    await emptyAndDelete(migration, { from: queue, through: standIns.out.name, look: watchForSenders() }, standIns.holding.name);
  }
  const { using } = await site.declaring();
  await using((channel) => declareResource(channel, target, site.project));
}

/**
 * Binds a queue to all that another one is bound to, each time before that one is unbound: a message may come to both, never to none. Gives how
 * many bindings there were.
 */
async function rebind({ site, standIns }: Migration, from: string, to: string): Promise<number> {
  const own = [standIns.out.name, standIns.back.name];
  const bindings = (await readBindings(site, from)).filter(({ attributes }) => !own.includes(String(attributes.source)));
  if (bindings.length === 0) return 0;
  const { using } = await site.declaring();
  await using(async (channel) => {
    for (const { attributes, path } of bindings) {
      const binding = { kind: 'binding', name: '', attributes: { ...attributes, destination: to } };
      await declareResource(channel, binding, site.project);
      await takeAway(site, path);
    }
  });
  return bindings.length;
}

/** Gives up when messages still come in although nothing is bound any more. */
function watchForSenders(): (use: QueueUse) => void {
  const begun = Date.now();
  let counted: QueueUse | undefined;
  return (use) => {
    if (Date.now() - begun < COUNTERS_ARE_NEW) return;
    counted ??= use;
    if (!hasMoved(counted, use)) return;
    throw new Refused({
      message:
        'Messages are sent straight to its name, without an exchange, and those would be lost while it is not there. Let them be sent through an exchange first.',
    });
  };
}

/** Leads what comes for a queue to another one, moves what is in it, and deletes it. What somebody binds it to meanwhile is led over as well. */
async function emptyAndDelete(migration: Migration, moving: Moving, to: string): Promise<void> {
  const { site } = migration;
  await rebind(migration, moving.from, to);
  do await moveMessages(site, moving);
  while ((await rebind(migration, moving.from, to)) > 0 || !(await deleteEmpty(site, moving.from)));
}

/** Deletes a queue that is empty; false where something came in at the last moment. */
async function deleteEmpty(site: Site, queue: string): Promise<boolean> {
  const use = (await readUses(site, [queue])).get(queue);
  if (!use) return true;
  if (use.ready + use.unacknowledged + use.deadLettered > 0) return false;
  // Only classic queues can be told to go if they are empty.
  const answer = await site.management.send('DELETE', `${pathOn(site, 'queues', queue)}${use.type === 'classic' ? '?if-empty=true' : ''}`);
  if (answer.status === 404) return true;
  if (answer.status === 400 && /not empty/.test(JSON.stringify(answer.body))) return false;
  const problem = problemOfAnswer(answer);
  if (problem) throw new Refused(problem);
  return true;
}

/** Leads everything back to the queue, whichever it is now, and takes away what stood in for it. */
async function bringBack(migration: Migration): Promise<void> {
  const { site, queue, standIns } = migration;
  const { holding, out, back, backBinding, trial } = standIns;
  if (await readQueue(site, holding.name)) {
    const { using } = await site.declaring();
    await using(async (channel) => {
      for (const resource of [back, backBinding]) await declareResource(channel, resource, site.project, standInMark(queue));
    });
    await emptyAndDelete(migration, { from: holding.name, through: back.name }, queue);
  }
  await takeAway(site, pathOn(site, 'queues', trial.name));
  for (const { name } of [back, out]) await takeAway(site, pathOn(site, 'exchanges', name));
}

/** After something went wrong: leads everything back where the queue is still there. Tells how things are left where they are not as before. */
async function restore(site: Site, { resource }: Step): Promise<string | undefined> {
  const queue = resource.name;
  try {
    const entry = await readQueue(site, queue);
    if (entry === undefined) return 'It is not there at this moment, and what comes for it waits. Provision again to finish.';
    await bringBack({ site, queue, target: resource, standIns: standInsOf(queue, deadLettersOf(resource, entry)) });
    return undefined;
  } catch (error) {
    problemOfError(error);
    return HALF_DONE;
  }
}
