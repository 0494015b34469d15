import { type Diagnostic, hasErrors, sortDiagnostics } from '../diagnostics/diagnostic.ts';
import type { Documents } from '../payload/documents.ts';
import type { YamlTree } from '../source/yaml-tree.ts';
import { readDocuments } from './read-documents.ts';
import { readProject } from './read-project.ts';
import type { System } from './system.ts';
import { toContract } from './to-contract.ts';

/** Where a project is read from: the working tree, a git revision, a directory. Implemented in `io/`. */
export interface ProjectReader {
  /** For people: `the working tree`, `main (3f2a9c1)`. */
  readonly label: string;
  /** The text of a file, by its path relative to the project's root. Throws `Failure` when it cannot be read. */
  readText(path: string): Promise<string>;
  /** Whether a file is there. */
  exists(path: string): Promise<boolean>;
  /** The files that match any of the globs, sorted. */
  listFiles(globs: readonly string[]): Promise<readonly string[]>;
  /** A variable of the environment, for `${NAME}`. */
  variable(name: string): string | undefined;
}

/** A project as far as it could be understood: every finding at once, and the system when none of them is an error. */
export type Loaded = {
  readonly system?: System;
  readonly documents: Documents;
  /** Sorted, without repetitions. */
  readonly diagnostics: readonly Diagnostic[];
  /** How many contract files were read. */
  readonly files: number;
};

/** Reads, checks and resolves a project. Throws `Failure` only for what the reader could not read and for an unknown environment. */
export async function loadProject(
  reader: ProjectReader,
  options: { readonly projectFile: string; readonly environment?: string },
): Promise<Loaded> {
  const { project, tree } = await readProject(reader, options);
  const paths = (await reader.listFiles(project.contracts)).filter((path) => path !== project.file);
  const documents = new Map<string, YamlTree>([[project.file, tree], ...(await readDocuments(reader, paths))]);
  const diagnostics: Diagnostic[] = [];
  const contracts = paths.flatMap((path) => {
    const contractTree = path.endsWith('.types.yaml') ? undefined : documents.get(path);
    return (contractTree && toContract(contractTree)) ?? [];
  });
  const sorted = contracts.sort((a, b) => (a.service < b.service ? -1 : a.service > b.service ? 1 : 0));
  const findings = sortDiagnostics(diagnostics);
  const system = { project, contracts: sorted, documents };
  return { ...(!hasErrors(findings) && { system }), documents, diagnostics: findings, files: paths.length };
}
