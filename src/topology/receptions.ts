/**
 * Who receives what over a transport, one entry for each queue or group: events that share a channel arrive in one queue, so what their user
 * says of each of them is laid together here, for the addresses and the broker specs alike.
 */
import { DEFAULT_RETRY, type ReceiverPolicy, receiverPolicy, retryDelays } from '../contract/delivery.ts';
import type {
  Channel,
  Contract,
  Existing,
  Interaction,
  Milliseconds,
  Pattern,
  ReceiverAddress,
  RetryPolicy,
  Use,
} from '../contract/model.ts';
import { PATTERNS } from '../contract/patterns.ts';
import { findContract, findInteraction, type System } from '../contract/system.ts';
import type { Range } from '../source/source-file.ts';
import { addressPart } from './names.ts';

/** One service receiving from one queue, group or stream. */
export type Reception = {
  readonly receiver: Contract;
  /** More than one where events share a channel, or their user names one queue for them. */
  readonly interactions: readonly [Interaction, ...Interaction[]];
  /** What its user says; none where the provider itself receives. */
  readonly uses: readonly Use[];
  readonly policy: ReceptionPolicy;
  /** The contract lines that ask for it. */
  readonly causes: readonly [Range, ...Range[]];
  /** Where it receives, if that has a name of its own. */
  readonly address?: ReceiverAddress;
  readonly existing?: Existing;
};

/** What holds for everything in one queue together: the stricter order, the longer queue and the longer memory win. */
export type ReceptionPolicy = {
  /** Whether messages of one key stay in order; then a failed one holds its key in place and takes no ladder. */
  readonly ordered: boolean;
  /** How what failed is retried: one for each interaction that is. */
  readonly retries: readonly RetryPolicy[];
  readonly maxLength?: number;
  readonly overflow?: 'drop-head' | 'reject-publish';
  /** How long a dead letter is kept, absent: for ever; `false` where everything in the queue says that none are. */
  readonly retainDead?: Milliseconds | false;
  readonly start: 'earliest' | 'latest';
};

/** A user that takes the answers to a request in any of its instances (`reply: durable`). */
export type DurableReplies = { readonly interaction: Interaction; readonly user: Contract; readonly use: Use };

/** Whether the provider itself receives the message that starts an interaction. */
export function isReceivedByProvider(interaction: Interaction): boolean {
  return PATTERNS[interaction.pattern].receiver === 'provider';
}

/** All receptions over a transport, by receiver and then in the order of its contract. */
export function receptionsOver(system: System, transport: string): readonly Reception[] {
  return system.contracts.flatMap((contract) => receptionsOf(system, transport, contract));
}

/** Systems never change, and what a service receives is asked for once for each of its interactions. */
const RECEPTIONS = new WeakMap<System, Map<Contract, Map<string, readonly Reception[]>>>();

/** What one service receives over a transport. */
export function receptionsOf(system: System, transport: string, receiver: Contract): readonly Reception[] {
  const ofSystem = RECEPTIONS.get(system) ?? new Map<Contract, Map<string, readonly Reception[]>>();
  RECEPTIONS.set(system, ofSystem);
  const known = ofSystem.get(receiver) ?? new Map<string, readonly Reception[]>();
  ofSystem.set(receiver, known);
  const found = known.get(transport) ?? findReceptions(system, transport, receiver);
  known.set(transport, found);
  return found;
}

function findReceptions(system: System, transport: string, receiver: Contract): readonly Reception[] {
  const provided = receiver.provides
    .filter((interaction) => interaction.via === transport && isReceivedByProvider(interaction))
    .map((interaction) => createReception(system, receiver, [{ interaction }]));
  const used = new Map<string, UsedInteraction[]>();
  for (const use of receiver.uses) {
    const interaction = findUsed(system, use);
    if (interaction?.via !== transport || isReceivedByProvider(interaction)) continue;
    const key = JSON.stringify([interaction.service, addressPart(interaction)]);
    used.set(key, [...(used.get(key) ?? []), { interaction, use }]);
  }
  return [...provided, ...sharedQueues([...used.values()]).map((parts) => createReception(system, receiver, parts as [UsedInteraction]))];
}

/** What names the same queue of its own arrives in one: the events of several exchanges, or several keys of one, are one reception then. */
function sharedQueues(receptions: readonly (readonly UsedInteraction[])[]): readonly (readonly UsedInteraction[])[] {
  const shared = new Map<string, readonly UsedInteraction[]>();
  for (const [index, parts] of receptions.entries()) {
    const address = parts.find(({ use }) => use?.address?.kind === 'queue')?.use?.address;
    const key = address?.kind === 'queue' ? `queue ${address.queue.name}` : `${index}`;
    shared.set(key, [...(shared.get(key) ?? []), ...parts]);
  }
  return [...shared.values()];
}

/** The interaction that a use speaks of, if it is there and of the given pattern. */
function findUsed(system: System, use: Use, pattern?: Pattern): Interaction | undefined {
  const found = findInteraction(system, use.id);
  return pattern === undefined || found?.pattern === pattern ? found : undefined;
}

/** The reception that an interaction belongs to for one receiver; undefined where that service does not receive it. */
export function receptionOf(system: System, interaction: Interaction, receiver: Contract): Reception | undefined {
  return receptionsOf(system, interaction.via, receiver).find((reception) =>
    reception.interactions.some(({ id }) => id === interaction.id),
  );
}

