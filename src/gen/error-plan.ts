import type { Contract, Interaction } from '../contract/model.ts';
import { findContract, findInteraction, type System } from '../contract/system.ts';
import { resolve, type SchemaLocation, schemaAt } from '../payload/documents.ts';
import { isObject, ownProperty } from '../source/json.ts';
import { createAllocator, createNameScope, type NameClash, pascalCase } from './identifiers.ts';
import { errorsPath } from './layout.ts';
import { type PlannedType, slotsOf, type TypePlan } from './type-plan.ts';

/** The class of an error: one for each code of a contract, whichever of its interactions declare it. */
export type PlannedError = {
  /** The module that declares it, below the output folder. */
  readonly path: string;
  readonly name: string;
  readonly code: string;
  /** What declares it, in the order of the contract. */
  readonly interactions: readonly string[];
  /** What is said with it: one type, or several where interactions say different things. */
  readonly data: readonly PlannedType[];
};

/** The classes of one contract. */
export type PlannedErrors = { readonly contract: Contract; readonly path: string; readonly errors: readonly PlannedError[] };

/** All classes of declared errors. */
export type ErrorPlan = {
  /** Those of services, and of whom they use; none without errors. */
  readonly modules: readonly PlannedErrors[];
  /** The class of an error that an interaction declares. */
  declared(interaction: Interaction, code: string): PlannedError;
};

/**
 * Plans the classes of the errors that `services` may throw or be told. Each is called after its code and nothing else, so that another interaction with
 * the same error, or another version of the first, renames nothing. Whoever is called otherwise, since a type has its name, is added to `clashes`.
 */
export function planErrors(system: System, services: readonly Contract[], plan: TypePlan, clashes: NameClash[] = []): ErrorPlan {
  const modules = declarersOf(system, services).map((contract) => planModule(system, contract, plan, clashes));
  const byCode = new Map(
    modules.flatMap(({ contract: { service }, errors }) => errors.map((error) => [keyOf(service, error.code), error])),
  );
  return {
    modules: modules.filter(({ errors }) => errors.length > 0),
    declared(interaction, code) {
      const error = byCode.get(keyOf(interaction.service, code));
      if (!error) throw new Error(`No class was planned for error ${code} of ${interaction.id}.`);
      return error;
    },
  };
}

/** The contracts whose errors the code of some services meets: their own, and those of whom they use. */
function declarersOf(system: System, services: readonly Contract[]): readonly Contract[] {
  const used = services.flatMap(({ uses }) => uses.map(({ id }) => findContract(system, findInteraction(system, id)?.service ?? '')));
  return [...new Set([...services, ...used.filter((contract) => contract !== undefined)])];
}

type Declared = { readonly interaction: Interaction; readonly schema: SchemaLocation };

function planModule(system: System, contract: Contract, plan: TypePlan, clashes: NameClash[]): PlannedErrors {
  const byCode = new Map<string, [Declared, ...Declared[]]>();
  for (const interaction of contract.provides) {
    for (const { role, name, schema } of slotsOf(interaction)) {
      if (role !== 'error' || name === undefined) continue;
      const known = byCode.get(name);
      if (known) known.push({ interaction, schema });
      else byCode.set(name, [{ interaction, schema }]);
    }
  }
  const names = createNameScope(createAllocator(), clashes);
  const path = errorsPath(contract.service).code;
  // The module of the service has both, and who wrote the type chose its name.
  for (const { named, name } of plan.modules.find(({ file }) => file === contract.file)?.types ?? []) names.allocate(named, name);
  const errors = [...byCode].map(([code, declared]): PlannedError => {
    const what = `the class of error ${code} of ${contract.service}`;
    const name = names.allocate({ of: what, what: () => what, at: declared[0].schema }, className(code), `${pascalCase(code)}Failure`);
    const data = declared.map(({ interaction, schema }) => dataType(system, plan, interaction, { code, schema }));
    return { path, name, code, interactions: declared.map(({ interaction }) => interaction.id), data: [...new Set(data)] };
  });
  return { contract, path, errors };
}

/** `out-of-stock` becomes `OutOfStockError`, `server-error` `ServerError`. */
function className(code: string): string {
  const name = pascalCase(code);
  return name.endsWith('Error') && name !== 'Error' ? name : `${name}Error`;
}

/** What a payload consists of, so that several interactions that say the same with an error have one type for it. */
function dataType(
  system: System,
  plan: TypePlan,
  interaction: Interaction,
  { code, schema: location }: { readonly code: string; readonly schema: SchemaLocation },
): PlannedType {
  const schema = schemaAt(system.documents, location);
  const reference = ownProperty(schema, '$ref');
  const own = plan.payload(interaction, { role: 'error', name: code });
  if (typeof reference !== 'string' || !isObject(schema) || Object.keys(schema).length > 1) return own;
  return resolve(system.documents, { file: location.file }, reference).ok ? plan.referenced(location.file, reference) : own;
}

function keyOf(service: string, code: string): string {
  return JSON.stringify([service, code]);
}
