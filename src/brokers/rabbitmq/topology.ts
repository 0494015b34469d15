/** What contracts become on RabbitMQ: docs/topology.md, "The mapping". */
import type { Existing, Interaction, Transport } from '../../contract/model.ts';
import { interactionsOver, type System } from '../../contract/system.ts';
import type { JsonObject } from '../../source/json.ts';
import { durableReplyPlace, ladderOf, receptionPlace, replyAddress } from '../../topology/addresses.ts';
import { type DesiredResource, type Resource, resourceKey } from '../../topology/model.ts';
import { deriveName } from '../../topology/names.ts';
import { asksOf, durableRepliesOf, keepsFailed, type Reception, receptionsOver, takesLadder } from '../../topology/receptions.ts';
import { groupPolicies, type QueueSettings } from './policies.ts';
import { argumentAttributes, exchangeResource, queueBinding, queueResource } from './resources.ts';
import { deriveRights } from './rights.ts';
import { exchangeTypeOf, type RabbitmqAddress, rabbitmqSend } from './send.ts';

/** How often a message may come back to its queue undone before it is a dead letter: what 4.x has by default, said so that 3.10 does the same. */
const DELIVERY_LIMIT = 20;

type Causes = DesiredResource['causes'];

/** Everything that the contracts ask of a RabbitMQ transport. */
export function deriveRabbitmq(system: System, transport: Transport): readonly DesiredResource[] {
  const receptions = receptionsOver(system, transport.name);
  const settings = [
    ...receptions.flatMap((reception) => receptionSettings(system, transport, reception)),
    ...durableSettings(system, transport),
  ];
  return [
    ...interactionsOver(system, transport.name).map((interaction) => sendExchange(system, interaction)),
    ...receptions.flatMap((reception) => receptionResources(system, transport, reception)),
    ...replyResources(system, transport),
    ...ladderResources(system, transport, receptions),
    ...groupPolicies(system.project.name, settings),
    ...deriveRights(system, transport),
  ];
}

/** The exchange that an interaction's first message is sent to. */
function sendExchange(system: System, interaction: Interaction): DesiredResource {
  const address = rabbitmqSend(system, interaction);
  const own = interaction.address?.kind === 'exchange' ? interaction.address.exchange.type : undefined;
  const type = own ?? exchangeTypeOf(system, interaction);
  const { attributes, ...exchange } = exchangeResource(address.exchange, type);
  const { existing } = interaction;
  // Of an exchange that exists already only what the contract says of it counts.
  const isDescribed = existing !== undefined && own !== undefined;
  return desire({ ...exchange, attributes: isDescribed ? { type } : attributes }, [interaction.at], [], existing);
}

/** A receiver's queue and its dead letters, bound to where messages, retries and failures come from. */
function receptionResources(system: System, transport: Transport, reception: Reception): readonly DesiredResource[] {
  const { causes, existing } = reception;
  const address = receptionPlace(system, transport, reception) as RabbitmqAddress;
  const queue = receptionQueue(reception, address);
  const routes = reception.interactions.map((interaction) => rabbitmqSend(system, interaction));
  return [
    desire(queue, causes, [], existing),
    ...routes.map(({ exchange, routingKey }) => {
      const binding = bind({ source: exchange, queue: address.queue, routingKey }, causes);
      return existing === 'keep' ? { ...binding, existing } : binding;
    }),
    ...(keepsFailed(reception.policy) ? failureResources(transport, address, causes) : []),
  ];
}

function receptionQueue({ address, existing, policy }: Reception, { queue, dead }: RabbitmqAddress): Resource {
  const order: JsonObject = policy.ordered ? { 'x-single-active-consumer': true } : {};
  const derived = keepsFailed(policy) ? receivingArguments(queue, dead) : { 'x-queue-type': 'quorum' };
  if (address?.kind !== 'queue') return queueResource(queue, { ...derived, ...order });
  const own = { ...(address.queue.type && { 'x-queue-type': address.queue.type }), ...address.queue.arguments };
  // Of a queue that exists already only what the contract says of it counts.
  if (existing) return { kind: 'queue', name: queue, attributes: argumentAttributes(own) };
  return queueResource(queue, address.queue.type === 'stream' ? own : { ...derived, ...order, ...own });
}

function receivingArguments(queue: string, dead: string): JsonObject {
  return { 'x-queue-type': 'quorum', 'x-dead-letter-exchange': dead, 'x-dead-letter-routing-key': queue };
}

