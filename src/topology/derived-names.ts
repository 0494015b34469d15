/** Every name that a transport's contracts claim on its broker, whatever makes it: what `check-topology.ts` holds against the broker's rules. */
import type { Contract, Interaction, Transport } from '../contract/model.ts';
import { interactionsOver, type System } from '../contract/system.ts';
import type { Range } from '../source/source-file.ts';
import { durableReplyPlace, ladderOf, type ReceiveAddress, receptionPlace, replyAddress, sendAddress } from './addresses.ts';
import { addressPart, deriveName } from './names.ts';
import { asksOf, durableRepliesOf, isReceivedByProvider, keepsFailed, type Reception, receptionsOf } from './receptions.ts';

/** A name with what it is for. Within one space of one transport a name may have one meaning only. */
export type DerivedName = {
  /** `exchange`, `queue`, `routes of <exchange>`, `topic`, `group`, `key`, `group of <stream>`. */
  readonly space: string;
  readonly name: string;
  /** What it is for, in words that are the same exactly for what may share it: `the inbox of payments`. */
  readonly what: string;
  readonly at: Range;
  /** It is there already and only used, so its name need not be one that could be made. */
  readonly kept?: true;
};

/** All names on one transport, in the order of the contracts. */
export function derivedNames(system: System, transport: Transport): readonly DerivedName[] {
  return [
    ...interactionsOver(system, transport.name).flatMap((interaction) => sendNames(system, interaction)),
    ...system.contracts.flatMap((contract) => {
      const receptions = receptionsOf(system, transport.name, contract);
      return [
        ...receiveNames(system, transport, contract, receptions),
        ...replyNames(system, transport, contract),
        ...ladderNames(system, transport, contract, receptions),
      ];
    }),
  ];
}

function sendNames(system: System, interaction: Interaction): readonly DerivedName[] {
  const { at, service } = interaction;
  const address = sendAddress(system, interaction);
  const message = messageOf(interaction);
  switch (address.kind) {
    case 'rabbitmq': {
      const { exchange, routingKey } = address;
      const own = interaction.address?.kind === 'exchange' ? `an exchange of type ${interaction.address.exchange.type}` : undefined;
      const derived = isReceivedByProvider(interaction) ? `the inbox of ${service}` : `the exchange for events of ${service}`;
      const route = { space: `routes of ${exchange}`, name: routingKey, what: `the routing key of ${message}`, at };
      const kept = own !== undefined && interaction.existing === 'keep';
      return [
        { space: 'exchange', name: exchange, what: own ?? derived, at, ...(kept && { kept }) },
        ...(interaction.address?.kind === 'exchange' ? routesOf(interaction.address.exchange, route, message) : [route]),
      ];
    }
    case 'kafka':
      return [{ space: 'topic', name: address.topic, what: `the topic of ${message}`, at }];
    case 'redis':
      return shardNames(address).map((name) => ({ space: 'key', name, what: `the stream of ${message}`, at }));
    default:
      return [];
  }
}

/** What may not be shared of an exchange with a name of its own: its keys; of one that gives everything to everybody the exchange itself. */
function routesOf(
  { name, type }: { readonly name: string; readonly type: string },
  route: DerivedName,
  message: string,
): readonly DerivedName[] {
  if (type === 'direct' || type === 'topic') return [route];
  // Whether its name is allowed is told of the exchange.
  return type === 'fanout' ? [{ ...route, space: 'fanout', name, what: `the fanout exchange of ${message}`, kept: true }] : [];
}

function receiveNames(system: System, transport: Transport, receiver: Contract, received: readonly Reception[]): readonly DerivedName[] {
  const receptions = received.map((reception) => ({
    address: receptionPlace(system, transport, reception),
    owner: `${receiver.service} for ${messageOf(reception.interactions[0])}`,
    // A group with a name of its own may take several topics, as long as all of them are one service's.
    group: reception.address?.kind === 'group' ? receiver.service : undefined,
    keepsFailed: keepsFailed(reception.policy),
    at: reception.causes[0],
  }));
  const replies = durableRepliesOf(system, transport.name, receiver).map(({ interaction, use }) => ({
    address: durableReplyPlace(transport, interaction, receiver),
    owner: `${receiver.service} for answers to ${interaction.id}`,
    group: undefined,
    keepsFailed: true,
    at: use.at,
  }));
  return [
    ...[...receptions, ...replies].flatMap(({ at, ...place }) =>
      namesAt({ ...place, service: receiver.service }, transport).map((name) => ({ ...name, at })),
    ),
    ...received.flatMap((reception) => contradictions(reception)),
  ];
}

