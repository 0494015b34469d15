/**
 * Policies are written so that no queue is without one of those that are right for it at any moment: RabbitMQ changes one policy at a time, so what
 * takes queues in comes before what gives queues up, and what does both is written twice.
 */

import { resourceKey } from '../../../topology/model.ts';
import { describeKey } from '../../../topology/phases.ts';
import type { StepOutcome } from '../../../topology/port.ts';
import type { Step } from '../../../topology/steps.ts';
import { policyEntry } from '../entries.ts';
import { expandNamePattern, namePattern } from '../name-pattern.ts';
import { type Problem, problemOfAnswer, problemOfError } from './problem.ts';
import { pathOn, type Site, takeAway } from './site.ts';

/** Policies written at once: each makes the broker look at every queue. */
const AT_ONCE = 4;

/** Longer patterns are not made only for the time between: 3.10 took one of 26 000 characters and refused one of 54 000. */
const LONGEST_BETWEEN = 26_000;

/** Writes and takes away policies. Once the signal is aborted it begins no step more. */
export async function* writePolicies(site: Site, steps: readonly Step[], signal: AbortSignal): AsyncIterable<StepOutcome> {
  const writes = steps.filter(({ action }) => action !== 'delete').map(writingOf);
  const failed = new Set<string>();
  const ended = (outcome: StepOutcome): StepOutcome => {
    if (!outcome.ok) failed.add(resourceKey(outcome.step.resource));
    return outcome;
  };
  for await (const { item, problem } of each(writes, signal, (write) => takeIn(site, write))) {
    if (problem || item.last === undefined) yield ended(outcomeOf(item.step, problem));
  }
  const narrowings = writes.filter(({ step, last }) => last !== undefined && !failed.has(resourceKey(step.resource)));
  for (const { step } of narrowings.filter((write) => blockerOf(write.step, failed) !== undefined)) yield skipped(step, failed);
  const ready = narrowings.filter(({ step }) => blockerOf(step, failed) === undefined);
  for await (const { item, problem } of each(ready, signal, ({ step, last }) => put(site, step, last))) yield outcomeOf(item.step, problem);
  const removals = steps.filter(({ action }) => action === 'delete');
  for await (const { item, problem } of each(removals, signal, (step) => remove(site, step))) yield outcomeOf(item, problem);
}

/** How one policy is written: its pattern until all others have taken in what is theirs, where that is to be written, and its last one, where it differs. */
type Writing = { readonly step: Step; readonly first?: string; readonly last?: string };

function writingOf(step: Step): Writing {
  const change = step.fields.find(({ name }) => name === 'pattern');
  const last = String(step.resource.attributes.pattern);
  if (step.action === 'create' || typeof change?.from !== 'string') return { step, first: last };
  const [old, next] = [expandNamePattern(change.from), expandNamePattern(last)];
  if (old && next && old.every((name) => next.includes(name))) return { step, first: last };
  // One that somebody changed by hand may match anything.
  const between = old && next ? namePattern([...old, ...next]) : `${last}|(?:${change.from})`;
  const isAsItIs = between === change.from && step.fields.length === 1;
  return isAsItIs || between.length > LONGEST_BETWEEN ? { step, last } : { step, first: between, last };
}

function takeIn(site: Site, { step, first }: Writing): Promise<Problem | undefined> {
  return first === undefined ? Promise.resolve(undefined) : put(site, step, first);
}

async function put(site: Site, { resource }: Step, pattern: string | undefined): Promise<Problem | undefined> {
  const entry = { ...policyEntry(resource), ...(pattern !== undefined && { pattern }) };
  return site.management.send('PUT', pathOn(site, 'policies', resource.name), entry).then(problemOfAnswer, problemOfError);
}

function remove(site: Site, { resource }: Step): Promise<Problem | undefined> {
  return takeAway(site, pathOn(site, 'policies', resource.name)).then(() => undefined, problemOfError);
}

function blockerOf({ needs }: Step, failed: ReadonlySet<string>): string | undefined {
  return needs.find((key) => failed.has(key));
}

function skipped(step: Step, failed: ReadonlySet<string>): StepOutcome {
  const message = `It needs ${describeKey(blockerOf(step, failed) ?? '')}, which could not be done: its queues would be without a policy.`;
  return { step, ok: false, skipped: true, message };
}

function outcomeOf(step: Step, problem: Problem | undefined): StepOutcome {
  return problem ? { step, ok: false, ...problem } : { step, ok: true };
}

type Done<Item> = { readonly item: Item; readonly problem: Problem | undefined };

/** Works through items, some at once; once the signal is aborted none more is begun. */
async function* each<Item>(
  items: readonly Item[],
  signal: AbortSignal,
  work: (item: Item) => Promise<Problem | undefined>,
): AsyncIterable<Done<Item>> {
  for (let at = 0; at < items.length && !signal.aborted; at += AT_ONCE) {
    yield* await Promise.all(items.slice(at, at + AT_ONCE).map(async (item) => ({ item, problem: await work(item) })));
  }
}
