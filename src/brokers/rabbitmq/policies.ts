import type { JsonObject } from '../../source/json.ts';
import type { Range } from '../../source/source-file.ts';
import type { DesiredResource } from '../../topology/model.ts';
import { namePattern } from './name-pattern.ts';
import { policyName, policyResource } from './resources.ts';

/** A queue with the settings that may change while it stands. */
export type QueueSettings = { readonly queue: string; readonly settings: JsonObject; readonly cause: Range };

/** How many characters the names in one policy's pattern have at most: RabbitMQ 3.10 took a pattern of 26 000 and refused one of 54 000. */
const charactersPerPolicy = 20_000;

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
  return inParts(sorted).map((part, index) => {
    const [first, ...rest] = part;
    return {
      ...policyResource(index === 0 ? name : `${name}.${index + 1}`, namePattern(part.map(({ queue }) => queue)), first.settings),
      causes: [first.cause, ...rest.map(({ cause }) => cause)],
      needs: [],
    };
  });
}

type Part = [QueueSettings, ...QueueSettings[]];

function inParts(sorted: readonly QueueSettings[]): readonly Part[] {
  const parts: Part[] = [];
  let characters = 0;
  for (const member of sorted) {
    characters += member.queue.length;
    const part = parts.at(-1);
    if (part && characters <= charactersPerPolicy) part.push(member);
    else {
      parts.push([member]);
      characters = member.queue.length;
    }
  }
  return parts;
}

function settingsName(settings: JsonObject): string {
  return Object.keys(settings)
    .sort()
    .map((key) => `${key}-${settings[key]}`)
    .join('.');
}
