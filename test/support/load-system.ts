import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadProject } from '../../src/contract/load.ts';
import type { Transport } from '../../src/contract/model.ts';
import { findTransport, type System } from '../../src/contract/system.ts';
import { memoryProject } from './memory-project.ts';

/** The system that some files describe; throws with the findings where there are errors. */
export async function loadSystem(files: Readonly<Record<string, string>>, environment?: string): Promise<System> {
  const options = { projectFile: 'msgctl.yaml', ...(environment === undefined ? {} : { environment }) };
  const { system, diagnostics } = await loadProject(memoryProject(files), options);
  if (system) return system;
  throw new Error(diagnostics.map(({ at, id, message }) => `${at.file}:${at.start.line}: ${id}: ${message}`).join('\n'));
}

/** The files of a folder, read as a project: `msgctl.yaml` and everything in `contracts`. */
export function readProjectFiles(folder: string): Readonly<Record<string, string>> {
  const contracts = readdirSync(join(folder, 'contracts')).map((name) => `contracts/${name}`);
  return Object.fromEntries(['msgctl.yaml', ...contracts].map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

/** The transport of this name, which must be there. */
export function transportOf(system: System, name: string): Transport {
  const transport = findTransport(system.project, name);
  if (!transport) throw new Error(`no transport ${name}`);
  return transport;
}
