/**
 * What the contracts ask of a broker that not every version of it can do: data, one row for each feature, only what a contract can trigger.
 * RabbitMQ: its release notes, and what 3.10 and 4.0 did when tried. Redis: the pages of its commands. Kafka: the improvement proposals.
 */
import type { Transport } from '../contract/model.ts';
import type { System } from '../contract/system.ts';
import type { Range } from '../source/source-file.ts';
import type { BrokerKind } from './model.ts';
import { durableRepliesOf, type Reception, takesLadder } from './receptions.ts';

/** One feature, and who asks for it first. */
export type BrokerFeature = {
  /** What it is, in words that follow "needs". */
  readonly what: string;
  readonly since: string;
  readonly askedBy: (asked: Asked) => Range | undefined;
};

/** What is asked of one transport. */
type Asked = { readonly system: System; readonly transport: Transport; readonly receptions: readonly Reception[] };

/** The features of each broker, the oldest first. */
export const BROKER_FEATURES: Readonly<Record<BrokerKind, readonly BrokerFeature[]>> = {
  rabbitmq: [
    { what: 'quorum queues', since: '3.8', askedBy: ({ receptions }) => receptions.find(isQuorum)?.causes[0] },
    {
      what: 'streams',
      since: '3.9',
      askedBy: ({ receptions }) => receptions.find((reception) => typeOf(reception) === 'stream')?.causes[0],
    },
    {
      what: 'quorum queues whose messages expire, which is what waits before a retry',
      since: '3.10',
      askedBy: ({ system, transport, receptions }) =>
        receptions.find(({ policy }) => takesLadder(policy))?.causes[0] ?? durableAsker(system, transport),
    },
  ],
  kafka: [
    { what: 'headers of messages', since: '0.11', askedBy: ({ system, transport }) => firstOver(system, transport)?.at },
    {
      what: 'topics that leave their partitions or replicas to the broker',
      since: '2.4',
      askedBy: ({ system, transport }) => {
        const { partitions, replication } = transport.defaults;
        return replication === undefined
          ? firstOver(system, transport)?.at
          : interactionsOf(system, transport).find(({ delivery }) => (delivery.partitions ?? partitions) === undefined)?.at;
      },
    },
  ],
  redis: [
    { what: 'streams', since: '5.0', askedBy: ({ system, transport }) => firstOver(system, transport)?.at },
    {
      what: 'XAUTOCLAIM, which takes over what a receiver left unfinished',
      since: '6.2',
      askedBy: ({ receptions }) => receptions[0]?.causes[0],
    },
    {
      what: 'XADD MINID, which drops what is older than "retain"',
      since: '6.2',
      askedBy: ({ system, transport }) => interactionsOf(system, transport).find(({ delivery }) => delivery.retain?.time !== undefined)?.at,
    },
  ],
};

/** Orders two versions as numbers, part by part; a part that is missing is 0. */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [one, other].map((version) => version.split('.').map(Number));
  for (let part = 0; part < Math.max(left?.length ?? 0, right?.length ?? 0); part += 1) {
    const difference = (left?.[part] ?? 0) - (right?.[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function interactionsOf(system: System, transport: Transport) {
  return system.contracts.flatMap(({ provides }) => provides.filter(({ via }) => via === transport.name));
}

function firstOver(system: System, transport: Transport) {
  return interactionsOf(system, transport)[0];
}

function typeOf({ address }: Reception): string | undefined {
  return address?.kind === 'queue' ? (address.queue.type ?? 'quorum') : 'quorum';
}

function isQuorum(reception: Reception): boolean {
  return typeOf(reception) === 'quorum' && !reception.existing;
}

function durableAsker(system: System, transport: Transport): Range | undefined {
  return system.contracts.flatMap((user) => durableRepliesOf(system, transport.name, user).map(({ use }) => use.at))[0];
}
