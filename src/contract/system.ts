import type { Documents } from '../payload/documents.ts';
import type { Contract, Interaction, Project, Transport, Use } from './model.ts';

/** Everything a command works on: the project, its contracts and the texts they came from. */
export type System = {
  readonly project: Project;
  /** Sorted by service. */
  readonly contracts: readonly Contract[];
  readonly documents: Documents;
};

/** A receiver or caller of an interaction, with what it says of it. */
export type User = { readonly contract: Contract; readonly use: Use };

/** The contract of a service. */
export function findContract(system: System, service: string): Contract | undefined {
  return system.contracts.find((contract) => contract.service === service);
}

/** The interaction with this id (`payments.charge@2`). */
export function findInteraction(system: System, id: string): Interaction | undefined {
  for (const contract of system.contracts) {
    const found = contract.provides.find((interaction) => interaction.id === id);
    if (found) return found;
  }
  return undefined;
}

/** Everyone who uses an interaction, sorted by service. */
export function usersOf(system: System, id: string): readonly User[] {
  return system.contracts.flatMap((contract) => contract.uses.filter((use) => use.id === id).map((use) => ({ contract, use })));
}

/** The transport of this name. */
export function findTransport(project: Project, name: string): Transport | undefined {
  return project.transports.find((transport) => transport.name === name);
}

/** All interactions that a transport carries, in the order of their contracts. */
export function interactionsOver(system: System, transport: string): readonly Interaction[] {
  return system.contracts.flatMap((contract) => contract.provides.filter((interaction) => interaction.via === transport));
}