/** What a receiving queue needs so that a failed message waits and comes back, or rests, by itself and in no other queue. */
function failureResources(transport: Transport, { queue, again, dead }: RabbitmqAddress, causes: Causes): readonly DesiredResource[] {
  const deadQueue = deriveName(transport, 'rabbitmq', 'dead-queue', { queue });
  return [
    desire(exchangeResource(dead, 'direct'), causes),
    // A message whose queue is gone when its delay ends lands among the dead letters instead of vanishing.
    desire(exchangeResource(again, 'direct', { 'alternate-exchange': dead }), causes, [resourceKey({ kind: 'exchange', name: dead })]),
    // Classic: a quorum queue without dead-lettering destroys what is only looked at past its delivery limit.
    desire(queueResource(deadQueue, { 'x-queue-type': 'classic' }), causes),
    bind({ source: again, queue, routingKey: queue }, causes),
    bind({ source: dead, queue: deadQueue, routingKey: queue }, causes),
  ];
}

/** The exchanges that answers come through, and the queues of those that any instance may take. */
function replyResources(system: System, transport: Transport): readonly DesiredResource[] {
  return system.contracts.flatMap((contract) =>
    asksOf(system, transport.name, contract).flatMap(({ interaction, at }) => {
      const address = replyAddress(system, interaction, contract);
      if (!address) return [];
      const exchange = desire(exchangeResource(address.replies, 'direct'), [at]);
      return address.shared?.kind === 'rabbitmq'
        ? [exchange, ...durableReplyResources(transport, address.replies, address.shared, [at])]
        : [exchange];
    }),
  );
}

function durableReplyResources(
  transport: Transport,
  replies: string,
  address: RabbitmqAddress,
  causes: Causes,
): readonly DesiredResource[] {
  const { queue, dead } = address;
  return [
    desire(queueResource(queue, receivingArguments(queue, dead)), causes),
    bind({ source: replies, queue, routingKey: queue }, causes),
    ...failureResources(transport, address, causes),
  ];
}

/** Each service's ladder: a queue per delay whose messages, once their time is over, go back to the queue they came from. */
function ladderResources(system: System, transport: Transport, receptions: readonly Reception[]): readonly DesiredResource[] {
  return system.contracts.flatMap((receiver) => {
    const own = receptions.filter(({ receiver: { service }, policy }) => service === receiver.service && takesLadder(policy));
    const replies = durableRepliesOf(system, transport.name, receiver).map(({ use }) => use.at);
    const [first, ...rest] = [...own.flatMap((reception) => reception.causes), ...replies];
    if (!first) return [];
    const causes: Causes = [first, ...rest];
    const again = deriveName(transport, 'rabbitmq', 'again', { service: receiver.service });
    return ladderOf(system, transport, receiver).flatMap(({ delay, name }) => [
      desire(exchangeResource(name, 'fanout'), causes),
      desire(queueResource(name, { 'x-queue-type': 'quorum', 'x-message-ttl': delay, 'x-dead-letter-exchange': again }), causes, [
        resourceKey({ kind: 'exchange', name: again }),
      ]),
      bind({ source: name, queue: name, routingKey: '' }, causes),
    ]);
  });
}

/** What may change on a receiver's queues while they stand. A queue that only exists already (`keep`) is left alone. */
function receptionSettings(system: System, transport: Transport, reception: Reception): readonly QueueSettings[] {
  const { policy, existing, causes } = reception;
  const address = receptionPlace(system, transport, reception) as RabbitmqAddress;
  const { attributes } = receptionQueue(reception, address);
  const limited = attributes['arguments.x-queue-type'] === 'quorum' && attributes['arguments.x-dead-letter-exchange'] !== undefined;
  const settings: JsonObject = {
    ...(limited && { 'delivery-limit': DELIVERY_LIMIT }),
    ...(policy.maxLength !== undefined && { 'max-length': policy.maxLength }),
    ...(policy.overflow && { overflow: policy.overflow }),
  };
  const dead = policy.retainDead ? { 'message-ttl': policy.retainDead } : {};
  return [
    ...(existing === 'keep' ? [] : [{ queue: address.queue, settings, cause: causes[0] }]),
    { queue: deriveName(transport, 'rabbitmq', 'dead-queue', { queue: address.queue }), settings: dead, cause: causes[0] },
  ];
}

function durableSettings(system: System, transport: Transport): readonly QueueSettings[] {
  return system.contracts.flatMap((user) =>
    durableRepliesOf(system, transport.name, user).map(({ interaction, use }) => {
      const { queue } = durableReplyPlace(transport, interaction, user) as RabbitmqAddress;
      return { queue, settings: { 'delivery-limit': DELIVERY_LIMIT }, cause: use.at };
    }),
  );
}

type Route = { readonly source: string; readonly queue: string; readonly routingKey: string };

function bind({ source, queue, routingKey }: Route, causes: Causes): DesiredResource {
  const needs = [resourceKey({ kind: 'exchange', name: source }), resourceKey({ kind: 'queue', name: queue })];
  return desire(queueBinding(source, queue, routingKey), causes, needs);
}

function desire(resource: Resource, causes: Causes, needs: readonly string[] = [], existing?: Existing): DesiredResource {
  return { ...resource, causes, needs, ...(existing && { existing }) };
}
