import type { Contract } from '../../contract/model.ts';
import type { System } from '../../contract/system.ts';
import { createModule, exportLines, indent, type Module, type PrintableValue, printValue, relativeSpecifier } from '../code.ts';
import type { Emitter, GeneratedFile, Generation } from '../emitter.ts';
import type { ErrorPlan } from '../error-plan.ts';
import { contractHeader } from '../header.ts';
import { servicePath, validatorsPath } from '../layout.ts';
import { type Participation, participationsOf } from '../participation.ts';
import { jsDoc, quoteText } from '../text.ts';
import { describeCodec, describeTables } from './describe-codec.ts';
import { describeErrors, describeParticipation, describeValidators } from './describe-participation.ts';
import { descriptorNames } from './descriptor-names.ts';
import { describeInteraction, descriptorType } from './descriptor-type.ts';

/** One module for each service: its types, and a descriptor of every interaction that it provides or uses. */
export const descriptorsEmitter: Emitter = {
  id: 'descriptors',
  describes: 'typed descriptors of what a service provides and uses, for the runtime',
  emit: async (generation) => generation.services.map((contract) => emitService(generation, contract)),
};

/** A named part of the descriptor: an interaction, or all that is used of one provider. */
type Entry = {
  readonly property: string;
  readonly doc: readonly string[];
  readonly type: readonly string[];
  readonly value: PrintableValue;
};

function emitService({ system, types: plan, errors, protobuf }: Generation, contract: Contract): GeneratedFile {
  const path = servicePath(contract.service);
  const types = plan.modules.find((planned) => planned.file === contract.file);
  const { provides, uses, constant, tables: tablesName } = descriptorNames(contract, plan);
  const participations = participationsOf(system, contract, plan);
  const tables = describeTables(protobuf, participations);
  const module = createModule(path, [provides, uses, constant, ...(tables === undefined ? [] : [tablesName])]);
  const entry = (participation: Participation): Entry =>
    describeEntry(system, contract, { module, participation, errors, codec: describeCodec(protobuf, participation, tablesName) });
  const provided = participations.filter(({ use }) => use === undefined).map(entry);
  const used = byProvider(participations, entry);
  if (types) module.print(`export type * from ${quoteText(relativeSpecifier(path, types.path))};`);
  module.print(...exportErrors(path, errors, contract), '');
  printTypeOf(module, provides, `What ${contract.service} provides.`, provided);
  printTypeOf(module, uses, `What ${contract.service} uses, by provider.`, used);
  if (tables !== undefined) {
    const type = module.useType('msgctl/runtime', 'ProtobufTables');
    module.print('/** How messages travel as Protobuf. */', `const ${tablesName}: ${type} = ${printValue(tables)};`, '');
  }
  module.print(
    ...jsDoc(contract.description === undefined ? [] : [contract.description]),
    `export const ${constant}: ${module.useType('msgctl/runtime', 'Service')}<${provides}, ${uses}> = ${printValue({
      runtimeApi: 1,
      service: contract.service,
      version: contract.version,
      provides: valuesOf(provided),
      uses: valuesOf(used),
    })};`,
  );
  return { path, text: module.render(contractHeader(contract)) };
}

type Part = {
  readonly module: Module;
  readonly participation: Participation;
  readonly errors: ErrorPlan;
  readonly codec: PrintableValue;
};

/** What a service throws is at hand beside its types; the errors of others are in the modules of theirs. */
function exportErrors(path: string, plan: ErrorPlan, contract: Contract): readonly string[] {
  const own = plan.modules.find((planned) => planned.contract === contract);
  return own
    ? exportLines(
        own.errors.map(({ name }) => name),
        relativeSpecifier(path, own.path),
      )
    : [];
}

function describeEntry(system: System, contract: Contract, { module, participation, errors, codec }: Part): Entry {
  const validators = relativeSpecifier(module.path, validatorsPath(contract.service).code);
  const { interaction } = participation;
  const errorClass = (code: string): string => {
    const { path, name } = errors.declared(interaction, code);
    return module.use(relativeSpecifier(module.path, path), name);
  };
  // A class that several interactions share is typed by what this one says with it.
  const errorType = (code: string, data: () => string): string =>
    errors.declared(interaction, code).data.length > 1 ? `${errorClass(code)}<${data()}>` : errorClass(code);
  return {
    property: participation.property,
    doc: describeInteraction(interaction),
    type: descriptorType(module, participation, errorType),
    value: {
      ...describeParticipation(system, contract, participation, codec),
      errors: describeErrors(participation, errorClass),
      validators: describeValidators(participation, (name) => module.use(validators, name)),
    },
  };
}

/** What is used, grouped by provider in the order in which the contract first names it. */
function byProvider(participations: readonly Participation[], entry: (participation: Participation) => Entry): readonly Entry[] {
  const groups = new Map<string, Entry[]>();
  for (const participation of participations) {
    const { provider } = participation;
    if (provider !== undefined) groups.set(provider, [...(groups.get(provider) ?? []), entry(participation)]);
  }
  return [...groups].map(([property, entries]) => ({
    property,
    doc: [],
    type: ['{', ...indent(entries.flatMap(memberLines)), '}'],
    value: valuesOf(entries),
  }));
}

function printTypeOf(module: Module, name: string, doc: string, entries: readonly Entry[]): void {
  const none = entries.length === 0;
  module.print(...jsDoc([doc]));
  if (none) module.print(`export type ${name} = Readonly<Record<never, never>>;`, '');
  else module.print(`export type ${name} = {`, ...indent(entries.flatMap(memberLines)), '};', '');
}

/** A member of a type on as many lines as its own type has; with its comment before it. */
function memberLines({ property, doc, type }: Entry): readonly string[] {
  const [first = '', ...rest] = type;
  const lines = [`readonly ${property}: ${first}`, ...rest];
  return [...jsDoc(doc), ...lines.slice(0, -1), `${lines.at(-1)};`];
}

function valuesOf(entries: readonly Entry[]): PrintableValue {
  return Object.fromEntries(entries.map(({ property, value }) => [property, value]));
}
