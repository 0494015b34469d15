/** Which policies apply to what: RabbitMQ takes one of those that users wrote, by its priority, and merges none. */
import type { JsonObject } from '../../source/json.ts';
import { attribute } from '../../topology/compare.ts';
import { compareText } from '../../topology/derive.ts';
import type { Resource } from '../../topology/model.ts';
import type { QueueType } from '../../topology/queue-arguments.ts';
import { expandNamePattern } from './name-pattern.ts';
import { type TargetType, takesSettings } from './policy-keys.ts';
import { type NameTest, nameTest } from './policy-patterns/match.ts';
import { nestedAttributes } from './resources.ts';

/** A policy, of users or of the operator. */
export type Policy = {
  readonly name: string;
  readonly pattern: string;
  readonly priority: number;
  readonly definition: JsonObject;
  readonly applyTo: string;
  readonly matches: NameTest;
  /** The names that it lists, as ours do; undefined for any other pattern. */
  readonly names: readonly string[] | undefined;
};

/** A queue or an exchange that policies may apply to. `inForce`: the policy that the broker itself says to be in force on it; null: none. */
export type Target = {
  readonly name: string;
  readonly type: TargetType;
  readonly inForce?: string | null;
};

/** What a choice depends on besides policies and targets: the broker's version, and the priorities of all policies that are there. */
export type Circumstances = { readonly version: string | undefined; readonly priorities: ReadonlyMap<string, number> };

/** A resource as a policy. */
export function policyOf(resource: Resource): Policy {
  const priority = attribute(resource, 'priority');
  const pattern = String(attribute(resource, 'pattern') ?? '');
  const names = expandNamePattern(pattern);
  return {
    name: resource.name,
    pattern,
    priority: typeof priority === 'number' ? priority : 0,
    definition: nestedAttributes(resource.attributes, 'definition.'),
    applyTo: String(attribute(resource, 'apply-to') ?? 'all'),
    matches: nameTest(pattern, names),
    names,
  };
}

/** Policies with the highest priority first. */
export function byPriority(policies: readonly Policy[]): readonly Policy[] {
  return [...policies].sort((a, b) => b.priority - a.priority || compareText(a.name, b.name));
}

/** Whether a policy would apply to a target if there were no other; undefined where that cannot be told. */
function appliesTo(policy: Policy, target: Target, { version }: Circumstances): boolean | undefined {
  const answers = [isMeant(policy.applyTo, target.type), takesSettings(target.type, policy.definition, version)];
  if (answers.includes(false)) return false;
  const matches = policy.matches(target.name);
  return matches === false ? false : answers.includes(undefined) ? undefined : matches;
}

const TYPES: ReadonlyMap<string, readonly TargetType[]> = new Map<string, readonly TargetType[]>([
  ['all', ['classic', 'quorum', 'stream', 'exchange']],
  ['queues', ['classic', 'quorum', 'stream']],
  ['classic_queues', ['classic']],
  ['quorum_queues', ['quorum']],
  ['streams', ['stream']],
  ['exchanges', ['exchange']],
]);

function isMeant(applyTo: string, type: TargetType): boolean | undefined {
  return TYPES.get(applyTo)?.includes(type);
}

/** The type of a queue or an exchange as a target of policies. */
export function targetType({ kind, attributes }: Resource): TargetType {
  if (kind === 'exchange') return 'exchange';
  const type = attributes['arguments.x-queue-type'];
  return TYPES.get('queues')?.find((known): known is QueueType => known === type) ?? 'classic';
}

/** Policies that apply to a target, the highest priority first, and those of which it cannot be told. */
export type Applying = { readonly certain: readonly Policy[]; readonly perhaps: readonly Policy[] };

/** Which of some policies, sorted by priority, apply to a target. What the broker itself says is in force decides where a pattern cannot. */
export function applying(sorted: readonly Policy[], target: Target, circumstances: Circumstances): Applying {
  const certain: Policy[] = [];
  const perhaps: Policy[] = [];
  for (const policy of sorted) {
    const answer = appliesTo(policy, target, circumstances) ?? told(policy, target, circumstances);
    if (answer === true) certain.push(policy);
    else if (answer === undefined) perhaps.push(policy);
  }
  return { certain, perhaps };
}

/** What follows from the policy that is in force: it applies, and none with a higher priority does. */
function told(policy: Policy, { inForce }: Target, { priorities }: Circumstances): boolean | undefined {
  if (inForce === undefined) return undefined;
  if (inForce === policy.name) return true;
  if (inForce === null) return false;
  const priority = priorities.get(inForce);
  return priority !== undefined && policy.priority > priority ? false : undefined;
}
