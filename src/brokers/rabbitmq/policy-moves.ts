/** Queues that come under another policy than before: in which order policies change, and what is lost by it. */
import { quoteText } from '../../source/quote.ts';
import { type ActualResource, type ActualTopology, resourceKey, type Topology } from '../../topology/model.ts';
import type { Review } from '../../topology/port.ts';
import { applying, byPriority, type Policy, policyOf } from './policy-choice.ts';
import { settingsInForce } from './policy-keys.ts';
import { type Asked, namesOf, type Sight } from './policy-sight.ts';
import { POLICY_PRIORITY } from './resources.ts';

type Moving = { readonly desired: Topology; readonly actual: ActualTopology; readonly project: string; readonly sight: Sight };

/** The successors of each of our policies that gives queues up, and what settings that change on queues that are there would drop. */
export function reviewMoves({ desired, actual, project, sight }: Moving): Pick<Review, 'successors' | 'companions' | 'losses'> {
  const own = actual.resources.filter(({ kind, owner }) => kind === 'policy' && owner === project);
  const before = new Map(own.map((resource) => [resource.name, membersOf(resource, sight)]));
  const after = new Map(
    desired.resources
      .filter(({ kind }) => kind === 'policy')
      .flatMap(({ name, attributes }) => namesOf(attributes.pattern).map((queue) => [queue, name] as const)),
  );
  const companions = sight.asked.flatMap(({ resource, policy }) =>
    policy === undefined || resource.kind !== 'queue' ? [] : [[resourceKey(resource), [keyOf(policy)]] as const],
  );
  return { successors: successorsOf(before, after), companions: new Map(companions), losses: lossesOf(own.map(policyOf), after, sight) };
}

/** The queues of ours that a policy matches; of one that was changed by hand as far as can be told. */
function membersOf(policy: ActualResource, { asked }: Sight): ReadonlySet<string> {
  const { matches } = policyOf(policy);
  return new Set(asked.flatMap(({ resource: { kind, name } }) => (kind === 'queue' && matches(name) !== false ? [name] : [])));
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

function lossesOf(own: readonly Policy[], after: ReadonlyMap<string, string>, sight: Sight): ReadonlyMap<string, string> {
  const all = byPriority([...own, ...sight.foreign]);
  const sentences = new Map<string, string[]>();
  for (const asked of sight.asked) {
    if (!asked.found || !asked.isOurs || asked.resource.kind !== 'queue') continue;
    const [old] = applying(all, asked.target, sight.circumstances).certain;
    const next = nextOf(asked, sight);
    const loss = tightening(asked, old?.definition ?? {}, next);
    const cause = after.get(asked.resource.name) ?? own.find(({ name }) => name === old?.name)?.name;
    if (loss === undefined || cause === undefined) continue;
    const key = keyOf(cause);
    sentences.set(key, [...(sentences.get(key) ?? []), loss]);
  }
  return new Map(
    [...sentences].map(([key, [first = '', ...more]]) => [key, `${first}${more.length > 0 ? ` The same of ${more.length} more.` : ''}`]),
  );
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
