/** A plan for RabbitMQ held against the policies of everybody: docs/topology.md, "Policies". */
import { quoteText } from '../../source/quote.ts';
import { type ActualTopology, type DesiredResource, resourceKey, type Topology } from '../../topology/model.ts';
import type { Review, ReviewedRefusal } from '../../topology/port.ts';
import { namePattern } from './name-pattern.ts';
import { policyOf } from './policy-choice.ts';
import { reviewMoves } from './policy-moves.ts';
import { type Sight, sightOf } from './policy-sight.ts';
import { judgeTargets, type Remark, type Verdict } from './review-policies.ts';
import { MISSING_VHOST } from './vhost.ts';

/** Which policies will be in force, and what has to happen in which order so that no queue is without the right one. */
export function reviewRabbitmq(desired: Topology, actual: ActualTopology, project: string): Review {
  const sight = sightOf(desired, actual, project);
  const verdicts = judgeTargets(sight);
  const fitted = leaveOut(desired, verdicts);
  return {
    desired: withVhost(fitted, actual),
    refusals: refusalsOf(verdicts),
    notes: [...notesOf(verdicts), ...waysIn(sight, actual)],
    ...reviewMoves(sight),
  };
}

/** A virtual host belongs to nobody: it is only made where it is not there, before everything that is to be on it. */
function withVhost(desired: Topology, { server }: ActualTopology): Topology {
  const name = server?.[MISSING_VHOST];
  const [first] = desired.resources;
  if (typeof name !== 'string' || !first) return desired;
  const vhost: DesiredResource = { kind: 'vhost', name, attributes: {}, causes: [first.causes[0]], needs: [], existing: 'shared' };
  const rest = desired.resources.map((resource) => ({ ...resource, needs: [...resource.needs, resourceKey(vhost)] }));
  return { ...desired, resources: [vhost, ...rest] };
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
  const names = policyOf(policy).names ?? [];
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

/** Exchanges of others that lead into ours: what comes that way is in no contract. Such bindings are nobody's to take away but of who made them. */
function waysIn({ asked }: Sight, { resources }: ActualTopology): readonly string[] {
  const ours = new Set(
    asked.flatMap(({ resource, isOurs, found }) => (resource.kind === 'exchange' && isOurs && found ? [resource.name] : [])),
  );
  const ways = resources.flatMap(({ kind, attributes: { source, destination, destination_type: type } }) => {
    const isIn = kind === 'binding' && type === 'exchange' && ours.has(String(destination)) && !ours.has(String(source));
    return isIn ? [`${quoteText(String(source))} into ${quoteText(String(destination))}`] : [];
  });
  const distinct = [...new Set(ways)].sort();
  if (distinct.length === 0) return [];
  const more = distinct.length > NAMED ? ` and ${distinct.length - NAMED} more` : '';
  return [
    `Bindings of others lead from exchange ${distinct.slice(0, NAMED).join(', from ')}${more}: what comes that way is in no contract. msgctl leaves bindings between exchanges as they are.`,
  ];
}
