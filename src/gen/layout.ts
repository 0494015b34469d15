/** Where generated files stand below `generate.out`. */
import type { System } from '../contract/system.ts';

/** The module of a service: its descriptors. */
export function servicePath(service: string): string {
  return `${service}.ts`;
}

/** The validators of a service, and their types beside them. */
export function validatorsPath(service: string): { readonly code: string; readonly types: string } {
  return { code: `${service}.validators.js`, types: `${service}.validators.d.ts` };
}

/** The classes of the errors that a service's contract declares, and their types beside them. */
export function errorsPath(service: string): { readonly code: string; readonly types: string } {
  return { code: `${service}.errors.js`, types: `${service}.errors.d.ts` };
}

/** The schemas of a service's payloads, for code in other languages. */
export function schemasPath(service: string): string {
  return `schemas/${service}.schema.json`;
}

/**
 * The types that are written in a file: a contract's under its service, a shared file's under its own name (`types/common.types.ts`),
 * in folders as below the contracts' common folder. The two cannot clash: a service has no dot in its name.
 */
export function typesPath(system: System, file: string): string {
  const contract = system.contracts.find((candidate) => candidate.file === file);
  if (contract) return `types/${contract.service}.ts`;
  const folder = staticFolder(system.project.contracts);
  const below = file.startsWith(folder) ? file.slice(folder.length) : file;
  return `types/${below.replace(/\.ya?ml$/, '')}.ts`;
}

/** The folder that all globs have in common, with a `/` at its end; empty where there is none. */
function staticFolder(globs: readonly string[]): string {
  const folders = globs.map((glob) => glob.split('/').slice(0, -1));
  const [first = [], ...others] = folders;
  const end = first.findIndex((part, index) => /[*?{[(!]/.test(part) || others.some((other) => other[index] !== part));
  return (end === -1 ? first : first.slice(0, end)).map((part) => `${part}/`).join('');
}
