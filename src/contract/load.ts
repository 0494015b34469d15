import { diagnose } from '../diagnostics/catalogue.ts';
import { type Diagnostic, hasErrors, sortDiagnostics } from '../diagnostics/diagnostic.ts';
import { checkReferences } from '../payload/check-references.ts';
import type { Documents, SchemaLocation } from '../payload/documents.ts';
import { appendPointer } from '../source/pointer.ts';
import { valueRange, type YamlTree } from '../source/yaml-tree.ts';
import { checkMeaning } from './check-meaning.ts';
import { checkShape } from './check-shape.ts';
import { createContext } from './checks/context.ts';
import { checkExamples } from './checks/examples.ts';
import { checkDuplicates } from './checks/names.ts';
import { checkGenerated, checkTransports } from './checks/transports.ts';
import { checkVersions } from './checks/uses.ts';
import { entriesAt } from './fields.ts';
import type { Interpolated } from './interpolate.ts';
import type { Contract } from './model.ts';
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
  /** How many contract files were read; files of types are none. */
  readonly files: number;
};

/** Reads, checks and resolves a project. Throws `Failure` only for what the reader could not read and for an unknown environment. */
export async function loadProject(
  reader: ProjectReader,
  options: { readonly projectFile: string; readonly environment?: string },
): Promise<Loaded> {
  const { project, tree, interpolated } = await readProject(reader, options);
  const paths = (await reader.listFiles(project.contracts)).filter((path) => path !== project.file);
  const documents = new Map([[project.file, tree], ...(await readDocuments(reader, paths))]);
  const files = [...documents.values()].filter((document) => document !== tree);
  const contractFiles = new Set(paths.filter((path) => !path.endsWith(TYPES_ENDING)));
  const all = files.flatMap((document) => (contractFiles.has(document.source.path) && toContract(document)) || []);
  const contracts = firstOfEach(all);
  const context = createContext({ project, contracts, documents });
  const findings = [
    ...checkProjectFile(tree, interpolated),
    ...files.flatMap((document) => checkFile(document, contractFiles.has(document.source.path) ? 'contract' : 'types')),
    ...checkDuplicates(context, all),
    ...checkReferences(documents, schemaRoots(files, all)),
    ...checkMeaning(context),
    ...(await checkVersions(context)),
    ...(context.unreadable.size > 0
      ? []
      : checkGenerated(
          tree,
          all.map(({ service }) => service),
        )),
  ];
  const examples = await checkExamples(context, hasErrors(findings));
  const diagnostics = sortDiagnostics([...findings, ...examples]);
  const system = { project, contracts, documents };
  return { ...(!hasErrors(diagnostics) && { system }), documents, diagnostics, files: contractFiles.size };
}

/** The ending of files that hold shared types only. */
const TYPES_ENDING = '.types.yaml';

function checkProjectFile(tree: YamlTree, { value, missing }: Interpolated): readonly Diagnostic[] {
  // A reference without a value stays as it is written, and its form is no mistake of the file.
  const unknown = new Set(missing.map(({ pointer }) => JSON.stringify(valueRange(tree, pointer))));
  const shape = checkShape(tree, 'project', tree.value === undefined ? undefined : value);
  return [...problemsOf(tree), ...shape.filter(({ at }) => !unknown.has(JSON.stringify(at))), ...checkTransports(tree)];
}

function checkFile(tree: YamlTree, kind: 'contract' | 'types'): readonly Diagnostic[] {
  return [...problemsOf(tree), ...checkShape(tree, kind)];
}

function problemsOf({ problems }: YamlTree): readonly Diagnostic[] {
  return problems.map(({ code, at, message, related }) => diagnose(code, at, { said: message }, related));
}

/** Sorted by service; of several files for one service the first. */
function firstOfEach(contracts: readonly Contract[]): readonly Contract[] {
  const first = new Map<string, Contract>();
  for (const contract of contracts) if (!first.has(contract.service)) first.set(contract.service, contract);
  return [...first.values()].sort((a, b) => (a.service < b.service ? -1 : 1));
}

/** Every place where a schema begins that is no part of another: payloads, headers and named types. */
function schemaRoots(files: readonly YamlTree[], contracts: readonly Contract[]): readonly SchemaLocation[] {
  const types = files.flatMap(({ source, value }) =>
    entriesAt(value, 'types').map(([name]) => ({ file: source.path, pointer: appendPointer('/types', name) })),
  );
  const payloads = contracts.flatMap(({ provides }) =>
    provides.flatMap((interaction) => [
      ...interaction.payloads.map(({ schema }) => schema),
      ...(interaction.headers ? [interaction.headers] : []),
    ]),
  );
  return [...types, ...payloads];
}
