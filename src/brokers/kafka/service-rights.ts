/**
 * The least rights of each service's user on a cluster: docs/topology.md, "Access". Kafka keeps them as a list of single allowances (ACLs) by
 * principal, resource and operation; here all of one principal on one resource stand together. Reading and writing imply describing.
 */
import type { Contract, Interaction, Transport } from '../../contract/model.ts';
import type { System } from '../../contract/system.ts';
import { type Act, actsByUser } from '../../topology/acts.ts';
import { durableReplyPlace, ladderOf, type ReceiveAddress, receptionPlace, replyAddress, sendAddress } from '../../topology/addresses.ts';
import { type DesiredResource, type Resource, resourceKey } from '../../topology/model.ts';
import { keepsFailed, type Reception, takesLadder } from '../../topology/receptions.ts';

/** What a user may do something with: one name, or (`prefixed`) all that begin with it. */
export type AclTarget = { readonly type: string; readonly pattern: 'literal' | 'prefixed'; readonly resource: string };

/** The users that the contracts ask of a transport, and what each may do; none where it names no users. */
export function deriveRights(system: System, transport: Transport): readonly DesiredResource[] {
  return actsByUser(system, transport).flatMap(({ user, services, causes }) => {
    const grants: Grants = { operations: new Map() };
    for (const { service, acts } of services) {
      const ladder = ladderOf(system, transport, service).map(({ name }) => name);
      for (const act of acts) grantAct({ system, transport, service, ladder }, act, grants);
    }
    return userResources(user, grants, causes);
  });
}

/** The operations granted so far, by target. */
type Grants = { readonly operations: Map<string, { readonly target: AclTarget; readonly names: Set<string> }> };

type Place = { readonly system: System; readonly transport: Transport; readonly service: Contract; readonly ladder: readonly string[] };

type KafkaAddress = Extract<ReceiveAddress, { readonly kind: 'kafka' }>;

function grantAct({ system, transport, service, ladder }: Place, act: Act, grants: Grants): void {
  switch (act.kind) {
    case 'send':
      grant(grants, topic(topicOf(system, act.interaction)), 'Write');
      return;
    case 'receive':
      grantReceiving(receptionPlace(system, transport, act.reception) as KafkaAddress, ladderFor(act.reception, ladder), grants);
      return;
    case 'answer':
      grant(grants, topic(repliesOf(system, act.interaction, act.asker)), 'Write');
      return;
    case 'await': {
      if (act.durable) {
        grantReceiving(durableReplyPlace(transport, act.interaction, service) as KafkaAddress, ladder, grants);
        return;
      }
      const replies = repliesOf(system, act.interaction, service);
      grant(grants, topic(replies), 'Read');
      // Each process reads all answers, so each is a group of its own.
      grant(grants, { type: 'group', pattern: 'prefixed', resource: `${replies}.` }, 'Read');
    }
  }
}

/** Where what failed is put: nowhere where nothing of it is kept. */
function ladderFor({ policy }: Reception, ladder: readonly string[]): readonly string[] | undefined {
  return takesLadder(policy) ? ladder : keepsFailed(policy) ? [] : undefined;
}

function grantReceiving({ topic: from, group, dead }: KafkaAddress, ladder: readonly string[] | undefined, grants: Grants): void {
  grant(grants, topic(from), 'Read');
  grant(grants, groupNamed(group), 'Read');
  if (!ladder) return;
  grant(grants, topic(dead), 'Write');
  for (const rung of ladder) {
    grant(grants, topic(rung), 'Read');
    grant(grants, topic(rung), 'Write');
    grant(grants, groupNamed(rung), 'Read');
  }
}

function grant({ operations }: Grants, target: AclTarget, operation: string): void {
  const key = describeTarget(target);
  const known = operations.get(key);
  if (known) known.names.add(operation);
  else operations.set(key, { target, names: new Set([operation]) });
}

function topic(resource: string): AclTarget {
  return { type: 'topic', pattern: 'literal', resource };
}

function groupNamed(resource: string): AclTarget {
  return { type: 'group', pattern: 'literal', resource };
}

function topicOf(system: System, interaction: Interaction): string {
  const address = sendAddress(system, interaction);
  if (address.kind !== 'kafka') throw new Error(`${interaction.id} does not go over Kafka`);
  return address.topic;
}

/** Where an answer is written: to what any process of the asker reads, or to what all of them read. */
function repliesOf(system: System, interaction: Interaction, asker: Contract): string {
  const address = replyAddress(system, interaction, asker);
  if (!address) throw new Error(`${interaction.id} has no answers`);
  return address.shared?.kind === 'kafka' ? address.shared.topic : address.replies;
}

function userResources(user: string, { operations }: Grants, causes: DesiredResource['causes']): readonly DesiredResource[] {
  const owned: Resource = { kind: 'user', name: user, attributes: {} };
  return [
    { ...owned, causes, needs: [], existing: 'adopt' },
    ...[...operations.values()].map(
      ({ target, names }): DesiredResource => ({
        ...aclResource(user, target, [...names]),
        causes,
        needs: [resourceKey(owned)],
        existing: 'adopt',
      }),
    ),
  ];
}

/** All that a user may do with one target. Operations are sorted, so that the same rights are the same text. */
export function aclResource(user: string, target: AclTarget, operations: readonly string[]): Resource {
  return {
    kind: 'acl',
    name: `${user} on ${describeTarget(target)}`,
    attributes: { user, ...target, operations: [...new Set(operations)].sort() },
  };
}

function describeTarget({ type, pattern, resource }: AclTarget): string {
  return pattern === 'prefixed' ? `${type}s ${resource}*` : `${type} ${resource}`;
}

/** The key of the user that a right belongs to; undefined for anything else. */
export function userOfAcl({ kind, attributes }: Resource): string | undefined {
  return kind === 'acl' ? resourceKey({ kind: 'user', name: String(attributes.user) }) : undefined;
}

/** Whether a resource is about what users may do. */
export function isRight(kind: string): boolean {
  return kind === 'user' || kind === 'acl';
}
