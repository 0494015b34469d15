/**
 * Where an interaction's messages go: the names that `names.ts` derives, put together for one sender or one receiver. Used by the broker
 * specs (to make what stands there) and by the generator (to tell the runtime).
 */
import type { Contract, Interaction, Transport } from '../contract/model.ts';
import { findTransport, type System } from '../contract/system.ts';
import { addressPart, deriveName, durationName, type NameValues } from './names.ts';
import {
  channelOf,
  hasDurableReplies,
  isReceivedByProvider,
  ladderDelays,
  type Reception,
  receptionOf,
  sharersOf,
  takesLadder,
} from './receptions.ts';

/** Where whoever sends an interaction's first message puts it. */
export type SendAddress =
  | { readonly kind: 'rabbitmq'; readonly exchange: string; readonly routingKey: string }
  | { readonly kind: 'kafka'; readonly topic: string }
  /** With `shards`, the stream of a message is `<stream>.<n>`, `n` from 0 and chosen by its key. */
  | { readonly kind: 'redis'; readonly stream: string; readonly shards?: number }
  | { readonly kind: 'http'; readonly method: string; readonly path: string }
  | { readonly kind: 'grpc'; readonly service: string; readonly method: string }
  | { readonly kind: 'memory'; readonly name: string };

/** Where a receiver takes it from, and where it goes when handling it fails. */
export type ReceiveAddress =
  | { readonly kind: 'rabbitmq'; readonly queue: string; readonly again: string; readonly dead: string; readonly ladder: readonly Rung[] }
  | { readonly kind: 'kafka'; readonly topic: string; readonly group: string; readonly dead: string; readonly ladder: readonly Rung[] }
  | {
      readonly kind: 'redis';
      readonly stream: string;
      readonly shards?: number;
      readonly group: string;
      readonly due: string;
      readonly retry: string;
      readonly dead: string;
    }
  | { readonly kind: 'http' | 'grpc' | 'memory' };

/** One rung of a retry ladder: a message put there (an exchange, a topic) comes back after `delay` milliseconds. */
export type Rung = { readonly delay: number; readonly name: string };

/**
 * Where answers to an asker are sent: an exchange, a topic or a stream (the runtime adds its instance where the mapping says so).
 * `shared` is there with `reply: durable`: where any instance of the asker takes them from.
 */
export type ReplyAddress = { readonly replies: string; readonly shared?: ReceiveAddress };

/** Where a message of this interaction is sent. */
export function sendAddress(system: System, interaction: Interaction): SendAddress {
  const transport = transportOf(system, interaction);
  switch (transport.kind) {
    case 'rabbitmq':
      return rabbitmqSendAddress(system, transport, interaction);
    case 'kafka':
      return { kind: 'kafka', topic: topicName(system, transport, interaction) };
    case 'redis':
      return { kind: 'redis', ...streamAddress(system, transport, interaction) };
    case 'http':
      return { kind: 'http', ...(interaction.http ?? { method: 'POST', path: `/${interaction.slug}` }) };
    case 'grpc':
      return { kind: 'grpc', ...(interaction.grpc ?? grpcName(interaction)) };
    case 'memory':
      return { kind: 'memory', name: interaction.id };
  }
}

/** Where `receiver` takes the messages of this interaction from. Throws when that service neither provides nor uses it. */
export function receiveAddress(system: System, interaction: Interaction, receiver: Contract): ReceiveAddress {
  const transport = transportOf(system, interaction);
  switch (transport.kind) {
    case 'rabbitmq':
    case 'kafka':
    case 'redis': {
      const reception = receptionOf(system, interaction, receiver);
      if (!reception) throw new Error(`${receiver.service} does not receive ${interaction.id}`);
      const place = receptionPlace(system, transport, reception);
      return takesLadder(reception.policy) ? withLadder(system, transport, receiver, place) : place;
    }
    default:
      return { kind: transport.kind };
  }
}

/**
 * Where answers come back to: the caller of a request, the provider of a gathered event. Undefined where nothing is awaited or the protocol
 * answers by itself.
 */
