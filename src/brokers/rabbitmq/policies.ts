import type { JsonObject } from '../../source/json.ts';
import type { Range } from '../../source/source-file.ts';
import type { DesiredResource } from '../../topology/model.ts';
import { namePattern } from './name-pattern.ts';
import { policyName, policyResource } from './resources.ts';

/** A queue with the settings that may change while it stands. */
export type QueueSettings = { readonly queue: string; readonly settings: JsonObject; readonly cause: Range };

/** How many queues one policy names at most: its pattern must stay well within what RabbitMQ compiles. */
const queuesPerPolicy = 500;

/**
 * The fewest policies that give each queue its settings: at most one policy applies to a queue and nothing is merged, so queues with the same
 * settings share one, and no two policies match the same queue. A policy is named after its settings, so that a queue more or less changes
 * its pattern and nothing else.
 */
export function groupPolicies(project: string, queues: readonly QueueSettings[]): readonly DesiredResource[] {
  const groups = new Map<string, QueueSettings[]>();
  for (const queue of queues) {
    if (Object.keys(queue.settings).length === 0) continue;
    const suffix = settingsName(queue.settings);
    const group = groups.get(suffix);
    if (group) group.push(queue);
    else groups.set(suffix, [queue]);
  }
  return [...groups].flatMap(([suffix, members]) => policiesOf(policyName(project, suffix), members));
}

function policiesOf(name: string, members: readonly QueueSettings[]): readonly DesiredResource[] {
  const sorted = [...new Map(members.map((member) => [member.queue, member])).values()].sort((a, b) => (a.queue < b.queue ? -1 : 1));
  const policies: DesiredResource[] = [];
  for (let at = 0; at < sorted.length; at += queuesPerPolicy) {
    const [first, ...rest] = sorted.slice(at, at + queuesPerPolicy) as [QueueSettings, ...QueueSettings[]];
    const pattern = namePattern([first, ...rest].map(({ queue }) => queue));
    policies.push({
      ...policyResource(at === 0 ? name : `${name}.${at / queuesPerPolicy + 1}`, pattern, first.settings),
      causes: [first.cause, ...rest.map(({ cause }) => cause)],
      needs: [],
    });
  }
  return policies;
}

function settingsName(settings: JsonObject): string {
  return Object.keys(settings)
    .sort()
    .map((key) => `${key}-${settings[key]}`)
    .join('.');
}
