import type { Compatibility, Interaction, Payload, PayloadRole } from '../contract/model.ts';
import { payloadRead, pointersRead } from '../contract/narrow-reads.ts';
import { type Flow, PATTERNS } from '../contract/patterns.ts';
import { findContract, type System, usersOf } from '../contract/system.ts';
import type { Pointer } from '../source/pointer.ts';

/** `backward`: a new receiver reads what the old version sends. `forward`: an old receiver reads what the new version sends. */
export type Direction = 'backward' | 'forward';

/** Who exchanges a payload, and which directions have to hold. */
export type Exposure = {
  readonly required: readonly Direction[];
  /** Services, sorted; empty where no service of the project is known. */
  readonly senders: readonly string[];
  readonly receivers: readonly string[];
  readonly receiver: 'provider' | 'users';
  /** What the receivers of each direction read, those who read the same together; none where no receiver is known. */
  readonly readings: { readonly [D in Direction]: readonly Reading[] };
};

/** Users of one version who read the same of a payload: all of it without `pointers`. */
type Reading = { readonly users: readonly string[]; readonly pointers?: readonly Pointer[] };

/** Two versions of one interaction. */
export type InteractionPair = {
  readonly before: { readonly system: System; readonly interaction: Interaction };
  readonly after: { readonly system: System; readonly interaction: Interaction };
};

/** Who sends a payload to whom and what therefore has to hold; docs/language.md, "What compatibility means". */
export function exposureOf(pair: InteractionPair, payload: Pick<Payload, 'role' | 'name'>): Exposure {
  const flow = flowOf(pair.after.interaction, payload.role) ?? flowOf(pair.before.interaction, payload.role) ?? 'provider-to-users';
  const provider = pair.after.interaction.service;
  const users = usersOfPair(pair);
  const toProvider = flow === 'user-to-provider' || flow === 'users-to-provider';
  const answering = users.filter((user) => payload.role !== 'response' || payload.name === undefined || user === payload.name);
  const parties = toProvider ? { senders: answering, receivers: [provider] } : { senders: [provider], receivers: users };
  return {
    required: requiredDirections(pair, payload.role),
    ...parties,
    receiver: toProvider ? 'provider' : 'users',
    readings: {
      backward: toProvider ? [] : readingsOf(pair.after, payload),
      forward: toProvider ? [] : readingsOf(pair.before, payload),
    },
  };
}

/** The services that use an interaction in either version, sorted. */
function usersOfPair({ before, after }: InteractionPair): readonly string[] {
  const users = [...usersOf(before.system, before.interaction.id), ...usersOf(after.system, after.interaction.id)];
  return [...new Set(users.map((user) => user.contract.service))].sort();
}

/** The version of a service's contract, for people. */
export function versionOf(system: System, service: string): string | undefined {
  return findContract(system, service)?.version;
}

/**
 * The directions of both versions together: what the old version promised holds for this change too, so relaxing `compatibility` takes
 * effect for the next one.
 */
function requiredDirections({ before, after }: InteractionPair, role: PayloadRole): readonly Direction[] {
  const directions = new Set([...directionsOf(before.interaction, role), ...directionsOf(after.interaction, role)]);
  return (['backward', 'forward'] as const).filter((direction) => directions.has(direction));
}

const OVERRIDES = {
  backward: ['backward'],
  forward: ['forward'],
  full: ['backward', 'forward'],
  none: [],
} as const satisfies Record<Compatibility, readonly Direction[]>;

function directionsOf(interaction: Interaction, role: PayloadRole): readonly Direction[] {
  if (interaction.compatibility) return OVERRIDES[interaction.compatibility];
  const flow = flowOf(interaction, role);
  // A role that the pattern does not know: nothing can be said of who reads it, so both have to hold.
  if (flow === undefined) return OVERRIDES.full;
  return DIRECTIONS[flow](interaction);
}

const DIRECTIONS = {
  // The provider upgrades first; what is queued is old.
  'user-to-provider': () => OVERRIDES.backward,
  // Users upgrade later; answers that outlive a version are read by upgraded users too.
  'provider-to-user': (interaction) =>
    interaction.reply === 'durable' || interaction.delivery.deduplicate ? OVERRIDES.full : OVERRIDES.forward,
  // Old users read the new provider, and upgraded users find old messages in their queues and logs.
  'provider-to-users': () => OVERRIDES.full,
  // Users answer, the provider reads; a new responder upgrades first.
  'users-to-provider': () => OVERRIDES.backward,
} as const satisfies Record<Flow, (interaction: Interaction) => readonly Direction[]>;

function flowOf(interaction: Interaction, role: PayloadRole): Flow | undefined {
  const flows: Readonly<Partial<Record<PayloadRole, Flow>>> = PATTERNS[interaction.pattern].payloads;
  return flows[role];
}

function readingsOf(
  { system, interaction }: InteractionPair['before'],
  { role, name }: Pick<Payload, 'role' | 'name'>,
): readonly Reading[] {
  const narrowable = payloadRead(interaction);
  const isNarrowed = narrowable?.role === role && narrowable.name === name;
  const readings = new Map<string, Reading>();
  for (const { contract, use } of usersOf(system, interaction.id)) {
    const pointers = isNarrowed ? pointersRead(interaction, use) : undefined;
    const key = JSON.stringify(pointers?.toSorted() ?? null);
    const users = [...(readings.get(key)?.users ?? []), contract.service];
    readings.set(key, { users, ...(pointers && { pointers }) });
  }
  return [...readings.values()];
}
