/**
 * The least rights of each service's user on a virtual host: docs/topology.md, "Access". RabbitMQ knows three of them, each a pattern of names
 * (to configure, to write, to read), and beside them which routing keys may be sent to a topic exchange.
 */
import type { Contract, Interaction, Transport } from '../../contract/model.ts';
import type { System } from '../../contract/system.ts';
import { type Act, actsByUser } from '../../topology/acts.ts';
import { durableReplyPlace, ladderOf, receptionPlace, replyAddress } from '../../topology/addresses.ts';
import { type DesiredResource, type Resource, resourceKey } from '../../topology/model.ts';
import { keepsFailed, type Reception, takesLadder } from '../../topology/receptions.ts';
import { namePattern } from './name-pattern.ts';
import { exchangeTypeOf, type RabbitmqAddress, rabbitmqSend } from './send.ts';

/** What matches no name: no right at all. */
const NOTHING = '^$';

/** What names a process's own queue for answers, after the exchange that they come through and a dot: the instance, and how often it was opened. */
const INSTANCE = '[A-Za-z0-9._-]+\\.[0-9]+';

/** The users, permissions and topic permissions that the contracts ask of a transport; none where it names no users. */
export function deriveRights(system: System, transport: Transport): readonly DesiredResource[] {
  return actsByUser(system, transport).flatMap(({ user, services, causes }) => {
    const grants = createGrants();
    for (const { service, acts } of services) {
      const ladder = ladderOf(system, transport, service).map(({ name }) => name);
      for (const act of acts) grantAct({ system, transport, service, ladder }, act, grants);
    }
    return userResources(user, grants, causes);
  });
}

/** What a user may do so far, by exact names. */
type Grants = {
  readonly write: Set<string>;
  readonly read: Set<string>;
  /** Exchanges of answers: what is named after one of them is a queue that a process of the service makes for itself. */
  readonly replies: Set<string>;
  /** The keys that may be sent to each topic exchange. */
  readonly keys: Map<string, Set<string>>;
};

function createGrants(): Grants {
  return { write: new Set(), read: new Set(), replies: new Set(), keys: new Map() };
}

type Place = {
  readonly system: System;
  readonly transport: Transport;
  readonly service: Contract;
  readonly ladder: readonly string[];
};

function grantAct({ system, transport, service, ladder }: Place, act: Act, grants: Grants): void {
  switch (act.kind) {
    case 'send':
      grantSending(system, act.interaction, grants);
      return;
    case 'receive':
      grantReceiving(receptionPlace(system, transport, act.reception) as RabbitmqAddress, ladderFor(act.reception, ladder), grants);
      return;
    case 'answer':
      grants.write.add(repliesOf(system, act.interaction, act.asker));
      return;
    case 'await':
      if (act.durable) grantReceiving(durableReplyPlace(transport, act.interaction, service) as RabbitmqAddress, ladder, grants);
      else grants.replies.add(repliesOf(system, act.interaction, service));
  }
}

function grantSending(system: System, interaction: Interaction, { write, keys }: Grants): void {
  const { exchange, routingKey } = rabbitmqSend(system, interaction);
  write.add(exchange);
  // Of an exchange that was there before the type may not be known, and on one of another type such a right means nothing.
  const mayBeTopic = exchangeTypeOf(system, interaction) === 'topic' || interaction.existing !== undefined;
  if (mayBeTopic) keys.set(exchange, (keys.get(exchange) ?? new Set()).add(routingKey));
}

function repliesOf(system: System, interaction: Interaction, asker: Contract): string {
  const address = replyAddress(system, interaction, asker);
  if (!address) throw new Error(`${interaction.id} has no answers`);
  return address.replies;
}

/** Where what failed is put: nowhere where nothing of it is kept. */
function ladderFor({ policy }: Reception, ladder: readonly string[]): readonly string[] | undefined {
  return takesLadder(policy) ? ladder : keepsFailed(policy) ? [] : undefined;
}

function grantReceiving({ queue, dead }: RabbitmqAddress, ladder: readonly string[] | undefined, { read, write }: Grants): void {
  read.add(queue);
  if (ladder) for (const exchange of [dead, ...ladder]) write.add(exchange);
}

function userResources(
  user: string,
  { write, read, replies, keys }: Grants,
  causes: DesiredResource['causes'],
): readonly DesiredResource[] {
  const own = [...replies].sort();
  const account: Resource = { kind: 'user', name: user, attributes: { tags: [] } };
  const needs = [resourceKey(account)];
  const permission = permissionResource(user, {
    configure: rightPattern([], own),
    write: rightPattern([...write], own),
    // The queue is bound to the exchange that it takes answers from, which takes the right to read the exchange.
    read: rightPattern([...read, ...own], own),
  });
  return [
    { ...account, causes, needs: [], existing: 'shared' },
    ...[...keys].map(
      ([exchange, allowed]): DesiredResource => ({
        ...topicPermissionResource({ user, exchange, write: namePattern([...allowed]), read: NOTHING }),
        causes,
        needs,
        existing: 'adopt',
      }),
    ),
    { ...permission, causes, needs, existing: 'adopt' },
  ];
}

/** Exactly these names, and those of the queues that processes make for the answers they await. */
function rightPattern(names: readonly string[], replies: readonly string[]): string {
  const exact = names.length === 0 ? [] : [namePattern(names)];
  const made = replies.map((exchange) => `${namePattern([exchange]).slice(0, -1)}\\.${INSTANCE}$`);
  return [...exact, ...made].join('|') || NOTHING;
}

/** What a user may do with what has these names, as patterns. */
export type Rights = { readonly configure: string; readonly write: string; readonly read: string };

/** A user's rights on the virtual host. */
export function permissionResource(user: string, { configure, write, read }: Rights): Resource {
  return { kind: 'permission', name: user, attributes: { configure, write, read } };
}

/** Which keys a user may send to a topic exchange, and bind with. */
export type KeyRights = { readonly user: string; readonly exchange: string; readonly write: string; readonly read: string };

/** A user's rights on the keys of one topic exchange. */
export function topicPermissionResource({ user, exchange, write, read }: KeyRights): Resource {
  return { kind: 'topic-permission', name: `${user} on ${exchange}`, attributes: { user, exchange, write, read } };
}

/** The user whose permissions a resource is; undefined for any other. */
export function userOfRight({ kind, name, attributes }: Resource): string | undefined {
  if (kind === 'permission') return name;
  return kind === 'topic-permission' ? String(attributes.user) : undefined;
}
