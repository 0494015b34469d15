/**
 * What the commands do, loaded together when one is run: a command's help and its wrong flags need none of it, and every command needs
 * most of it. As one module it becomes one file of the bundle; one for each command would be dozens of small ones, which start slower.
 */
export { compareContracts } from './compare-contracts.ts';
export { explainRule, listRules } from './explain-rules.ts';
export { formatProject } from './format-project.ts';
export { generateProject } from './generate-code.ts';
export { importBroker } from './import/import-broker.ts';
export { initializeProject } from './init/initialize-project.ts';
export { planProject } from './plan-topology.ts';
export { provisionProject } from './provision-topology.ts';
export { validateProject } from './validate-project.ts';
export { watchProject } from './watch-project.ts';
