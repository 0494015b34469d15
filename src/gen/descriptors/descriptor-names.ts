import type { Contract } from '../../contract/model.ts';
import { camelCase, createAllocator, createNameScope, type NameClash, pascalCase } from '../identifiers.ts';
import type { TypePlan } from '../type-plan.ts';

/** What a service's module exports beside types, and what it calls its tables of Protobuf. */
export type DescriptorNames = { readonly provides: string; readonly uses: string; readonly constant: string; readonly tables: string };

/** The names of a service's module, which has its types too: those come first. Whoever gets another name for that is added to `clashes`. */
export function descriptorNames(contract: Contract, plan: TypePlan, clashes: NameClash[] = []): DescriptorNames {
  const { service, file } = contract;
  const names = createNameScope(createAllocator(), clashes);
  const types = plan.modules.find((planned) => planned.file === file)?.types ?? [];
  for (const { named, name } of types) names.allocate(named, name);
  const allocate = (section: string, what: string, ...wanted: readonly [string, ...string[]]): string => {
    return names.allocate({ of: `${service}${section}`, what: () => what, at: { file, pointer: section } }, ...wanted);
  };
  const title = pascalCase(service);
  const constant = camelCase(service);
  return {
    provides: allocate('/provides', `what ${service} provides`, `${title}Provides`),
    uses: allocate('/uses', `what ${service} uses`, `${title}Uses`),
    constant: allocate('/service', `the descriptor of ${service}`, constant, `${constant}Service`),
    tables: createAllocator([constant]).allocate('protobufTables'),
  };
}
