/**
 * What each command has to say, as data: every output format is rendered from these, JSON among them.
 *
 * Paths in them are relative to the project's root; a renderer shows them through `RenderContext.path`.
 */
import type { Comparison, UpgradeOrder } from '../compat/finding.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Pointer } from '../source/pointer.ts';
import type { Plan, Step } from '../topology/steps.ts';
import type { RuleSummary } from './rule-table.ts';

/** The commands that report a view. */
export type ReportingCommand = 'validate' | 'gen' | 'diff' | 'plan' | 'provision';

/** A contract that was checked, with the interactions it provides: their names (`charge@2`) and where in the file they stand. */
export type CheckedService = {
  readonly service: string;
  readonly file: string;
  readonly interactions: readonly { readonly name: string; readonly pointer: Pointer }[];
};

/** The findings about a project's contracts: what `msgctl validate` says, and every command whose contracts are not valid. */
export type ValidationView = {
  readonly kind: 'validation';
  readonly command: ReportingCommand;
  readonly contracts: number;
  readonly interactions: number;
  /** The contracts whose service is known, with what each provides. */
  readonly services: readonly CheckedService[];
  readonly diagnostics: readonly Diagnostic[];
  /** How many findings there are in files that were not asked for. */
  readonly elsewhere?: number;
  /** What was not done because of the errors; a full sentence. Absent for `validate`. */
  readonly notDone?: string;
};

/** What became of one generated file; `surplus` carries our mark and is asked for by no contract any more. */
export type FileState = 'new' | 'changed' | 'unchanged' | 'surplus';

/** `msgctl gen`: what became of each file. */
export type GenerationView = {
  readonly kind: 'generation';
  readonly command: 'gen';
  /** `write`: it is done (surplus files are removed). With `check` and `dry-run`: what would be done, and nothing is. */
  readonly mode: 'write' | 'check' | 'dry-run';
  readonly files: readonly { readonly path: string; readonly state: FileState }[];
};

/** What became of one file of a new project: `kept` is one that was there and is not what would have been written. */
export type NewFileState = 'written' | 'unchanged' | 'kept';

/** `msgctl init` and `msgctl import`: the files of a new project, and how to go on. */
export type InitializationView = {
  readonly kind: 'initialization';
  readonly command: 'init' | 'import';
  readonly project: string;
  readonly files: readonly { readonly path: string; readonly state: NewFileState }[];
  /** What is to be known before going on; full sentences. */
  readonly notes: readonly string[];
  /** The command lines to go on with. */
  readonly next: readonly string[];
};

/** What became of one file of `msgctl fmt`; `invalid` is no YAML, and left as it is. */
export type FormattedState = 'changed' | 'unchanged' | 'invalid';

/** `msgctl fmt`: what became of each file. */
export type FormattingView = {
  readonly kind: 'formatting';
  readonly command: 'fmt';
  /** With `check` nothing was written. */
  readonly mode: 'write' | 'check';
  /** `numbers`: how many Protobuf numbers it was given. */
  readonly files: readonly { readonly path: string; readonly state: FormattedState; readonly numbers: number }[];
  /** Why files are no YAML. */
  readonly diagnostics: readonly Diagnostic[];
};

/** One comparison with an older version. */
export type ComparedVersion = {
  /** What was compared with: `main (3f2a9c1)`. */
  readonly label: string;
  readonly comparison: Comparison;
  /** The pattern of each interaction of either version, by its id (`payments.charge@2`). */
  readonly patterns: ReadonlyMap<string, string>;
};

/** `msgctl diff`. */
export type ComparisonView = {
  readonly kind: 'comparison';
  readonly command: 'diff';
  /** One for each `--against`. */
  readonly versions: readonly ComparedVersion[];
  /** The least verdict that fails. */
  readonly failOn: 'breaking' | 'risky';
  /** Whether compatible and accepted changes are listed one by one. */
  readonly all: boolean;
  /** How many released versions were looked at for what is still kept of theirs; absent where the project does not say where they are. */
  readonly releases?: number;
  /** Entries of `accept` in the project file that agree to none of the changes; absent where there are none. */
  readonly unmatched?: readonly { readonly finding: string; readonly reason: string }[];
};

/** `msgctl plan`, and the first half of `msgctl provision`. */
export type PlanView = {
  readonly kind: 'plan';
  readonly command: 'plan' | 'provision';
  readonly project: string;
  readonly plans: readonly Plan[];
};

/** A step that was not carried out, or did not end well. `raw` is the broker's own text, shown with `--verbose`. */
export type FailedStep = {
  readonly transport: string;
  readonly step: Step;
  readonly message: string;
  readonly raw?: string;
  /** It was left half done. */
  readonly begun?: true;
};
type SkippedStep = { readonly transport: string; readonly step: Step; readonly because: string };

/** How `msgctl provision` ended on all its targets. */
export type ProvisionView = {
  readonly kind: 'provision';
  readonly command: 'provision';
  readonly project: string;
  readonly plans: readonly Plan[];
  readonly applied: readonly { readonly transport: string; readonly step: Step }[];
  readonly failed: readonly FailedStep[];
  readonly skipped: readonly SkippedStep[];
  /** Whether reading back found everything as planned; absent when nothing was applied or the run was interrupted. */
  readonly verified?: boolean;
  /** Whether it was stopped by the user (Ctrl-C) before the end. */
  readonly interrupted: boolean;
};

/** What could not be done. */
export type FailureView = {
  readonly kind: 'failure';
  readonly command: string;
  readonly id: string;
  readonly message: string;
  readonly why?: string;
  readonly advice?: string;
};

/** `msgctl rules`. */
export type RulesView = {
  readonly kind: 'rules';
  readonly command: 'rules';
  readonly rules: readonly RuleSummary[];
};

/** `msgctl explain ID`. */
export type ExplanationView = {
  readonly kind: 'explanation';
  readonly command: 'explain';
  readonly rule: RuleSummary;
  /** The page about the rule, as Markdown; absent where there is none. */
  readonly page?: string;
};

export type View =
  | ValidationView
  | InitializationView
  | GenerationView
  | FormattingView
  | ComparisonView
  | PlanView
  | ProvisionView
  | FailureView
  | RulesView
  | ExplanationView;

/** Who may go first, in words. */
export const UPGRADE_ORDERS = {
  any: 'any order',
  'provider-first': 'providers first',
  'users-first': 'users first',
  'side-by-side': 'a new version beside the old one',
} as const satisfies Record<UpgradeOrder, string>;
