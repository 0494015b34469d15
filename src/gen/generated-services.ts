import type { Contract } from '../contract/model.ts';
import type { System } from '../contract/system.ts';

/** The services that get modules: those named under `generate.services`, or all; an external one never, since its code is not ours. */
export function generatedServices(system: System): readonly Contract[] {
  const { services } = system.project.generate;
  return system.contracts.filter((contract) => !contract.external && (services === undefined || services.includes(contract.service)));
}
