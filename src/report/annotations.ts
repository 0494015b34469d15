/** Every view as a flat list of remarks with a place: what line-by-line formats (compact, GitHub annotations) are rendered from. */
import type { Finding, Proof } from '../compat/finding.ts';
import type { Range } from '../source/source-file.ts';
import type { Step } from '../topology/steps.ts';
import { place, type RenderContext } from './context.ts';
import { isGood, outcomeOf } from './outcome.ts';
import type { RuleSummary } from './rule-table.ts';
import { shortenJson } from './text/shorten.ts';
import type { FileState, GenerationView, View } from './views.ts';

/** How a remark is meant. */
export type Level = 'error' | 'warning' | 'notice';

/** One thing to say, where it belongs and how bad it is. `label` is the word that text shows: `error`, `breaking`, `stale`. */
export type Annotation = {
  readonly level: Level;
  readonly label: string;
  readonly id: string;
  readonly at?: Range;
  /** A file without a place in it. */
  readonly file?: string;
  readonly message: string;
  readonly why?: string;
  readonly advice?: string;
  /** The message that shows it. */
  readonly proof?: string;
};

/** The remarks of a view in the view's order. */
export function annotationsOf(view: View, context: RenderContext): readonly Annotation[] {
  switch (view.kind) {
    case 'validation':
      return view.diagnostics.map(({ severity, id, at, message, why, advice }) =>
        compact({ level: severity === 'info' ? 'notice' : severity, label: severity, id, at, message, why, advice }),
      );
    case 'generation':
      return generationAnnotations(view);
    case 'comparison':
      return view.versions.flatMap(({ comparison }) =>
        comparison.findings.filter((finding) => view.all || !isQuiet(finding)).map((finding) => findingAnnotation(finding, context)),
      );
    case 'plan':
      return view.plans.flatMap((plan) => plan.phases.flat().map((step) => stepAnnotation(plan.transport, step)));
    case 'provision':
      return [
        ...view.failed.map((one) => ({
          ...stepAnnotation(one.transport, one.step),
          level: 'error' as const,
          label: 'failed',
          message: one.message,
        })),
        ...view.skipped.map((one) => ({
          ...stepAnnotation(one.transport, one.step),
          level: 'warning' as const,
          label: 'skipped',
          message: one.because,
        })),
        ...view.applied.map((one) => ({ ...stepAnnotation(one.transport, one.step), level: 'notice' as const, label: 'applied' })),
      ];
    case 'rules':
      return view.rules.map(ruleAnnotation);
    case 'explanation':
      return [ruleAnnotation(view.rule)];
    case 'failure':
      return [compact({ level: 'error', label: 'error', id: view.id, message: view.message, why: view.why, advice: view.advice })];
  }
}

/** One line for the end of a list of remarks: how it went. */
export function verdictLine(view: View, amount: number): string {
  const outcome = outcomeOf(view);
  return `msgctl ${view.command}: ${outcome}${isGood(view) || amount === 0 ? '' : `, ${amount} ${amount === 1 ? 'remark' : 'remarks'}`}`;
}

const fileLabels: Readonly<Record<FileState, string>> = { new: 'missing', changed: 'stale', surplus: 'surplus', unchanged: 'unchanged' };

function generationAnnotations(view: GenerationView): readonly Annotation[] {
  const level = view.mode === 'check' ? 'error' : 'notice';
  return view.files
    .filter((file) => file.state !== 'unchanged')
    .map(({ path, state }) => ({
      level,
      label: view.mode === 'check' ? fileLabels[state] : state,
      id: 'generated-code',
      file: path,
      message: `The generated file is ${view.mode === 'check' ? fileLabels[state] : state}.`,
      ...(view.mode === 'check' ? { advice: 'Run msgctl gen and commit what it writes.' } : {}),
    }));
}

/** Whether a finding is left out unless all are asked for. */
export function isQuiet(finding: Finding): boolean {
  return finding.verdict === 'compatible' || finding.accepted !== undefined;
}

const verdictLevels = { breaking: 'error', undecided: 'error', risky: 'warning', compatible: 'notice' } as const;

/** Of something removed the new version has no place: then the place of what enclosed it is shown, and the old one is told. */
function findingAnnotation(finding: Finding, context: RenderContext): Annotation {
  const { before, after, interaction, service } = finding.change;
  const was = before.at && after.value === undefined ? ` (was ${place(context, before.at)})` : '';
  const accepted = finding.accepted ? ` (accepted: ${finding.accepted.reason})` : '';
  return compact({
    level: finding.accepted ? 'notice' : verdictLevels[finding.verdict],
    label: finding.verdict,
    id: finding.id,
    at: after.at ?? before.at,
    message: `${interaction ?? service}: ${finding.message}${was}${accepted}`,
    why: finding.why,
    advice: finding.advice,
    proof: finding.proof && proofText(finding.proof),
  });
}

function proofText(proof: Proof): string | undefined {
  if (proof.kind === 'values') return undefined;
  const [sender, receiver] = proof.sentBy === 'before' ? ['old', 'new'] : ['new', 'old'];
  const message = shortenJson(JSON.stringify(proof.message));
  return `proof: ${message} is sent by the ${sender} version and rejected by the ${receiver} version: ${shortenJson(proof.rejection)}`;
}

/** A rule is nothing that was found, so it is never more than a notice. */
function ruleAnnotation({ id, severity, family, describes }: RuleSummary): Annotation {
  return { level: 'notice', label: 'rule', id, message: `${describes} (${severity}, ${family})` };
}

function stepAnnotation(transport: string, step: Step): Annotation {
  const waits = step.waitsFor.length > 0 ? ` Waits for --allow ${step.waitsFor.join(',')}.` : '';
  const reason = step.reason === undefined ? '' : ` ${step.reason}`;
  return compact({
    level: step.action === 'refuse' ? 'error' : step.action === 'delete' || step.action === 'migrate' ? 'warning' : 'notice',
    label: step.action,
    id: `${step.resource.kind}/${step.resource.name}`,
    at: typeof step.cause === 'string' ? undefined : step.cause,
    message: `${transport}: ${step.action} ${step.resource.kind} ${step.resource.name}.${reason}${waits}`,
  });
}

/** The same without what is not there, as optional properties are left out rather than undefined. */
function compact(
  annotation: { readonly [Key in keyof Annotation]: Annotation[Key] | undefined } & Pick<Annotation, 'level' | 'label' | 'id' | 'message'>,
): Annotation {
  return Object.fromEntries(Object.entries(annotation).filter(([, value]) => value !== undefined)) as Annotation;
}
