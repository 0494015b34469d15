/** A plan for RabbitMQ held against the policies of everybody: docs/topology.md, "Policies". */
import { quoteText } from '../../source/quote.ts';
import { type ActualTopology, type DesiredResource, resourceKey, type Topology } from '../../topology/model.ts';
import type { Review, ReviewedRefusal } from '../../topology/port.ts';
import { namePattern } from './name-pattern.ts';
import { reviewMoves } from './policy-moves.ts';
import { namesOf, sightOf } from './policy-sight.ts';
import { judgeTargets, type Remark, type Verdict } from './review-policies.ts';

/** Which policies will be in force, and what has to happen in which order so that no queue is without the right one. */
export function reviewRabbitmq(desired: Topology, actual: ActualTopology, project: string): Review {
  const sight = sightOf(desired, actual, project);
  const verdicts = judgeTargets(sight);
  const fitted = leaveOut(desired, verdicts);
  return {
    desired: fitted,
    refusals: refusalsOf(verdicts),
    notes: notesOf(verdicts),
    ...reviewMoves({ desired: fitted, actual, project, sight }),
  };
}

function refusalsOf(verdicts: readonly Verdict[]): ReadonlyMap<string, ReviewedRefusal> {
  return new Map(verdicts.flatMap(({ asked, refusal }) => (refusal ? [[resourceKey(asked.resource), refusal] as const] : [])));
}

/** The policies without what must not come under them; one that is left without any queue is not made. */
function leaveOut(desired: Topology, verdicts: readonly Verdict[]): Topology {
  const left = new Set(
    verdicts.flatMap(({ asked, isLeftOut }) => (isLeftOut && asked.resource.kind === 'queue' ? [asked.resource.name] : [])),
  );
  if (left.size === 0) return desired;
  return {
    ...desired,
    resources: desired.resources.flatMap((resource) => (resource.kind === 'policy' ? narrow(resource, left) : [resource])),
  };
}

function narrow(policy: DesiredResource, left: ReadonlySet<string>): readonly DesiredResource[] {
  const names = namesOf(policy.attributes.pattern);
  const rest = names.filter((name) => !left.has(name));
  if (rest.length === names.length) return [policy];
  return rest.length === 0 ? [] : [{ ...policy, attributes: { ...policy.attributes, pattern: namePattern(rest) } }];
}

/** How many names a note lists before it counts the rest. */
const NAMED = 3;

/** One note for each thing that is to be said, with the names of all that it is about. */
function notesOf(verdicts: readonly Verdict[]): readonly string[] {
  const groups = new Map<string, { readonly remark: Remark; readonly names: string[] }>();
  for (const { asked, remarks } of verdicts) {
    for (const remark of remarks) {
      const group = groups.get(JSON.stringify(remark)) ?? { remark, names: [] };
      group.names.push(`${asked.resource.kind} ${quoteText(asked.resource.name)}`);
      groups.set(JSON.stringify(remark), group);
    }
  }
  return [...groups.values()].map(({ remark: { before, after }, names }) => {
    const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
    return `${before} ${names.slice(0, NAMED).join(', ')}${more}${after}`;
  });
}
