import type { Documents } from '../payload/documents.ts';
import type { Contract, Interaction, Project, Transport, Use } from './model.ts';

/** Everything a command works on: the project, its contracts and the texts they came from. Made by {@link createSystem}. */
export type System = {
  readonly project: Project;
  /** One for each service, sorted by it. */
  readonly contracts: readonly Contract[];
  readonly documents: Documents;
  /** The contracts by service. */
  readonly services: ReadonlyMap<string, Contract>;
  /** Everything provided, by id (`payments.charge@2`). */
  readonly interactions: ReadonlyMap<string, Interaction>;
  /** Who uses an interaction, by its id; sorted by service. */
  readonly users: ReadonlyMap<string, readonly User[]>;
};

/** A receiver or caller of an interaction, with what it says of it. */
export type User = { readonly contract: Contract; readonly use: Use };

/** Contracts by service; those of one service stay in the order of their files. */
export function sortContracts(contracts: readonly Contract[]): readonly Contract[] {
  return [...contracts].sort((a, b) => (a.service < b.service ? -1 : a.service > b.service ? 1 : 0));
}

/** Puts a system together, with everything that is looked up by name: projects have thousands of contracts, and nobody searches them one by one. */
export function createSystem(parts: Pick<System, 'project' | 'contracts' | 'documents'>): System {
  const { contracts } = parts;
  const users = new Map<string, User[]>();
  for (const contract of contracts) {
    for (const use of contract.uses) {
      const known = users.get(use.id);
      if (known) known.push({ contract, use });
      else users.set(use.id, [{ contract, use }]);
    }
  }
  return {
    ...parts,
    services: firstByName(contracts, ({ service }) => service),
    interactions: firstByName(
      contracts.flatMap(({ provides }) => provides),
      ({ id }) => id,
    ),
    users,
  };
}

function firstByName<T>(parts: readonly T[], nameOf: (part: T) => string): ReadonlyMap<string, T> {
  const first = new Map<string, T>();
  for (const part of parts) if (!first.has(nameOf(part))) first.set(nameOf(part), part);
  return first;
}

/** The contract of a service. */
export function findContract(system: System, service: string): Contract | undefined {
  return system.services.get(service);
}

/** The interaction with this id (`payments.charge@2`). */
export function findInteraction(system: System, id: string): Interaction | undefined {
  return system.interactions.get(id);
}

/** Everyone who uses an interaction, sorted by service. */
export function usersOf(system: System, id: string): readonly User[] {
  return system.users.get(id) ?? [];
}

/** The transport of this name. */
export function findTransport(project: Project, name: string): Transport | undefined {
  return project.transports.find((transport) => transport.name === name);
}

/** All interactions that a transport carries, in the order of their contracts. */
export function interactionsOver(system: System, transport: string): readonly Interaction[] {
  return system.contracts.flatMap((contract) => contract.provides.filter((interaction) => interaction.via === transport));
}
