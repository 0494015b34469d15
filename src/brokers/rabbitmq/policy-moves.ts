/** Queues that come under another policy than before: in which order policies change, and what is lost by it. */
import { quoteText } from '../../source/quote.ts';
import { resourceKey } from '../../topology/model.ts';
import type { Review } from '../../topology/port.ts';
import { applying, byPriority, type Policy } from './policy-choice.ts';
import { settingsInForce } from './policy-keys.ts';
import type { Asked, Sight } from './policy-sight.ts';
import { POLICY_PRIORITY } from './resources.ts';

/** The successors of each of our policies that gives queues up, and what settings that change on queues that are there would drop. */
export function reviewMoves(sight: Sight): Pick<Review, 'successors' | 'companions' | 'losses'> {
  const before = new Map(sight.own.map((policy) => [policy.name, membersOf(policy, sight)]));
  const after = new Map(sight.made.flatMap(({ name, names = [] }) => names.map((queue) => [queue, name] as const)));
  const companions = sight.asked.flatMap(({ resource, found, policy }) =>
    policy === undefined || found || resource.kind !== 'queue' ? [] : [[resourceKey(resource), [keyOf(policy)]] as const],
  );
  return { successors: successorsOf(before, after), companions: new Map(companions), losses: lossesOf({ before, after }, sight) };
}

/** The queues that a policy matches; of one that was changed by hand those of ours, as far as can be told. */
function membersOf({ names, matches }: Policy, { asked, left }: Sight): ReadonlySet<string> {
  if (names) return new Set(names);
  const queues = [...asked, ...left].filter(({ resource }) => resource.kind === 'queue');
  return new Set(queues.flatMap(({ resource: { name } }) => (matches(name) !== false ? [name] : [])));
}

type Members = ReadonlyMap<string, ReadonlySet<string>>;

function successorsOf(before: Members, after: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const successors = new Map<string, readonly string[]>();
  for (const [name, queues] of before) {
    const found = new Set<string>();
    for (const queue of queues) {
      const next = after.get(queue);
      // What matches it already is in force as soon as this one is not.
      if (next !== undefined && next !== name && !before.get(next)?.has(queue)) found.add(keyOf(next));
    }
    if (found.size > 0) successors.set(keyOf(name), [...found].sort());
  }
  return successors;
}

function keyOf(policy: string): string {
  return resourceKey({ kind: 'policy', name: policy });
}

/** Limits that drop what is over as soon as they are in force. */
const DROPPING = ['max-length', 'max-length-bytes', 'message-ttl'] as const;

type Moves = { readonly before: Members; readonly after: ReadonlyMap<string, string> };

function lossesOf(moves: Moves, sight: Sight): ReadonlyMap<string, string> {
  const all = byPriority([...sight.own, ...sight.foreign]);
  const made = new Map(sight.made.map((policy) => [policy.name, policy]));
  const same = new Set(sight.own.flatMap((policy) => (isSame(policy, made.get(policy.name)) ? [policy.name] : [])));
  const homes = homesOf(moves.before);
  const sentences = new Map<string, string[]>();
  for (const asked of [...sight.asked, ...sight.left]) {
    if (!asked.found || !asked.isOurs || asked.resource.kind !== 'queue') continue;
    const cause = causeOf(homes.get(asked.resource.name) ?? [], moves.after.get(asked.resource.name), same);
    if (cause === undefined) continue;
    const [old] = applying(all, asked.target, sight.circumstances).certain;
    const loss = tightening(asked, old?.definition ?? {}, nextOf(asked, sight));
    if (loss !== undefined) sentences.set(keyOf(cause), [...(sentences.get(keyOf(cause)) ?? []), loss]);
  }
  return new Map(
    [...sentences].map(([key, [first = '', ...more]]) => [key, `${first}${more.length > 0 ? ` The same of ${more.length} more.` : ''}`]),
  );
}

/** The policies of ours that each queue is under. */
function homesOf(before: Members): ReadonlyMap<string, readonly string[]> {
  const homes = new Map<string, string[]>();
  for (const [policy, queues] of before) {
    for (const queue of queues) {
      const others = homes.get(queue);
      if (others) others.push(policy);
      else homes.set(queue, [policy]);
    }
  }
  return homes;
}

/** The policy that a queue comes under, or that it is no longer under; undefined where this plan changes nothing of it. */
function causeOf(now: readonly string[], next: string | undefined, same: ReadonlySet<string>): string | undefined {
  if (next === undefined) return now[0];
  return now.length === 1 && now[0] === next && same.has(next) ? undefined : next;
}

/** Whether two policies of one name do the same to the queues that both match. */
function isSame(one: Policy, other: Policy | undefined): boolean {
  const text = ({ name, priority, applyTo, definition }: Policy) =>
    JSON.stringify([name, priority, applyTo, Object.entries(definition).sort()]);
  return other !== undefined && text(one) === text(other);
}

/** What the policy that will be in force says. */
function nextOf(asked: Asked, { foreign, circumstances }: Sight): Policy['definition'] {
  const [first] = applying(foreign, asked.target, circumstances).certain;
  const isOurs = asked.policy !== undefined && !(first && first.priority >= POLICY_PRIORITY);
  return isOurs ? asked.settings : (first?.definition ?? {});
}

function tightening(asked: Asked, old: Policy['definition'], next: Policy['definition']): string | undefined {
  const before = settingsInForce(asked.type, asked.arguments, old);
  const after = settingsInForce(asked.type, asked.arguments, next);
  for (const key of DROPPING) {
    const [from, to] = [before[key], after[key]];
    if (typeof to !== 'number' || (typeof from === 'number' && from <= to)) continue;
    const was = typeof from === 'number' ? `, which was ${from}` : ', which it did not have';
    return `Queue ${quoteText(asked.resource.name)} gets ${key} ${to}${was}: what is over is dropped.`;
  }
  return undefined;
}
