import { narrowReads } from '../contract/narrow-reads.ts';
import type { System } from '../contract/system.ts';
import { descriptorsEmitter } from './descriptors/emit-service.ts';
import type { Emitter, GeneratedFile, Generation, Recall } from './emitter.ts';
import { errorsEmitter } from './error-classes/emit-errors.ts';
import { planErrors } from './error-plan.ts';
import { generatedServices } from './generated-services.ts';
import { protobufEmitter } from './protobuf/emit-proto.ts';
import { planProtobuf } from './protobuf-plan.ts';
import { schemasEmitter } from './schemas/emit-schemas.ts';
import { planTypes } from './type-plan.ts';
import { typesEmitter } from './types/emit-types.ts';
import { validatorsEmitter } from './validators/emit-validators.ts';

/** Every emitter. Adding one means a folder beside this file and a line here. */
const EMITTERS: readonly Emitter[] = [typesEmitter, errorsEmitter, validatorsEmitter, descriptorsEmitter, schemasEmitter, protobufEmitter];

/**
 * All files that are generated for a project, by path relative to its root. A pure function of the system: no dates, no randomness, nothing of the machine,
 * so the same contracts give the same bytes. With `recall` what is made of the same source as before need not be made anew.
 */
export async function generateCode(given: System, recall: Recall = recallNothing): Promise<readonly GeneratedFile[]> {
  const services = generatedServices(given);
  const narrowed = narrowReads(given, services);
  const { system } = narrowed;
  const types = planTypes(narrowed, services);
  const { out } = system.project.generate;
  const place = (path: string): string => (out === '' || out === '.' ? path : `${out}/${path}`);
  const generation: Generation = {
    system,
    services,
    types,
    errors: planErrors(system, services, types),
    protobuf: planProtobuf(system, services, types),
    recall: (path, source) => recall(place(path), source),
  };
  const files: GeneratedFile[] = [];
  // One after the other: none waits for anything but its own work, and together they would hold more in memory.
  for (const emitter of EMITTERS) {
    for (const { path, text } of await emitter.emit(generation)) files.push({ path: place(path), text });
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

const recallNothing: Recall = async () => undefined;
