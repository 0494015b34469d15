import type { Contract } from '../../contract/model.ts';
import type { System } from '../../contract/system.ts';
import { Failure } from '../../diagnostics/failure.ts';
import type { JsonObject } from '../../source/json.ts';
import { createModule, relativeSpecifier } from '../code.ts';
import type { Emitter, GeneratedFile, Generation } from '../emitter.ts';
import { contractHeader, scriptHeader } from '../header.ts';
import { validatorsPath } from '../layout.ts';
import { type ParticipatingPayload, participationsOf } from '../participation.ts';
import { compileValidators } from './compile-validators.ts';
import { createSchemaSet } from './schema-set.ts';

/** One module of validators for each service, compiled ahead of time, with their types beside it. */
export const validatorsEmitter: Emitter = {
  id: 'validators',
  describes: 'validators of all payloads that a service sends or receives, ready to run',
  emit: async (generation) => {
    const files: GeneratedFile[] = [];
    for (const contract of generation.services) files.push(...(await emitService(generation, contract)));
    return files;
  },
};

async function emitService({ system, types, recall }: Generation, contract: Contract): Promise<readonly GeneratedFile[]> {
  const payloads = participationsOf(system, contract, types).flatMap((participation) => participation.payloads);
  if (payloads.length === 0) return [];
  const paths = validatorsPath(contract.service);
  const source = sourceOf(system, contract, payloads);
  const text = (await recall(paths.code, JSON.stringify(source))) ?? (await emitCode(contract, source));
  return [
    { path: paths.code, text },
    { path: paths.types, text: emitTypes(contract, payloads) },
  ];
}

/** All that the code of a module is made of. */
type Source = {
  readonly header: readonly string[];
  readonly schemas: readonly JsonObject[];
  readonly exports: readonly (readonly [validator: string, schema: string])[];
};

function sourceOf(system: System, contract: Contract, payloads: readonly ParticipatingPayload[]): Source {
  const { schemas, exports } = gatherSchemas(system, payloads, true);
  return { header: scriptHeader(contract), schemas, exports: [...exports] };
}

async function emitCode(contract: Contract, { header, schemas, exports }: Source): Promise<string> {
  const { lines, helpers } = await compileValidators(schemas, new Map(exports)).catch((cause: unknown) => {
    throw new Failure('validators-not-compiled', {
      message: `The validators of ${contract.service} cannot be compiled: ${cause instanceof Error ? cause.message : String(cause)}.`,
      why: 'A schema of the contract, or one that it refers to, holds something that ajv cannot turn into code.',
      advice: `Look for unusual names and patterns in ${contract.file}; "msgctl validate" says what else is wrong.`,
      cause,
    });
  });
  const module = createModule(validatorsPath(contract.service).code, []);
  for (const helper of helpers) module.use('msgctl/runtime/validation', helper);
  module.print(...lines);
  return module.render(header);
}

/** The schemas of some payloads, with unions told apart unless one of them asks what was evaluated, and the `$id` of each validator's. */
function gatherSchemas(
  system: System,
  payloads: readonly ParticipatingPayload[],
  tells: boolean,
): { readonly schemas: readonly JsonObject[]; readonly exports: ReadonlyMap<string, string> } {
  const set = createSchemaSet(system.documents, { tells });
  const exports = new Map(payloads.map(({ validator, type, side }) => [validator, set.add(type.schema, side)]));
  return tells && set.usesEvaluated() ? gatherSchemas(system, payloads, false) : { schemas: set.schemas(), exports };
}

function emitTypes(contract: Contract, payloads: readonly ParticipatingPayload[]): string {
  const { types } = validatorsPath(contract.service);
  const module = createModule(
    types,
    payloads.map(({ validator }) => validator),
  );
  const validator = module.useType('msgctl/runtime/validation', 'Validator');
  for (const { validator: name, type } of payloads) {
    module.print(`export declare const ${name}: ${validator}<${module.useType(relativeSpecifier(types, type.path), type.name)}>;`);
  }
  return module.render(contractHeader(contract));
}
