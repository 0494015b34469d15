/** The least rights of each service's user on a server: docs/topology.md, "Access". */
import { receiverPolicy } from '../../contract/delivery.ts';
import type { Contract, Interaction, Transport } from '../../contract/model.ts';
import type { System } from '../../contract/system.ts';
import { type Act, actsByUser } from '../../topology/acts.ts';
import { durableReplyPlace, type ReceiveAddress, receptionPlace, replyAddress, sendAddress } from '../../topology/addresses.ts';
import type { DesiredResource } from '../../topology/model.ts';
import { type Reception, takesLadder } from '../../topology/receptions.ts';
import { textOption } from '../tls.ts';
import { literally } from './acl-rules.ts';
import { shardNames } from './resources.ts';
import { CONNECTING, type Doing, userResource } from './user-rights.ts';

type RedisAddress = Extract<ReceiveAddress, { readonly kind: 'redis' }>;

/** What stands before the keys of what was handled, as the runtime has it where nobody says otherwise. */
const HANDLED = 'msgctl:handled:';

/** The users that the contracts ask of a transport, and what each may do; none where it names no users. */
export function deriveRights(system: System, transport: Transport): readonly DesiredResource[] {
  const commands = usesOtherDatabase(transport) ? [...CONNECTING, 'select'] : CONNECTING;
  return actsByUser(system, transport).map(({ user, services, causes }) => {
    const grants: Grants = { keys: new Map() };
    for (const { service, acts } of services) for (const act of acts) grantAct({ system, transport, service }, act, grants);
    return { ...userResource(user, commands, grants.keys), causes, needs: [], existing: 'adopt' };
  });
}

/** Whether `url` names another database than the one that every connection begins in. */
function usesOtherDatabase({ options }: Transport): boolean {
  const url = textOption(options.url) ?? '';
  return URL.canParse(url) && /^\/0*[1-9]/.test(new URL(url).pathname);
}

/** The patterns of keys granted so far, by what is done with them. */
type Grants = { readonly keys: Map<Doing, Set<string>> };

type Place = { readonly system: System; readonly transport: Transport; readonly service: Contract };

function grantAct({ system, transport, service }: Place, act: Act, grants: Grants): void {
  switch (act.kind) {
    case 'send':
      for (const name of streamsOf(system, act.interaction)) grant(grants, 'send', exactly(name));
      return;
    case 'receive': {
      const { policy } = act.reception;
      const place = receptionPlace(system, transport, act.reception) as RedisAddress;
      grantReceiving(place, { retried: takesLadder(policy), parked: policy.retainDead !== false }, grants);
      for (const scope of scopesOf(act.reception)) grantBoth(grants, 'remember', `~${literally(`${HANDLED}${scope}:`)}*`);
      return;
    }
    case 'answer': {
      const { replies, shared } = repliesOf(system, act.interaction, act.asker);
      grant(grants, 'add', `%W${shared?.kind === 'redis' ? exactly(shared.stream) : instancesOf(replies)}`);
      return;
    }
    case 'await':
      if (act.durable) {
        const place = durableReplyPlace(transport, act.interaction, service) as RedisAddress;
        grantReceiving(place, { retried: true, parked: true }, grants);
      } else grant(grants, 'await', instancesOf(repliesOf(system, act.interaction, service).replies));
  }
}

type Failed = { readonly retried: boolean; readonly parked: boolean };

function grantReceiving(place: RedisAddress, { retried, parked }: Failed, grants: Grants): void {
  for (const name of shardNames(place)) grant(grants, 'receive', exactly(name));
  if (parked) grant(grants, 'add', `%W${exactly(place.dead)}`);
  if (!retried) return;
  grantBoth(grants, 'due', exactly(place.due));
  // What is due moves into its stream, which only this service writes to, so that it trims it too.
  grantBoth(grants, 'send', exactly(place.retry));
  grant(grants, 'receive', exactly(place.retry));
}

function grant({ keys }: Grants, doing: Doing, pattern: string): void {
  const known = keys.get(doing);
  if (known) known.add(pattern);
  else keys.set(doing, new Set([pattern]));
}

/** What is done in one step with others: a script names its keys. */
function grantBoth(grants: Grants, doing: Doing, pattern: string): void {
  grant(grants, doing, pattern);
  grant(grants, 'script', pattern);
}

function exactly(name: string): string {
  return `~${literally(name)}`;
}

/** Each process of the asker has a stream of its own. */
function instancesOf(replies: string): string {
  return `~${literally(replies)}.*`;
}

/** What a receiver remembers by, where it is to handle a message once: as the runtime calls it. */
function scopesOf({ receiver, interactions, uses }: Reception): readonly string[] {
  return interactions.flatMap((interaction) => {
    const use = uses.find(({ id }) => id === interaction.id);
    return receiverPolicy(interaction, use).deduplicate ? [`${receiver.service}/${interaction.id}`] : [];
  });
}

function streamsOf(system: System, interaction: Interaction): readonly string[] {
  const address = sendAddress(system, interaction);
  if (address.kind !== 'redis') throw new Error(`${interaction.id} does not go over Redis`);
  return shardNames(address);
}

function repliesOf(system: System, interaction: Interaction, asker: Contract) {
  const address = replyAddress(system, interaction, asker);
  if (!address) throw new Error(`${interaction.id} has no answers`);
  return address;
}