/** The queue that several uses name, once more for each that says something else of it than the first: two things under one name. */
function contradictions({ receiver, uses }: Reception): readonly DerivedName[] {
  const said = uses.flatMap(({ address, existing, id, at }) =>
    address?.kind === 'queue' ? [{ name: address.queue.name, words: JSON.stringify([address.queue, existing]), id, at }] : [],
  );
  return said
    .filter(({ words }) => words !== said[0]?.words)
    .map(({ name, id, at }) => ({
      space: 'queue',
      name,
      what: `the queue of ${receiver.service} for ${id}, as it is described there`,
      at,
    }));
}

type Place = {
  readonly address: ReceiveAddress;
  readonly service: string;
  /** What receives there, in words. */
  readonly owner: string;
  /** Whose its group is, where that is not of one reception alone. */
  readonly group: string | undefined;
  /** Whether anything is made for what failed. */
  readonly keepsFailed: boolean;
};

function namesAt({ address, service, owner, group = owner, keepsFailed }: Place, transport: Transport): readonly Omit<DerivedName, 'at'>[] {
  switch (address.kind) {
    case 'rabbitmq': {
      const deadQueue = deriveName(transport, 'rabbitmq', 'dead-queue', { queue: address.queue });
      const queue = { space: 'queue', name: address.queue, what: `the queue of ${owner}` };
      if (!keepsFailed) return [queue];
      return [
        queue,
        { space: 'queue', name: deadQueue, what: `the queue for dead letters of ${owner}` },
        { space: 'exchange', name: address.again, what: `the exchange for what ${service} tries again` },
        { space: 'exchange', name: address.dead, what: `the exchange for dead letters of ${service}` },
      ];
    }
    case 'kafka':
      return [
        { space: 'group', name: address.group, what: `the group of ${group}` },
        ...(keepsFailed ? [{ space: 'topic', name: address.dead, what: `the topic for dead letters of ${service}` }] : []),
      ];
    case 'redis': {
      const groups = shardNames(address).map((stream) => ({
        space: `group of ${stream}`,
        name: address.group,
        what: `the group of ${owner}`,
      }));
      if (!keepsFailed) return groups;
      return [
        { space: 'key', name: address.due, what: `the set of what ${service} tries again` },
        { space: 'key', name: address.retry, what: `the stream for retries of ${owner}` },
        { space: 'key', name: address.dead, what: `the stream for dead letters of ${owner}` },
        ...groups,
      ];
    }
    default:
      return [];
  }
}

function replyNames(system: System, transport: Transport, asker: Contract): readonly DerivedName[] {
  return asksOf(system, transport.name, asker).flatMap(({ interaction, at }) => {
    const address = replyAddress(system, interaction, asker);
    if (!address) return [];
    const space = transport.kind === 'rabbitmq' ? 'exchange' : transport.kind === 'kafka' ? 'topic' : 'key';
    const what = `where answers to ${asker.service} arrive`;
    const shared = `where answers to ${asker.service} for ${interaction.id} arrive`;
    const { shared: durable } = address;
    return [
      { space, name: address.replies, what, at },
      ...(durable?.kind === 'kafka' ? [{ space, name: durable.topic, what: shared, at }] : []),
      ...(durable?.kind === 'redis' ? [{ space, name: durable.stream, what: shared, at }] : []),
    ];
  });
}

function ladderNames(system: System, transport: Transport, receiver: Contract, received: readonly Reception[]): readonly DerivedName[] {
  const spaces = transport.kind === 'rabbitmq' ? ['exchange', 'queue'] : ['topic'];
  return ladderOf(system, transport, receiver, received).flatMap(({ name, delay }) =>
    spaces.map((space) => ({ space, name, what: `where ${receiver.service} waits ${delay} ms before a retry`, at: receiver.at })),
  );
}

function shardNames({ stream, shards }: { readonly stream: string; readonly shards?: number }): readonly string[] {
  return shards === undefined ? [stream] : Array.from({ length: shards }, (_, shard) => `${stream}.${shard}`);
}

function messageOf(interaction: Interaction): string {
  return interaction.channel === undefined ? interaction.id : `channel ${interaction.service}.${addressPart(interaction)}`;
}
