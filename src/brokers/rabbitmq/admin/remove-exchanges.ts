import { setTimeout as sleep } from 'node:timers/promises';
import { ownProperty } from '../../../source/json.ts';
import type { StepOutcome } from '../../../topology/port.ts';
import type { Step } from '../../../topology/steps.ts';
import { dependentsOf, type Ways } from '../dead-letter-ways.ts';
import { refuseOthers } from './ownership.ts';
import { type Problem, problemOfAnswer, problemOfError } from './problem.ts';
import { readWays, refuseBlindness } from './read-use.ts';
import { pathOn, type Site } from './site.ts';

/** The broker's counters are up to five seconds old. */
const WATCHED = 6_500;

/**
 * Takes away exchanges that lead nowhere, that nobody publishes to while they are watched, and that nothing sends its dead letters or its messages
 * without a queue to.
 */
export async function* removeExchanges(site: Site, steps: readonly Step[], signal: AbortSignal): AsyncIterable<StepOutcome> {
  if (steps.length === 0 || signal.aborted) return;
  await refuseBlindness(site);
  const before = await readCounters(site, steps);
  await sleep(WATCHED, undefined, { signal }).catch(() => undefined);
  const after = await readCounters(site, steps);
  const ways = await readWays(site);
  const gone = new Set<string>();
  for (const step of alternatesLast(steps, ways)) {
    if (signal.aborted) return;
    const { name } = step.resource;
    const alternates = ways.alternates.filter((one) => !gone.has(one.name));
    const isUsed = (after.get(name) ?? 0) > (before.get(name) ?? 0);
    const problem = isUsed ? { message: IN_USE } : await removeExchange(site, step, { ...ways, alternates }).catch(problemOfError);
    if (!problem) gone.add(name);
    yield problem ? { step, ok: false, ...problem } : { step, ok: true };
  }
}

const IN_USE = 'Messages are sent to it: who does would get an error. It was not changed. Stop who sends, then provision again.';

/** Exchanges of this type hold messages themselves, and nobody can tell how many. */
const HOLDING_TYPE = 'x-delayed-message';

async function removeExchange(site: Site, { resource }: Step, ways: Ways): Promise<Problem | undefined> {
  const { name } = resource;
  await refuseOthers(site, { kind: 'exchange', name });
  if (resource.attributes.type === HOLDING_TYPE) {
    return { message: 'Messages may wait in it for their time, which cannot be seen. It was not changed; take it away by hand.' };
  }
  const mover = ways.shovels.find(({ exchanges }) => exchanges.includes(name));
  if (mover) return { message: `Shovel ${mover.name} names it. It was not changed; take the shovel away first.` };
  const [dependent, ...more] = dependentsOf(name, ways);
  if (dependent !== undefined) {
    const others = more.length === 0 ? '' : ` and ${more.length} more`;
    return { message: `It is where ${dependent}${others} go; they would vanish. It was not changed.` };
  }
  const answer = await site.management.send('DELETE', `${pathOn(site, 'exchanges', name)}?if-unused=true`);
  if (answer.status === 404) return undefined;
  if (answer.status === 400 && /in use/.test(JSON.stringify(answer.body))) {
    const raw = JSON.stringify(answer.body);
    return { message: 'Bindings lead from it to what is not to be taken away. It was not changed.', raw };
  }
  return problemOfAnswer(answer);
}

/** How many messages were ever published to each exchange. */
async function readCounters(site: Site, steps: readonly Step[]): Promise<ReadonlyMap<string, number>> {
  const entries = await Promise.all(
    steps.map(async ({ resource: { name } }) => {
      const entry = await site.management.read(`${pathOn(site, 'exchanges', name)}?columns=name,message_stats.publish_in`, 'an exchange');
      const count = ownProperty(ownProperty(entry, 'message_stats'), 'publish_in');
      return [name, typeof count === 'number' ? count : 0] as const;
    }),
  );
  return new Map(entries);
}

/** An exchange that is the alternate of another one that goes as well goes after it. */
function alternatesLast(steps: readonly Step[], { alternates }: Ways): readonly Step[] {
  const sorted: Step[] = [];
  const place = (step: Step, seen: ReadonlySet<Step>) => {
    if (sorted.includes(step) || seen.has(step)) return;
    const before = alternates.filter(({ alternate }) => alternate === step.resource.name).map(({ name }) => name);
    for (const other of steps.filter(({ resource }) => before.includes(resource.name))) place(other, new Set([...seen, step]));
    sorted.push(step);
  };
  for (const step of steps) place(step, new Set());
  return sorted;
}