export function replyAddress(system: System, interaction: Interaction, asker: Contract): ReplyAddress | undefined {
  if (interaction.pattern !== 'async-request-response' && interaction.pattern !== 'publish-async-responses') return undefined;
  const transport = transportOf(system, interaction);
  const { kind } = transport;
  if (kind !== 'rabbitmq' && kind !== 'kafka' && kind !== 'redis') return undefined;
  const replies = deriveName(transport, kind, 'replies', { service: asker.service });
  return hasDurableReplies(interaction)
    ? { replies, shared: withLadder(system, transport, asker, durableReplyPlace(transport, interaction, asker)) }
    : { replies };
}

function withLadder(system: System, transport: Transport, receiver: Contract, place: ReceiveAddress): ReceiveAddress {
  return place.kind === 'rabbitmq' || place.kind === 'kafka' ? { ...place, ladder: ladderOf(system, transport, receiver) } : place;
}

/**
 * Where a reception takes its messages from, on a transport of a broker, without a ladder: that is its service's, and whoever looks at all
 * receptions would put it together for each of them anew.
 */
export function receptionPlace(system: System, transport: Transport, reception: Reception): ReceiveAddress {
  const { receiver, interactions } = reception;
  const [interaction] = interactions;
  const service = { service: receiver.service };
  switch (transport.kind) {
    case 'rabbitmq': {
      const again = deriveName(transport, 'rabbitmq', 'again', service);
      return {
        kind: 'rabbitmq',
        queue: queueName(transport, reception),
        again,
        dead: deriveName(transport, 'rabbitmq', 'dead', service),
        ladder: [],
      };
    }
    case 'kafka': {
      const group = groupName(transport, 'kafka', reception);
      const dead = deriveName(transport, 'kafka', 'dead', service);
      return { kind: 'kafka', topic: topicName(system, transport, interaction), group, dead, ladder: [] };
    }
    case 'redis': {
      const values = { ...service, ...namesOf(interaction) };
      return {
        kind: 'redis',
        ...streamAddress(system, transport, interaction),
        group: groupName(transport, 'redis', reception),
        due: deriveName(transport, 'redis', 'due', service),
        retry: deriveName(transport, 'redis', 'retry', values),
        dead: deriveName(transport, 'redis', 'dead', values),
      };
    }
    default:
      return { kind: transport.kind };
  }
}

/** Where any instance of a caller takes the answers to its requests from (`reply: durable`), without a ladder as in {@link receptionPlace}. */
export function durableReplyPlace(transport: Transport, interaction: Interaction, user: Contract): ReceiveAddress {
  const service = { service: user.service };
  const values = { ...service, user: user.service, ...namesOf(interaction) };
  switch (transport.kind) {
    case 'rabbitmq': {
      const again = deriveName(transport, 'rabbitmq', 'again', service);
      const dead = deriveName(transport, 'rabbitmq', 'dead', service);
      return { kind: 'rabbitmq', queue: deriveName(transport, 'rabbitmq', 'durable-replies', values), again, dead, ladder: [] };
    }
    case 'kafka': {
      const topic = deriveName(transport, 'kafka', 'durable-replies', values);
      return { kind: 'kafka', topic, group: topic, dead: deriveName(transport, 'kafka', 'dead', service), ladder: [] };
    }
    case 'redis': {
      const stream = deriveName(transport, 'redis', 'durable-replies', values);
      const group = deriveName(transport, 'redis', 'subscription', values);
      return {
        kind: 'redis',
        stream,
        group,
        due: deriveName(transport, 'redis', 'due', service),
        retry: `${stream}.retry`,
        dead: `${stream}.dead`,
      };
    }
    default:
      return { kind: transport.kind };
  }
}

/**
 * The rungs of a service's ladder on a transport, shortest first; none on Redis, where one sorted set holds every delay. `receptions` are what
 * the service receives there, for whoever has them already.
 */
