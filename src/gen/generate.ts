import type { Contract } from '../contract/model.ts';
import { narrowReads } from '../contract/narrow-reads.ts';
import type { System } from '../contract/system.ts';
import { descriptorsEmitter } from './descriptors/emit-service.ts';
import type { Emitter, GeneratedFile } from './emitter.ts';
import { protobufEmitter } from './protobuf/emit-proto.ts';
import { planProtobuf } from './protobuf-plan.ts';
import { schemasEmitter } from './schemas/emit-schemas.ts';
import { planTypes } from './type-plan.ts';
import { typesEmitter } from './types/emit-types.ts';
import { validatorsEmitter } from './validators/emit-validators.ts';

/** Every emitter. Adding one means a folder beside this file and a line here. */
const EMITTERS: readonly Emitter[] = [typesEmitter, validatorsEmitter, descriptorsEmitter, schemasEmitter, protobufEmitter];

/**
 * All files that are generated for a project, by path relative to its root. A pure function of the system: no dates, no randomness, nothing of the machine,
 * so the same contracts give the same bytes.
 */
export async function generateCode(given: System): Promise<readonly GeneratedFile[]> {
  const services = generatedServices(given);
  const narrowed = narrowReads(given, services);
  const { system } = narrowed;
  const types = planTypes(narrowed, services);
  const generation = { system, services, types, protobuf: planProtobuf(system, services, types) };
  const files = await Promise.all(EMITTERS.map((emitter) => emitter.emit(generation)));
  const { out } = system.project.generate;
  return files
    .flat()
    .map(({ path, text }) => ({ path: out === '' || out === '.' ? path : `${out}/${path}`, text }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The services that get modules: those named under `generate.services`, or all; an external one never, since its code is not ours. */
export function generatedServices(system: System): readonly Contract[] {
  const { services } = system.project.generate;
  return system.contracts.filter((contract) => !contract.external && (services === undefined || services.includes(contract.service)));
}
