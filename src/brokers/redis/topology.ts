/** What contracts become on Redis and Valkey: docs/topology.md, "The mapping". The sorted sets of what is due are made by their first entry. */
import type { Existing, Interaction, Transport } from '../../contract/model.ts';
import { interactionsOver, type System } from '../../contract/system.ts';
import type { Range } from '../../source/source-file.ts';
import { durableReplyPlace, type ReceiveAddress, receptionPlace, sendAddress } from '../../topology/addresses.ts';
import { type DesiredResource, resourceKey } from '../../topology/model.ts';
import { durableRepliesOf, type Reception, receptionsOver, takesLadder } from '../../topology/receptions.ts';
import { type GroupStart, groupResource, shardNames, streamResource } from './resources.ts';
import { deriveRights } from './service-rights.ts';

type RedisAddress = Extract<ReceiveAddress, { readonly kind: 'redis' }>;
type Causes = DesiredResource['causes'];

/** Everything that the contracts ask of a Redis transport. */
export function deriveRedis(system: System, transport: Transport): readonly DesiredResource[] {
  return [
    ...interactionsOver(system, transport.name).flatMap((interaction) => messageStreams(system, interaction)),
    ...receptionsOver(system, transport.name).flatMap((reception) => receptionResources(system, transport, reception)),
    ...system.contracts.flatMap((user) =>
      durableRepliesOf(system, transport.name, user).flatMap(({ interaction, use }) => {
        const address = durableReplyPlace(transport, interaction, user) as RedisAddress;
        return [
          stream(address.stream, [use.at]),
          ...groupsOn(address, '0', [use.at]),
          ...failureStreams(address, { retried: true, parked: true }, [use.at]),
        ];
      }),
    ),
    ...deriveRights(system, transport),
  ];
}

function messageStreams(system: System, interaction: Interaction): readonly DesiredResource[] {
  const address = sendAddress(system, interaction);
  if (address.kind !== 'redis') throw new Error(`${interaction.id} does not go over Redis`);
  return shardNames(address).map((name) => stream(name, [interaction.at], interaction.existing));
}

function receptionResources(system: System, transport: Transport, reception: Reception): readonly DesiredResource[] {
  const { causes, existing, policy, uses } = reception;
  const address = receptionPlace(system, transport, reception) as RedisAddress;
  // The provider's own group takes everything that was ever sent to it: a request is for nobody else.
  const start = uses.length === 0 || policy.start === 'earliest' ? '0' : '$';
  const groups = groupsOn(address, start, causes).map((group) => (existing ? { ...group, existing } : group));
  return [...groups, ...failureStreams(address, { retried: takesLadder(policy), parked: policy.retainDead !== false }, causes)];
}

type Failed = { readonly retried: boolean; readonly parked: boolean };

/** What a receiver needs for what failed: where it comes back when it is due, and where it rests. */
function failureStreams({ retry, dead, group }: RedisAddress, { retried, parked }: Failed, causes: Causes): readonly DesiredResource[] {
  const back = retried ? [stream(retry, causes), ...groupsOn({ stream: retry, group }, '0', causes)] : [];
  return [...back, ...(parked ? [stream(dead, causes)] : [])];
}

type GroupPlace = { readonly stream: string; readonly shards?: number; readonly group: string };

function groupsOn(place: GroupPlace, start: GroupStart, causes: Causes): readonly DesiredResource[] {
  return shardNames(place).map((name) => ({
    ...groupResource(name, place.group, start),
    causes,
    needs: [resourceKey({ kind: 'stream', name })],
  }));
}

function stream(name: string, causes: readonly [Range, ...Range[]], existing?: Existing): DesiredResource {
  return { ...streamResource(name), causes, needs: [], ...(existing && { existing }) };
}