export function ladderOf(system: System, transport: Transport, receiver: Contract, receptions?: readonly Reception[]): readonly Rung[] {
  const { kind } = transport;
  if (kind !== 'rabbitmq' && kind !== 'kafka') return [];
  return ladderDelays(system, transport.name, receiver, receptions).map((delay) => ({
    delay,
    name: deriveName(transport, kind, 'retry', { service: receiver.service, delay: durationName(delay) }),
  }));
}

function rabbitmqSendAddress(system: System, transport: Transport, interaction: Interaction): SendAddress {
  const address = addressed(system, interaction, 'exchange');
  if (address) return { kind: 'rabbitmq', exchange: address.exchange.name, routingKey: address.routingKey };
  const role = isReceivedByProvider(interaction) ? 'inbox' : 'events';
  return {
    kind: 'rabbitmq',
    exchange: deriveName(transport, 'rabbitmq', role, { provider: interaction.service }),
    routingKey: deriveName(transport, 'rabbitmq', 'routing-key', namesOf(interaction)),
  };
}

function topicName(system: System, transport: Transport, interaction: Interaction): string {
  return addressed(system, interaction, 'topic')?.topic ?? deriveName(transport, 'kafka', 'topic', namesOf(interaction));
}

function streamAddress(
  system: System,
  transport: Transport,
  interaction: Interaction,
): { readonly stream: string; readonly shards?: number } {
  const stream = addressed(system, interaction, 'stream')?.stream ?? deriveName(transport, 'redis', 'stream', namesOf(interaction));
  const channel = channelOf(system, interaction);
  const key = channel ? channel.key : interaction.delivery.order === 'none' ? [] : (interaction.delivery.key ?? []);
  const shards = (channel ?? interaction.delivery).partitions ?? transport.defaults.partitions ?? 1;
  return key.length > 0 && shards > 1 ? { stream, shards } : { stream };
}

function queueName(transport: Transport, { address, receiver, interactions: [interaction], uses }: Reception): string {
  if (address?.kind === 'queue') return address.queue.name;
  return uses.length > 0
    ? deriveName(transport, 'rabbitmq', 'subscription', { user: receiver.service, ...namesOf(interaction) })
    : deriveName(transport, 'rabbitmq', 'queue', namesOf(interaction));
}

function groupName(
  transport: Transport,
  kind: 'kafka' | 'redis',
  { address, receiver, interactions: [interaction], uses }: Reception,
): string {
  if (address?.kind === 'group') return address.group;
  return uses.length > 0
    ? deriveName(transport, kind, 'subscription', { user: receiver.service, ...namesOf(interaction) })
    : deriveName(transport, kind, 'group', namesOf(interaction));
}

type AddressKinds = NonNullable<Interaction['address']>;

/** The provider's own name for where it sends, said on this interaction or on another event of its channel. */
function addressed<K extends AddressKinds['kind']>(
  system: System,
  interaction: Interaction,
  kind: K,
): Extract<AddressKinds, { kind: K }> | undefined {
  const address = interaction.address ?? sharersOf(system, interaction).find((other) => other.address)?.address;
  return address?.kind === kind ? (address as Extract<AddressKinds, { kind: K }>) : undefined;
}

function namesOf(interaction: Interaction): NameValues {
  return { provider: interaction.service, interaction: addressPart(interaction) };
}

/**
 * `course-catalog` and `list-courses@2` are `course_catalog.v1.CourseCatalogService` and `ListCoursesV2`, as the guides to `.proto` files want
 * names to be. The package stays `v1`: one service speaks of all majors of its methods, side by side.
 */
function grpcName({ service, slug }: Interaction): { readonly service: string; readonly method: string } {
  const name = pascalCase(service).replace(/Service$/, '');
  return { service: `${service.replaceAll('-', '_')}.v1.${name}Service`, method: pascalCase(slug) };
}

function pascalCase(name: string): string {
  return name
    .split(/[-.]/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
}

function transportOf(system: System, interaction: Interaction): Transport {
  const transport = findTransport(system.project, interaction.via);
  if (!transport) throw new Error(`${interaction.id} goes over a transport that is not there: ${interaction.via}`);
  return transport;
}
