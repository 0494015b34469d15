import type { Contract, Interaction, Use } from '../contract/model.ts';
import { PATTERNS } from '../contract/patterns.ts';
import { findInteraction, type System, usersOf } from '../contract/system.ts';
import type { Side } from '../payload/bundle.ts';
import type { SchemaLocation } from '../payload/documents.ts';
import { appendPointer } from '../source/pointer.ts';
import {
  camelCase,
  createAllocator,
  createNameScope,
  createPropertyAllocator,
  type NameClash,
  type Named,
  type NameScope,
  pascalCase,
} from './identifiers.ts';
import { describePayload, type PayloadSlot, type PlannedType, slotName, slotsOf, type TypePlan } from './type-plan.ts';

/** One interaction from the view of a service that provides or uses it. */
export type Participation = {
  readonly interaction: Interaction;
  /** Absent for its provider. */
  readonly use?: Use;
  /** The property that has all that is used of its provider; absent for the provider itself. */
  readonly provider?: string;
  /** Whether the service sends or receives the first message. */
  readonly side: Side;
  /** Its name as a property: `chargeV2`. */
  readonly property: string;
  /** The payloads that this service sends or receives. */
  readonly payloads: readonly ParticipatingPayload[];
  /** The services whose answers are awaited; empty where none are. For a receiver at most itself. */
  readonly responders: readonly string[];
};

/** A payload with its type, and the validator for the direction in which it goes here. */
export type ParticipatingPayload = PayloadSlot & {
  /** What this service sends, or what it reads of what it receives. */
  readonly type: PlannedType;
  /** What travels, whatever this service reads of it, where the interaction has it. */
  readonly schema: SchemaLocation;
  readonly validator: string;
  readonly side: Side;
};

/**
 * What a service takes part in: what it provides, then what it uses, in the order of its contract. Names do not depend on other services, nor on what
 * else there is, unless two things have one name: these are added to `clashes`.
 */
export function participationsOf(system: System, contract: Contract, plan: TypePlan, clashes: NameClash[] = []): readonly Participation[] {
  const context: Context = {
    system,
    contract,
    plan,
    clashes,
    validators: createNameScope(createAllocator(), clashes),
    properties: createNameScope(createPropertyAllocator(), clashes),
    groups: new Map(),
  };
  const provided = contract.provides.map((interaction) => participate(context, interaction));
  const used = contract.uses.flatMap((use) => {
    const interaction = findInteraction(system, use.id);
    return interaction ? [participate(context, interaction, use)] : [];
  });
  return [...provided, ...used];
}

/** The users of an event whose answers its provider awaits. */
function respondersOf(system: System, interaction: Interaction): readonly string[] {
  if (interaction.pattern !== 'publish-async-responses') return [];
  const users = usersOf(system, interaction.id).filter(({ use }) => use.respond);
  return interaction.responders ?? users.map(({ contract }) => contract.service);
}

type Context = {
  readonly system: System;
  readonly contract: Contract;
  readonly plan: TypePlan;
  readonly clashes: NameClash[];
  readonly validators: NameScope;
  /** What is provided, and those of whom anything is used: clients and handlers have both side by side. */
  readonly properties: NameScope;
  /** What is used, by provider. */
  readonly groups: Map<string, Group>;
};

/** The properties of what is used of one provider. */
type Group = { readonly property: string; readonly names: NameScope };

function groupOf({ properties, groups, clashes }: Context, { service }: Interaction, at: Named['at']): Group {
  const known = groups.get(service);
  if (known) return known;
  const named = { of: service, what: () => `what is used of ${service}`, at };
  const property = properties.allocate(named, camelCase(service), `${camelCase(service)}Service`);
  const group = { property, names: createNameScope(createPropertyAllocator(), clashes) };
  groups.set(service, group);
  return group;
}

function participate(context: Context, interaction: Interaction, use?: Use): Participation {
  const side = sideOf(interaction, use);
  const at = { file: context.contract.file, pointer: use ? appendPointer('/uses', use.id) : interaction.pointer };
  const group = use && groupOf(context, interaction, at);
  const responders = side === 'sender' ? respondersOf(context.system, interaction) : respondsItself(context, interaction, use);
  const prefix = use ? `${camelCase(interaction.service)}${pascalCase(interaction.slug)}` : camelCase(interaction.slug);
  const payloads = slotsOf(interaction)
    .filter((slot) => takesPart(slot, interaction, responders))
    .map(({ role, name, schema }) => {
      const slot: PayloadSlot = { role, ...(name !== undefined && { name }) };
      return {
        ...slot,
        type: use ? context.plan.read(context.contract.service, interaction, slot) : context.plan.payload(interaction, slot),
        schema,
        validator: context.validators.allocate(
          { of: interaction.id, what: () => describePayload(interaction, slot), at },
          `${prefix}${slotName(slot)}`,
        ),
        side: role === 'response' || role === 'error' ? otherSide(side) : side,
      };
    });
  const names = group?.names ?? context.properties;
  const property = names.allocate({ of: interaction.id, what: () => interaction.id, at }, camelCase(interaction.slug));
  return { interaction, side, property, ...(use && { use }), ...(group && { provider: group.property }), payloads, responders };
}

function sideOf(interaction: Interaction, use: Use | undefined): Side {
  const receives = PATTERNS[interaction.pattern].receiver === 'provider' ? use === undefined : use !== undefined;
  return receives ? 'receiver' : 'sender';
}

function otherSide(side: Side): Side {
  return side === 'sender' ? 'receiver' : 'sender';
}

function respondsItself({ contract }: Context, { pattern, responders }: Interaction, use: Use | undefined): readonly string[] {
  if (pattern !== 'publish-async-responses' || use?.respond !== true) return [];
  return responders === undefined || responders.includes(contract.service) ? [contract.service] : [];
}

/** Of the answers to an event only those count that this service gives or awaits. */
function takesPart({ role, name }: PayloadSlot, { pattern, payloads }: Interaction, responders: readonly string[]): boolean {
  if (pattern !== 'publish-async-responses' || (role !== 'response' && role !== 'error')) return true;
  if (role === 'error') return responders.length > 0;
  if (name !== undefined) return responders.includes(name);
  return responders.some((service) => !payloads.some((payload) => payload.role === 'response' && payload.name === service));
}
