/**
 * `msgctl/compat`: the verdict of `msgctl diff` for other programs, without a file system, git or output.
 *
 * What compatibility means is in docs/language.md; what each finding is about in docs/rules.md.
 */
import { compareSystems } from '../compat/compare.ts';
import type { Comparison } from '../compat/finding.ts';
import { loadProject } from '../contract/load.ts';
import type { System } from '../contract/system.ts';
import { type Diagnostic, hasErrors, sortDiagnostics } from '../diagnostics/diagnostic.ts';
import { createMemoryReader } from '../io/memory-project.ts';
import { checkTopology } from '../topology/check-topology.ts';

export type { Change, ChangeKind, Side } from '../compat/change.ts';
export type { Comparison, Finding, Proof, UpgradeOrder, Verdict } from '../compat/finding.ts';
export { isSubschema, type SubschemaAnswer, type SubschemaOptions } from '../compat/is-subschema.ts';
export type { Diagnostic } from '../diagnostics/diagnostic.ts';
export type { JsonObject, JsonValue } from '../source/json.ts';
export type { Range } from '../source/source-file.ts';

/**
 * One version of a project: the texts of its files by their path from the project's root, with `/` between folders. `msgctl.yaml` must be
 * among them, and everything that contracts refer to.
 */
export type ProjectFiles = Readonly<Record<string, string>>;

/** How to compare. */
export type DiffOptions = {
  /** Reads schemas literally: senders may send properties that they do not declare. Absent: they send what they declare. */
  readonly strict?: boolean;
  /** Whether `before` was released, so that version numbers have to tell of what changed since. Absent: it was. */
  readonly released?: boolean;
  /** The environment of `msgctl.yaml` that is laid over its transports, in both versions. */
  readonly environment?: string;
  /** The variables that `${NAME}` reads. Those of the process are not read. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** The ISO date (`2026-11-23`) on which acceptances and deprecations are looked at. Absent: today. */
  readonly today?: string;
  /** The name of the project file. Absent: `msgctl.yaml`. */
  readonly projectFile?: string;
};

/** The contracts of one version are not valid, so nothing was compared. `findings` say what is wrong with them. */
export class InvalidContractsError extends Error {
  override readonly name = 'InvalidContractsError';
  readonly version: 'before' | 'after';
  readonly findings: readonly Diagnostic[];

  constructor(version: 'before' | 'after', findings: readonly Diagnostic[]) {
    const errors = findings.filter(({ severity }) => severity === 'error');
    const first = errors[0] && `${errors[0].at.file}:${errors[0].at.start.line}: ${errors[0].message}`;
    super(
      `The contracts ${version === 'before' ? 'before' : 'after'} the change are not valid (${errors.length} in all). ${first ?? ''}`.trim(),
    );
    this.version = version;
    this.findings = findings;
  }
}

/**
 * Compares two versions of a project and says whom the changes break. `breaking` and `undecided` findings that are not `accepted` are what
 * `msgctl diff` fails on. Payloads are only called `compatible` where that is proven, and `breaking` with a message that was replayed.
 *
 * Throws {@link InvalidContractsError} where one version is not valid, and an `Error` where a file is missing or the environment is unknown.
 */
export async function diffContracts(before: ProjectFiles, after: ProjectFiles, options: DiffOptions = {}): Promise<Comparison> {
  const today = options.today ?? new Date().toISOString().slice(0, 10);
  const [old, now] = [await load('before', before, { ...options, today }), await load('after', after, { ...options, today })];
  return compareSystems(old, now, { today, strict: options.strict ?? false, released: options.released ?? true });
}

async function load(version: 'before' | 'after', files: ProjectFiles, options: DiffOptions & { readonly today: string }): Promise<System> {
  const { environment, today, projectFile = 'msgctl.yaml', variables = {} } = options;
  const reader = createMemoryReader(new Map(Object.entries(files)), variables);
  const loaded = await loadProject(reader, { projectFile, today, ...(environment !== undefined && { environment }) });
  const findings = sortDiagnostics([...loaded.diagnostics, ...checkTopology(loaded.understood, loaded.diagnostics)]);
  if (!loaded.system || hasErrors(findings)) throw new InvalidContractsError(version, findings);
  return loaded.system;
}
