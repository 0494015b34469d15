import type { System } from '../../contract/system.ts';
import { schemaAt } from '../../payload/documents.ts';
import { discriminatorOf } from '../../payload/open-lists.ts';
import { createModule, type Module, relativeSpecifier } from '../code.ts';
import type { Emitter, GeneratedFile, Generation } from '../emitter.ts';
import { contractSource, header } from '../header.ts';
import type { PlannedModule, PlannedType, TypePlan } from '../type-plan.ts';
import { compileTypes, type TypeEntry } from './compile-types.ts';
import { lowerSchema } from './lower-schema.ts';
import { NOTHING_AROUND } from './scope.ts';
import { type TypeSchema, textType } from './type-schema.ts';

/** One module of types for each contract and each file of shared types that the services reach. */
export const typesEmitter: Emitter = {
  id: 'types',
  describes: 'TypeScript types of all payloads, each declared once',
  emit: emitTypes,
};

/** A module whose declarations are lowered already. Its head says all that is outside of them: what it is made from, and its imports. */
type Draft = { readonly module: Module; readonly header: readonly string[]; readonly types: readonly TypeEntry[] };

async function emitTypes({ system, types: plan, recall }: Generation): Promise<readonly GeneratedFile[]> {
  const files: GeneratedFile[] = [];
  const drafts: Draft[] = [];
  for (const planned of plan.modules) {
    const draft = draftModule(system, plan, planned);
    const text = await recall(planned.path, JSON.stringify([draft.module.render(draft.header), draft.types]));
    if (text === undefined) drafts.push(draft);
    else files.push({ path: planned.path, text });
  }
  return [...files, ...(await finish(drafts))];
}

function draftModule(system: System, plan: TypePlan, planned: PlannedModule): Draft {
  const module = createModule(
    planned.path,
    planned.types.map((type) => type.name),
  );
  const types = planned.types.map((type) => ({ name: type.name, type: lowerPlanned(system, plan, module, type) }));
  return { module, header: header(sourceOf(system, planned)), types };
}

async function finish(drafts: readonly Draft[]): Promise<readonly GeneratedFile[]> {
  const entries = drafts.flatMap(({ module, types }) => types.map((entry) => ({ ...entry, module })));
  const declarations = await compileTypes(entries);
  for (const [index, { module }] of entries.entries()) module.print(...(declarations[index] ?? []), '');
  return drafts.map(({ module, header: head }) => ({ path: module.path, text: module.render(head) }));
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
