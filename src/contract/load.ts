import { diagnose } from '../diagnostics/catalogue.ts';
import { type Diagnostic, hasErrors, sortDiagnostics } from '../diagnostics/diagnostic.ts';
import { checkReferences } from '../payload/check-references.ts';
import { checkSchemas } from '../payload/check-schemas.ts';
import type { Documents } from '../payload/documents.ts';
import { schemaRoots } from '../payload/schema-places.ts';
import { mayStandIn, valueRange, type YamlTree } from '../source/yaml-tree.ts';
import { checkMeaning } from './check-meaning.ts';
import { checkShape, type FileKind } from './check-shape.ts';
import { createContext } from './checks/context.ts';
import { checkAcceptances, checkDeprecations } from './checks/deprecations.ts';
import { checkExamples } from './checks/examples.ts';
import { checkDuplicates } from './checks/names.ts';
import { checkGenerated, checkTransports, checkUsers } from './checks/transports.ts';
import { checkVersions } from './checks/uses.ts';
import type { Interpolated } from './interpolate.ts';
import type { Contract } from './model.ts';
import type { ProjectReader } from './project-reader.ts';
import { readDocuments } from './read-documents.ts';
import { readProject } from './read-project.ts';
import { createSystem, type System, sortContracts } from './system.ts';
import { toContract } from './to-contract.ts';

/** A project as far as it could be understood: every finding at once, and the system when none of them is an error. */
export type Loaded = {
  readonly system?: System;
  /** The system whatever is wrong with it, without the parts that could not be read: for further checks, and for nothing else. */
  readonly understood: System;
  readonly documents: Documents;
  /** Sorted, without repetitions. */
  readonly diagnostics: readonly Diagnostic[];
  /** How many contract files were read; files of types are none. */
  readonly files: number;
};

/** What to load, and as of when. */
type LoadOptions = {
  readonly projectFile: string;
  readonly environment?: string;
  /** The day that dates in contracts are held against, `2026-11-23`; absent: no date has passed. */
  readonly today?: string;
};

/** Reads, checks and resolves a project. Throws `Failure` only for what the reader could not read and for an unknown environment. */
export async function loadProject(reader: ProjectReader, options: LoadOptions): Promise<Loaded> {
  const { project, tree, interpolated } = await readProject(reader, options);
  const paths = (await reader.listFiles(project.contracts)).filter((path) => path !== project.file);
  const documents = new Map([[project.file, tree], ...(await readDocuments(reader, paths))]);
  const files = [...documents.values()].filter((document) => document !== tree);
  const contractFiles = new Set(paths.filter((path) => !path.endsWith(TYPES_ENDING)));
  const described = files.flatMap((document) => (contractFiles.has(document.source.path) && toContract(document)) || []);
  const system = createSystem({ project, contracts: firstOfEach(described), documents });
  const context = createContext(system, described, options.today);
  const roots = files.flatMap(schemaRoots);
  const findings = [
    ...checkProjectFile(tree, interpolated),
    // A project file that is no YAML may well say where they are.
    ...(contractFiles.size > 0 || tree.value === undefined || mayStandIn(tree, '/contracts')
      ? []
      : [diagnose('no-contracts', valueRange(tree, '/contracts'), { globs: project.contracts })]),
    ...files.flatMap((document) => checkFile(document, contractFiles.has(document.source.path) ? 'contract' : 'types')),
    ...checkDuplicates(context, described),
    ...checkReferences(documents, roots),
    ...(await checkSchemas(
      documents,
      roots.filter((root) => !context.leadsToDamage(root)),
    )),
    ...checkMeaning(context),
    ...(await checkVersions(context)),
    ...(await checkDeprecations(context)),
    ...checkAcceptances(project, options.today),
    ...checkGenerated(tree, context),
    ...checkUsers(tree, context),
  ];
  const examples = await checkExamples(context, hasErrors(findings));
  const diagnostics = sortDiagnostics([...findings, ...examples]);
  return { ...(!hasErrors(diagnostics) && { system }), understood: system, documents, diagnostics, files: contractFiles.size };
}

/** The ending of files that hold shared types only. */
export const TYPES_ENDING = '.types.yaml';

function checkProjectFile(tree: YamlTree, { value, missing, malformed }: Interpolated): readonly Diagnostic[] {
  // A reference without a value stays as it is written, and its form is no mistake of the file.
  const open = [...missing.map(({ pointer }) => pointer), ...malformed];
  const unknown = new Set(open.map((pointer) => JSON.stringify(valueRange(tree, pointer))));
  const findings = checkFile(tree, 'project', tree.value === undefined ? undefined : value);
  return [
    ...findings.filter(({ at }) => !unknown.has(JSON.stringify(at))),
    ...malformed.map((pointer) => diagnose('malformed-variable', valueRange(tree, pointer), {})),
    ...checkTransports(tree),
  ];
}

function checkFile(tree: YamlTree, kind: FileKind, value = tree.value): readonly Diagnostic[] {
  const problems = problemsOf(tree);
  // What is no YAML value has no shape either: one mistake, one finding.
  const told = new Set(problems.map(({ at }) => at.start.offset));
  return [...problems, ...checkShape(tree, kind, value).filter(({ at }) => !told.has(at.start.offset))];
}

/** What is wrong with a file as YAML. */
export function problemsOf({ problems }: YamlTree): readonly Diagnostic[] {
  return problems.map(({ code, at, message, related }) => diagnose(code, at, { said: message }, related));
}

/** Sorted by service; of several files for one service the first. */
function firstOfEach(contracts: readonly Contract[]): readonly Contract[] {
  const first = new Map<string, Contract>();
  for (const contract of contracts) if (!first.has(contract.service)) first.set(contract.service, contract);
  return sortContracts([...first.values()]);
}
