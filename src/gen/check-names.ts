import { payloadRead, pointersRead } from '../contract/narrow-reads.ts';
import { createSystem, findContract, type System } from '../contract/system.ts';
import { diagnose } from '../diagnostics/catalogue.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { appendPointer } from '../source/pointer.ts';
import { quoteText } from '../source/quote.ts';
import { keyRange } from '../source/yaml-tree.ts';
import { descriptorNames } from './descriptors/descriptor-names.ts';
import { planErrors } from './error-plan.ts';
import { generatedServices } from './generated-services.ts';
import type { NameClash } from './identifiers.ts';
import { participationsOf } from './participation.ts';
import { planTypes } from './type-plan.ts';

/**
 * What has another name in generated code than it has by itself, since something else has it already: the names of the one depend on the other.
 * Of two things it is told once, whatever of them clashes. Works beside errors, too.
 */
export function checkGeneratedNames(system: System): readonly Diagnostic[] {
  const told = new Set<string>();
  return clashesIn(system).flatMap((clash) => {
    const { wanted, given, named, other } = clash;
    const pair = JSON.stringify([named.of, other.of].sort());
    const [tree, otherTree] = [system.documents.get(named.at.file), system.documents.get(other.at.file)];
    if (!tree || !otherTree || told.has(pair)) return [];
    told.add(pair);
    const couldBe = !isWhole(clash) && named.at.pointer.startsWith('/provides/') && other.at.pointer.startsWith('/types/');
    const data = { what: named.what(), other: other.what(), wanted, given, ...(couldBe && { reference: `#${other.at.pointer}` }) };
    const related = { label: `${quoteText(wanted)} as well`, at: keyRange(otherTree, other.at.pointer) };
    return [diagnose('generated-name-collision', keyRange(tree, named.at.pointer), data, [related])];
  });
}

/** Interactions before what belongs to them: who reads that two of them clash needs no more. */
function clashesIn(understood: System): readonly NameClash[] {
  const system = createSystem({ ...understood, contracts: [...understood.services.values()] });
  const services = generatedServices(system);
  const plan = planTypes({ system, narrowed: placeOfReading(system) }, services);
  const clashes: NameClash[] = [];
  for (const contract of services) {
    participationsOf(system, contract, plan, clashes);
    descriptorNames(contract, plan, clashes);
  }
  planErrors(system, services, plan, clashes);
  return [...clashes.filter(isWhole), ...plan.clashes, ...clashes.filter((clash) => !isWhole(clash))];
}

/** Whether it is something by itself, and no payload of something. */
function isWhole({ named }: NameClash): boolean {
  return named.of === named.what();
}

/** Where services read a part of what they use, for its name: what is narrowed makes no other names, and need not be made for that. */
function placeOfReading(system: System): Parameters<typeof planTypes>[0]['narrowed'] {
  return (service, interaction) => {
    const contract = findContract(system, service);
    const use = contract?.uses.find(({ id }) => id === interaction.id);
    if (!contract || !use || !payloadRead(interaction) || !pointersRead(interaction, use)) return undefined;
    return { file: contract.file, pointer: appendPointer('/uses', use.id, 'reads') };
  };
}
