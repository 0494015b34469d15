import type { Interaction } from '../../contract/model.ts';
import type { System } from '../../contract/system.ts';
import type { SchemaLocation } from '../../payload/documents.ts';
import { sendAddress } from '../../topology/addresses.ts';
import { type PackageNames, snakeCase } from './proto-names.ts';

/** A service of gRPC, which has a file of its own: its name, and with it its package, is where it is called. */
export type PlannedRpcFile = {
  readonly path: string;
  readonly package: string;
  readonly service: string;
  readonly rpcs: readonly PlannedRpc[];
};

/** A method, and what it takes and gives. */
export type PlannedRpc = {
  readonly method: string;
  readonly interaction: Interaction;
  readonly request: SchemaLocation;
  readonly response: SchemaLocation;
};

/** The services of gRPC that some interactions make; those that carry JSON have no messages, and no place here. */
export function planRpcFiles(system: System, interactions: readonly Interaction[], packages: PackageNames): readonly PlannedRpcFile[] {
  const services = new Map<string, PlannedRpc[]>();
  for (const interaction of interactions) {
    const address = sendAddress(system, interaction);
    const request = interaction.payloads.find(({ role }) => role === 'request')?.schema;
    const response = interaction.payloads.find(({ role }) => role === 'response')?.schema;
    if (address.kind !== 'grpc' || !request || !response) continue;
    services.set(address.service, [...(services.get(address.service) ?? []), { method: address.method, interaction, request, response }]);
  }
  return [...services].map(([name, rpcs]) => {
    const words = name.split('.');
    const service = words.pop() ?? name;
    packages.namesIn(words.join('.')).add(service);
    const path = packages.takePath([...words, `${snakeCase(service).replace(/_service$/, '')}_service.proto`].join('/'));
    return { path, package: words.join('.'), service, rpcs: [...rpcs].sort((a, b) => (a.method < b.method ? -1 : 1)) };
  });
}
