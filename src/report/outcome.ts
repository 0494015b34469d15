import type { Finding, Verdict } from '../compat/finding.ts';
import { type Action, isApplicable, type Step, stepsOf } from '../topology/steps.ts';
import type { ComparisonView, FormattingView, GenerationView, PlanView, ProvisionView, ValidationView, View } from './views.ts';

/** How a run ended, in one word of the machine formats. */
export type Outcome =
  | 'valid'
  | 'invalid'
  | 'ok'
  | 'stale'
  | Verdict
  | 'up-to-date'
  | 'pending'
  | 'applied'
  | 'incomplete'
  | 'interrupted'
  | 'failed';

/** The outcome that a view tells of. */
export function outcomeOf(view: View): Outcome {
  switch (view.kind) {
    case 'validation':
      return view.diagnostics.some((diagnostic) => diagnostic.severity === 'error') ? 'invalid' : 'valid';
    case 'initialization':
      return 'ok';
    case 'generation':
      return isStale(view) ? 'stale' : 'ok';
    case 'formatting':
      return formattingOutcome(view);
    case 'comparison':
      return worstVerdict(view);
    case 'plan':
      return pendingSteps(view).some(isChange) ? 'pending' : 'up-to-date';
    case 'provision':
      return provisionOutcome(view);
    case 'rules':
    case 'explanation':
      return 'ok';
    case 'failure':
      return 'failed';
  }
}

/** Whether the outcome is what the user hoped for: exit code 0 rather than 1. A plan's is, whatever it holds; provisioning must not have been refused. */
export function isGood(view: View): boolean {
  switch (view.kind) {
    case 'validation':
      return outcomeOf(view) === 'valid';
    case 'generation':
      return !isStale(view);
    case 'formatting':
      return formattingOutcome(view) === 'ok';
    case 'comparison':
      return !view.versions.some(({ comparison }) => comparison.findings.some((finding) => fails(finding, view.failOn)));
    case 'plan':
    case 'rules':
    case 'explanation':
    case 'initialization':
      return true;
    case 'provision':
      return ['applied', 'up-to-date', 'pending'].includes(outcomeOf(view)) && !pendingSteps(view).some((step) => step.action === 'refuse');
    case 'failure':
      return false;
  }
}

/** Whether a finding makes a comparison fail. */
export function fails(finding: Finding, failOn: ComparisonView['failOn']): boolean {
  if (finding.accepted) return false;
  return finding.verdict === 'breaking' || finding.verdict === 'undecided' || (finding.verdict === 'risky' && failOn === 'risky');
}

/** How many findings there are of each severity. */
export function severityCounts(view: ValidationView): Readonly<Record<'error' | 'warning' | 'info', number>> {
  const amount = (severity: string) => view.diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
  return { error: amount('error'), warning: amount('warning'), info: amount('info') };
}

/** How many findings there are of each verdict; what was agreed on is counted by itself. */
export function verdictCounts(findings: readonly Finding[]): Readonly<Record<Verdict | 'accepted', number>> {
  const amount = (verdict: Verdict) => findings.filter((finding) => !finding.accepted && finding.verdict === verdict).length;
  return {
    breaking: amount('breaking'),
    undecided: amount('undecided'),
    risky: amount('risky'),
    compatible: amount('compatible'),
    accepted: findings.filter((finding) => finding.accepted).length,
  };
}

/** How many steps there are of each action. */
export function actionCounts(steps: readonly Step[]): Readonly<Record<Action, number>> {
  const amount = (action: Action) => steps.filter((step) => step.action === action).length;
  return {
    create: amount('create'),
    change: amount('change'),
    migrate: amount('migrate'),
    delete: amount('delete'),
    refuse: amount('refuse'),
  };
}

/** All steps of all targets. */
export function pendingSteps(view: PlanView | ProvisionView): readonly Step[] {
  return view.plans.flatMap(stepsOf);
}

/** Whether a step is known to change something. */
export function isChange({ repeats }: Step): boolean {
  return repeats !== true;
}

/** The verdicts from the worst to the best. */
export const VERDICTS = ['breaking', 'undecided', 'risky', 'compatible'] as const satisfies readonly Verdict[];

function isStale(view: GenerationView): boolean {
  return view.mode === 'check' && view.files.some((file) => file.state !== 'unchanged');
}

function formattingOutcome({ mode, files }: FormattingView): 'ok' | 'stale' | 'invalid' {
  if (files.some(({ state }) => state === 'invalid')) return 'invalid';
  return mode === 'check' && files.some(({ state }) => state === 'changed') ? 'stale' : 'ok';
}

function worstVerdict(view: ComparisonView): Verdict {
  const counts = verdictCounts(view.versions.flatMap((version) => version.comparison.findings));
  return VERDICTS.find((verdict) => counts[verdict] > 0) ?? 'compatible';
}

function provisionOutcome(view: ProvisionView): Outcome {
  if (view.interrupted) return 'interrupted';
  if (view.failed.length > 0 || view.verified === false) return 'incomplete';
  const steps = pendingSteps(view);
  if (steps.length === 0) return 'up-to-date';
  return steps.some((step) => !isApplicable(step)) && view.applied.length === 0 ? 'pending' : 'applied';
}

/** Whether anything was changed on a broker: a step was done, or left half done. */
export function hasChanged({ applied, failed }: ProvisionView): boolean {
  return applied.length > 0 || failed.some(({ begun }) => begun === true);
}