/** The answers that a service takes in any of its instances, over a transport. */
export function durableRepliesOf(system: System, transport: string, user: Contract): readonly DurableReplies[] {
  return user.uses.flatMap((use) => {
    const interaction = findUsed(system, use);
    return interaction?.via === transport && hasDurableReplies(interaction) ? [{ interaction, user, use }] : [];
  });
}

/** An interaction that a service awaits answers to, and the contract line that says so. */
export type Ask = { readonly interaction: Interaction; readonly at: Range };

/** Everything that a service awaits answers to over a transport: the requests it uses and the events it gathers responses to. */
export function asksOf(system: System, transport: string, asker: Contract): readonly Ask[] {
  const gathered = asker.provides.filter(({ pattern }) => pattern === 'publish-async-responses');
  const used = asker.uses.flatMap((use): readonly Ask[] => {
    const interaction = findUsed(system, use, 'async-request-response');
    return interaction ? [{ interaction, at: use.at }] : [];
  });
  return [...gathered.map((interaction) => ({ interaction, at: interaction.at })), ...used].filter(
    ({ interaction }) => interaction.via === transport,
  );
}

/** Whether the answers of an interaction go to a queue that any instance of the caller may read. */
export function hasDurableReplies(interaction: Interaction): boolean {
  return interaction.pattern === 'async-request-response' && interaction.reply === 'durable';
}

/** What a handler of durable answers gets: nobody waits for it, so a failed one is retried as a notification is. */
const DURABLE_REPLY_RETRY: RetryPolicy = DEFAULT_RETRY;

/**
 * The delays of a service's retry ladder on a transport, shortest first: every pause that some receiver of the service takes. Who keeps an
 * order holds the key in place instead and takes none. `receptions` are what the service receives there, for whoever has them already.
 */
export function ladderDelays(
  system: System,
  transport: string,
  receiver: Contract,
  receptions = receptionsOf(system, transport, receiver),
): readonly Milliseconds[] {
  const policies = receptions.flatMap(({ policy }) => (takesLadder(policy) ? policy.retries : []));
  const durable = durableRepliesOf(system, transport, receiver).length > 0 ? [DURABLE_REPLY_RETRY] : [];
  const delays = [...policies, ...durable].flatMap((policy) => retryDelays(policy).map(Math.ceil));
  return [...new Set(delays)].sort((a, b) => a - b);
}

/** Whether a receiver puts what failed onto the ladder. */
export function takesLadder(policy: ReceptionPolicy): boolean {
  return policy.retries.length > 0 && !policy.ordered;
}

/** Whether a receiver needs a place for what failed: for good, or until it is tried again. */
export function keepsFailed(policy: ReceptionPolicy): boolean {
  return policy.retainDead !== false || takesLadder(policy);
}

/** The channel that an interaction shares. */
export function channelOf(system: System, interaction: Interaction): Channel | undefined {
  return findContract(system, interaction.service)?.channels.find(({ name }) => name === interaction.channel);
}

/** Everything of the same provider that travels under the same address: the events of a channel, or the interaction alone. */
export function sharersOf(system: System, interaction: Interaction): readonly Interaction[] {
  if (interaction.channel === undefined) return [interaction];
  const { provides = [] } = findContract(system, interaction.service) ?? {};
  return provides.filter(({ via, channel }) => via === interaction.via && channel === interaction.channel);
}

type UsedInteraction = { readonly interaction: Interaction; readonly use?: Use };

function createReception(system: System, receiver: Contract, parts: readonly [UsedInteraction, ...UsedInteraction[]]): Reception {
  const uses = parts.flatMap(({ use }) => use ?? []);
  const [first, ...rest] = parts;
  const causeOf = ({ interaction, use }: UsedInteraction): Range => use?.at ?? interaction.at;
  const address = uses.find((use) => use.address)?.address;
  const existing = uses.length > 0 ? uses.find((use) => use.existing)?.existing : first.interaction.existing;
  return {
    receiver,
    interactions: [first.interaction, ...rest.map(({ interaction }) => interaction)],
    uses,
    policy: mergePolicies(parts.map((part) => policyOf(system, part))),
    causes: [causeOf(first), ...rest.map(causeOf)],
    ...(address && { address }),
    ...(existing && { existing }),
  };
}

function policyOf(system: System, { interaction, use }: UsedInteraction): ReceiverPolicy {
  const policy = receiverPolicy(interaction, use);
  const channelKey = channelOf(system, interaction)?.key ?? [];
  return channelKey.length > 0 && interaction.delivery.order !== 'none' ? { ...policy, ordered: true } : policy;
}

function mergePolicies(policies: readonly ReceiverPolicy[]): ReceptionPolicy {
  const maxLength = largest(policies.map((policy) => policy.maxLength));
  const overflows = policies.map((policy) => policy.overflow);
  const overflow = overflows.includes('reject-publish') ? 'reject-publish' : overflows.find((value) => value !== undefined);
  const kept = policies.flatMap(({ deadLetters }) => deadLetters || []);
  const retainDead = kept.length === 0 ? false : largest(kept.map(({ retain }) => retain));
  return {
    ordered: policies.some(({ ordered }) => ordered),
    retries: policies.flatMap(({ retry }) => retry ?? []),
    start: policies.some(({ start }) => start === 'earliest') ? 'earliest' : 'latest',
    ...(maxLength !== undefined && { maxLength }),
    ...(overflow && { overflow }),
    ...(retainDead !== undefined && { retainDead }),
  };
}

function largest(values: readonly (number | undefined)[]): number | undefined {
  const given = values.filter((value) => value !== undefined);
  return given.length > 0 ? Math.max(...given) : undefined;
}
