import type { Contract, Interaction } from '../contract/model.ts';
import { findInteraction, type System } from '../contract/system.ts';
import { formatLocation, type SchemaLocation } from '../payload/documents.ts';
import { buildProtobufModel } from '../payload/protobuf/build-model.ts';
import type { ProtobufModel } from '../payload/protobuf/model.ts';
import { groupFiles } from './protobuf/group-files.ts';
import { type Named, nameModel } from './protobuf/name-model.ts';
import { type PlannedRpcFile, planRpcFiles } from './protobuf/plan-rpcs.ts';
import { createPackageNames } from './protobuf/proto-names.ts';
import type { TypePlan } from './type-plan.ts';

/** All that travels as Protobuf, with the names that it has in `.proto` files. */
export type ProtobufPlan = {
  readonly model: ProtobufModel;
  /** Sorted by path. */
  readonly files: readonly PlannedProtoFile[];
  /** Services of gRPC, each file for one of them. */
  readonly rpcs: readonly PlannedRpcFile[];
  /** What a message or an enum is called, by its key. */
  named(key: string): Named;
  /** The message of a payload. */
  payload(schema: SchemaLocation): Named;
};

/** A file of messages and enums: those of one file of the project, or of several that refer to each other in a circle. */
export type PlannedProtoFile = {
  /** Below the folder of all `.proto` files. */
  readonly path: string;
  readonly package: string;
  readonly sources: readonly string[];
  /** Those that stand in no other, by name. */
  readonly declared: readonly Named[];
};

/** Plans what the interactions that these services provide or use, and that travel as Protobuf, become. */
export function planProtobuf(system: System, services: readonly Contract[], types: TypePlan): ProtobufPlan {
  const interactions = protobufInteractions(system, services);
  const model = buildProtobufModel(
    system.documents,
    interactions.flatMap(({ payloads }) => payloads.map(({ schema }) => schema)),
  );
  const packages = createPackageNames(system);
  const groups = groupFiles(model);
  const planned = planRpcFiles(system, interactions, packages);
  const files: PlannedProtoFile[] = [];
  const byKey = new Map<string, Named>();
  for (const group of groups) {
    const contract = group.files.find((file) => system.contracts.some((candidate) => candidate.file === file));
    const place = packages.placeOf(contract ?? group.files[0] ?? '');
    const named = nameModel({ model, types, group, place, taken: packages.namesIn(place.package) });
    for (const each of named) byKey.set(each.key, each);
    const declared = named.filter(({ parent }) => parent === undefined).sort((a, b) => (a.name < b.name ? -1 : 1));
    files.push({ path: place.path, package: place.package, sources: group.files, declared });
  }
  const named = (key: string): Named => demand(byKey.get(key), key);
  const payload = (schema: SchemaLocation): Named => named(demand(model.payloads.get(formatLocation(schema)), formatLocation(schema)));
  return { model, files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), rpcs: planned, named, payload };
}

function protobufInteractions(system: System, services: readonly Contract[]): readonly Interaction[] {
  const used = services.flatMap(({ uses }) => uses.flatMap(({ id }) => findInteraction(system, id) ?? []));
  const all = [...services.flatMap(({ provides }) => provides), ...used].filter(({ encoding }) => encoding === 'protobuf');
  const byId = new Map(all.map((interaction) => [interaction.id, interaction]));
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function demand<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new Error(`Nothing was planned for ${what}, which travels as Protobuf.`);
  return found;
}
