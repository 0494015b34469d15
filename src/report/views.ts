/** What each command has to say, as data: every output format is rendered from these, JSON among them. */
import type { Comparison } from '../compat/finding.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Plan, Step } from '../topology/steps.ts';

/** `msgctl validate`, and any command whose contracts are not valid. */
export type ValidateView = {
  readonly command: 'validate';
  readonly contracts: number;
  readonly interactions: number;
  readonly diagnostics: readonly Diagnostic[];
};

/** `msgctl gen`: what became of each file. */
export type GenView = {
  readonly command: 'gen';
  /** `written`, `unchanged`, `removed`; with `--check` and `--dry-run` what would be done, and nothing is. */
  readonly mode: 'write' | 'check' | 'dry-run';
  readonly files: readonly { readonly path: string; readonly state: 'new' | 'changed' | 'unchanged' | 'surplus' }[];
};

/** `msgctl diff`. */
export type DiffView = {
  readonly command: 'diff';
  /** What was compared with: `main (3f2a9c1)`. */
  readonly against: string;
  readonly comparison: Comparison;
  /** The least verdict that fails. */
  readonly failOn: 'breaking' | 'risky';
};

/** `msgctl plan`, and the first half of `msgctl provision`. */
export type PlanView = { readonly command: 'plan' | 'provision'; readonly project: string; readonly plans: readonly Plan[] };

/** How `msgctl provision` ended on all its targets. */
export type ProvisionView = {
  readonly command: 'provision';
  readonly project: string;
  readonly plans: readonly Plan[];
  readonly applied: readonly Step[];
  readonly failed: readonly { readonly step: Step; readonly message: string; readonly raw?: string }[];
  readonly skipped: readonly { readonly step: Step; readonly because: string }[];
  /** Whether reading back found everything as planned; absent when nothing was applied. */
  readonly verified?: boolean;
};

export type View = ValidateView | GenView | DiffView | PlanView | ProvisionView;
