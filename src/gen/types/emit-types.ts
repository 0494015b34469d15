import type { System } from '../../contract/system.ts';
import { schemaAt } from '../../payload/documents.ts';
import { discriminatorOf } from '../../payload/open-lists.ts';
import { createModule, type Module, relativeSpecifier } from '../code.ts';
import type { Emitter, GeneratedFile, Generation } from '../emitter.ts';
import { contractSource, header } from '../header.ts';
import type { PlannedModule, PlannedType, TypePlan } from '../type-plan.ts';
import { compileTypes } from './compile-types.ts';
import { lowerSchema } from './lower-schema.ts';
import { NOTHING_AROUND } from './scope.ts';
import { type TypeSchema, textType } from './type-schema.ts';

/** One module of types for each contract and each file of shared types that the services reach. */
export const typesEmitter: Emitter = {
  id: 'types',
  describes: 'TypeScript types of all payloads, each declared once',
  emit: emitTypes,
};

async function emitTypes({ system, types: plan }: Generation): Promise<readonly GeneratedFile[]> {
  const drafts = plan.modules.map((planned) => {
    const module = createModule(
      planned.path,
      planned.types.map((type) => type.name),
    );
    return { planned, module, types: planned.types.map((type) => ({ name: type.name, type: lowerPlanned(system, plan, module, type) })) };
  });
  const entries = drafts.flatMap(({ module, types }) => types.map((entry) => ({ ...entry, module })));
  const declarations = await compileTypes(entries);
  for (const [index, { module }] of entries.entries()) module.print(...(declarations[index] ?? []), '');
  return drafts.map(({ planned, module }) => ({ path: planned.path, text: module.render(header(sourceOf(system, planned))) }));
}

/** A place that another name stands for already becomes a reference to it. */
function lowerPlanned(system: System, plan: TypePlan, module: Module, planned: PlannedType): TypeSchema {
  const { file } = planned.schema;
  const known = plan.at(planned.schema);
  if (known && known !== planned) return textType(nameIn(module, known));
  return lowerSchema(schemaAt(system.documents, planned.schema) ?? true, {
    nameOf: (reference) => nameIn(module, plan.referenced(file, reference)),
    unlisted: () => module.useType('msgctl/runtime', 'Unlisted'),
    discriminatorOf: (branches) => discriminatorOf(system.documents, file, branches)?.property,
    around: NOTHING_AROUND,
  });
}

function nameIn(module: Module, type: PlannedType): string {
  return type.path === module.path ? type.name : module.useType(relativeSpecifier(module.path, type.path), type.name);
}

function sourceOf(system: System, { file }: PlannedModule): string {
  const contract = system.contracts.find((candidate) => candidate.file === file);
  return contract ? contractSource(contract) : file;
}
