/** What contracts become on Kafka: docs/topology.md, "The mapping". Groups are no resources: consuming makes them. */
import type { Interaction, Milliseconds, Retention, Transport } from '../../contract/model.ts';
import { interactionsOver, type System } from '../../contract/system.ts';
import { isObject, type JsonValue } from '../../source/json.ts';
import type { Range } from '../../source/source-file.ts';
import { ladderOf, replyAddress, sendAddress } from '../../topology/addresses.ts';
import type { DesiredResource } from '../../topology/model.ts';
import { deriveName } from '../../topology/names.ts';
import { asksOf, channelOf, durableRepliesOf, receptionsOf, takesLadder } from '../../topology/receptions.ts';
import { deriveRights } from './service-rights.ts';

/** How long a message may lie in a retry topic beyond its delay while no instance of its receiver is up: what Kafka itself keeps by default. */
const RETRY_GRACE: Milliseconds = 7 * 86_400_000;

type Causes = DesiredResource['causes'];
type Configs = Readonly<Record<string, string>>;

/** Everything that the contracts ask of a Kafka transport. */
export function deriveKafka(system: System, transport: Transport): readonly DesiredResource[] {
  return [
    ...interactionsOver(system, transport.name).map((interaction) => messageTopic(system, transport, interaction)),
    ...replyTopics(system, transport),
    ...failureTopics(system, transport),
    ...deriveRights(system, transport),
  ];
}

function messageTopic(system: System, transport: Transport, interaction: Interaction): DesiredResource {
  const address = sendAddress(system, interaction);
  if (address.kind !== 'kafka') throw new Error(`${interaction.id} does not go over Kafka`);
  const channel = channelOf(system, interaction);
  const { partitions, retain } = channel ?? interaction.delivery;
  const { existing } = interaction;
  // Of a topic that exists already only what the contract says of it counts.
  const isDescribed = existing !== undefined && interaction.address !== undefined;
  const size = isDescribed
    ? { partitions }
    : { partitions: partitions ?? transport.defaults.partitions, replication: transport.defaults.replication };
  const configs = { ...(!existing && configsOf(transport)), ...(isDescribed && !retain ? {} : retentionConfigs(retain)) };
  const attributes = topicAttributes({ ...size, configs });
  const own = existing ? { existing } : exactness(transport);
  return { kind: 'topic', name: address.topic, attributes, causes: [interaction.at], needs: [], ...own };
}

/** The topics that answers come through: one for each asker, and one for each request whose answers any of its instances may take. */
function replyTopics(system: System, transport: Transport): readonly DesiredResource[] {
  return system.contracts.flatMap((contract) =>
    asksOf(system, transport.name, contract).flatMap(({ interaction, at }) => {
      const address = replyAddress(system, interaction, contract);
      const names = [address?.replies, address?.shared?.kind === 'kafka' ? address.shared.topic : undefined];
      return names.flatMap((name) => (name === undefined ? [] : [ownTopic(transport, name, { 'cleanup.policy': 'delete' }, [at])]));
    }),
  );
}

/** What a receiving service needs for what failed: a topic for each delay, and one for dead letters. */
function failureTopics(system: System, transport: Transport): readonly DesiredResource[] {
  return system.contracts.flatMap((receiver) => {
    const receptions = receptionsOf(system, transport.name, receiver);
    const parking = receptions.filter(({ policy }) => policy.retainDead !== false);
    const replies = durableRepliesOf(system, transport.name, receiver).map(({ use }) => use.at);
    const causes = [...parking.flatMap((reception) => reception.causes), ...replies];
    const retried = [...receptions.filter(({ policy }) => takesLadder(policy)).flatMap((reception) => reception.causes), ...replies];
    const retains = [...parking.map(({ policy }) => policy.retainDead || undefined), ...replies.map(() => undefined)];
    const dead = deriveName(transport, 'kafka', 'dead', { service: receiver.service });
    return [
      ...ladderOf(system, transport, receiver).flatMap(({ name, delay }) =>
        whenAsked(retried, (asking) => ownTopic(transport, name, retentionConfigs({ time: delay + RETRY_GRACE, compact: false }), asking)),
      ),
      ...whenAsked(causes, (asking) => ownTopic(transport, dead, deadConfigs(retains), asking)),
    ];
  });
}

/** A dead letter must not vanish in silence: only where every receiver says how long it is to be kept does it ever go. */
function deadConfigs(retains: readonly (Milliseconds | undefined)[]): Configs {
  const given = retains.filter((retain) => retain !== undefined);
  const time = given.length === retains.length ? Math.max(...given) : -1;
  return { 'cleanup.policy': 'delete', 'retention.ms': String(time) };
}

function whenAsked(causes: readonly Range[], make: (causes: Causes) => DesiredResource): readonly DesiredResource[] {
  const [first, ...rest] = causes;
  return first ? [make([first, ...rest])] : [];
}

function ownTopic(transport: Transport, name: string, configs: Configs, causes: Causes): DesiredResource {
  const attributes = topicAttributes({ ...transport.defaults, configs: { ...configsOf(transport), ...configs } });
  return { kind: 'topic', name, attributes, causes, needs: [], ...exactness(transport) };
}

/** What the project asks of every topic, in the texts that Kafka has them in. */
function configsOf({ options }: Transport): Configs {
  const written = isObject(options.configs) ? options.configs : {};
  return Object.fromEntries(Object.entries(written).map(([name, value]) => [name, String(value)]));
}

function exactness({ options }: Transport): Pick<DesiredResource, 'exact'> {
  return options['own-configs'] === 'all' ? { exact: true } : {};
}

/** `size` is per partition, as Kafka counts it. */
function retentionConfigs(retain: Retention = { compact: false }): Configs {
  const bounded = retain.time !== undefined || retain.size !== undefined;
  return {
    'cleanup.policy': retain.compact ? (bounded ? 'compact,delete' : 'compact') : 'delete',
    ...(retain.time !== undefined && { 'retention.ms': String(retain.time) }),
    ...(retain.size !== undefined && { 'retention.bytes': String(retain.size) }),
  };
}

type TopicParts = { readonly partitions?: number | undefined; readonly replication?: number | undefined; readonly configs: Configs };

/** What is absent is left to the broker's defaults and not compared. Config values are texts, as Kafka has them. */
function topicAttributes({ partitions, replication, configs }: TopicParts): Readonly<Record<string, JsonValue>> {
  return {
    ...(partitions !== undefined && { partitions }),
    ...(replication !== undefined && { replication }),
    ...Object.fromEntries(Object.entries(configs).map(([key, value]) => [`configs.${key}`, value])),
  };
}
