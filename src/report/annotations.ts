/** Every view as a flat list of remarks with a place: what line-by-line formats (compact, GitHub annotations) are rendered from. */
import type { Finding, Proof } from '../compat/finding.ts';
import type { Diagnostic, Related } from '../diagnostics/diagnostic.ts';
import { digestOf } from '../source/digest.ts';
import type { Range } from '../source/source-file.ts';
import type { Step } from '../topology/steps.ts';
import { place, type RenderContext } from './context.ts';
import { diagnosticFingerprints, tellApart } from './fingerprints.ts';
import { isGood, outcomeOf } from './outcome.ts';
import { messageProofText } from './proof-text.ts';
import type { RuleSummary } from './rule-table.ts';
import type { FailureView, FileState, FormattingView, GenerationView, InitializationView, ProvisionView, View } from './views.ts';

/** How a remark is meant. */
export type Level = 'error' | 'warning' | 'notice';

/** One thing to say, where it belongs and how bad it is. `label` is the word that text shows: `error`, `breaking`, `stale`. */
export type Annotation = {
  readonly level: Level;
  readonly label: string;
  /** What it is shown under: an id of a rule, the name of a resource. */
  readonly id: string;
  /** What kind of remark it is, for formats that count by kind: the id, but where that is a name. */
  readonly rule: string;
  /** What names the same remark in every run; no two of a view have the same. */
  readonly fingerprint: string;
  readonly at?: Range;
  /** A file without a place in it. */
  readonly file?: string;
  readonly message: string;
  readonly why?: string;
  readonly advice?: string;
  /** The message that shows it. */
  readonly proof?: string;
  /** Other places that belong to it. */
  readonly related?: readonly Related[];
  /** Where the older version has it, and which version that is. */
  readonly was?: { readonly at: Range; readonly version: string };
  /** Why it was agreed on; then it fails nothing. */
  readonly accepted?: string;
};

/** An annotation as a view's own function makes it. */
type Remark = Omit<Annotation, 'rule'> & { readonly rule?: string };

/** The remarks of a view in the view's order. With `accepted`, what was agreed on is among them whether or not it was asked for. */
export function annotationsOf(view: View, context: RenderContext, { accepted = false } = {}): readonly Annotation[] {
  const remarks = remarksOf(view, context, accepted);
  const fingerprints = tellApart(remarks.map(({ fingerprint }) => fingerprint));
  return remarks.map((remark, index) => ({ rule: remark.id, ...remark, fingerprint: fingerprints[index] ?? '' }));
}

function remarksOf(view: View, context: RenderContext, accepted: boolean): readonly Remark[] {
  switch (view.kind) {
    case 'validation':
      return diagnosticRemarks(view.diagnostics, context);
    case 'initialization':
      return initializationRemarks(view);
    case 'generation':
      return generationRemarks(view);
    case 'formatting':
      return [...diagnosticRemarks(view.diagnostics, context), ...formattingRemarks(view)];
    case 'comparison':
      return view.versions.flatMap(({ comparison, label }) =>
        comparison.findings
          .filter((finding) => view.all || !isQuiet(finding) || (accepted && finding.accepted))
          .map((finding) => findingRemark(finding, label, context)),
      );
    case 'plan':
      return view.plans.flatMap((plan) => plan.phases.flat().map((step) => stepRemark(plan.transport, step)));
    case 'provision':
      return provisionRemarks(view);
    case 'rules':
      return view.rules.map(ruleRemark);
    case 'explanation':
      return [ruleRemark(view.rule)];
    case 'failure':
      return [failureRemark(view)];
  }
}

/** Whether the remarks of a view are about something found, rather than the answer to a question. */
export function tellsFindings({ kind }: View): boolean {
  return kind !== 'rules' && kind !== 'explanation' && kind !== 'initialization';
}

/** One line for the end of a list of remarks: how it went. */
export function verdictLine(view: View, amount: number): string {
  const outcome = outcomeOf(view);
  return `msgctl ${view.command}: ${outcome}${isGood(view) || amount === 0 ? '' : `, ${amount} ${amount === 1 ? 'remark' : 'remarks'}`}`;
}

const fileLabels: Readonly<Record<FileState, string>> = { new: 'missing', changed: 'stale', surplus: 'surplus', unchanged: 'unchanged' };

function diagnosticRemarks(diagnostics: readonly Diagnostic[], context: RenderContext): readonly Remark[] {
  const fingerprints = diagnosticFingerprints(diagnostics, context);
  return diagnostics.map(({ severity, id, at, message, why, advice, related }, index) =>
    compact({
      level: severity === 'info' ? 'notice' : severity,
      label: severity,
      id,
      fingerprint: fingerprints[index] ?? '',
      at,
      message,
      why,
      advice,
      related: related.length > 0 ? related : undefined,
    }),
  );
}

function provisionRemarks(view: ProvisionView): readonly Remark[] {
  const { failed, skipped, applied } = view;
  return [
    ...failed.map(({ transport, step, message }) => ({ ...stepRemark(transport, step, 'failed'), level: 'error' as const, message })),
    ...skipped.map(({ transport, step, because }) => ({
      ...stepRemark(transport, step, 'skipped'),
      level: 'warning' as const,
      message: because,
    })),
    ...applied.map(({ transport, step }) => ({ ...stepRemark(transport, step, 'applied'), level: 'notice' as const })),
  ];
}

function failureRemark({ id, message, why, advice }: FailureView): Remark {
  return compact({ level: 'error', label: 'error', id, fingerprint: digestOf(id), message, why, advice });
}

function generationRemarks(view: GenerationView): readonly Remark[] {
  const level = view.mode === 'check' ? 'error' : 'notice';
  return view.files
    .filter((file) => file.state !== 'unchanged')
    .map(({ path, state }) => ({
      level,
      label: view.mode === 'check' ? fileLabels[state] : state,
      id: 'generated-code',
      fingerprint: digestOf(JSON.stringify(['generated-code', path])),
      file: path,
      message: `The generated file is ${view.mode === 'check' ? fileLabels[state] : state}.`,
      ...(view.mode === 'check' ? { advice: 'Run msgctl gen and commit what it writes.' } : {}),
    }));
}

function initializationRemarks({ files, notes }: InitializationView): readonly Remark[] {
  const remark = (message: string, about: string) => ({
    id: 'new-project',
    fingerprint: digestOf(JSON.stringify(['new-project', about])),
    message,
  });
  return [
    ...files
      .filter(({ state }) => state !== 'unchanged')
      .map(({ path, state }) => ({
        ...remark(state === 'kept' ? 'The file was there and stays as it is.' : 'The file is new.', path),
        level: 'notice' as const,
        label: state,
        file: path,
      })),
    ...notes.map((note) => ({ ...remark(note, note), level: 'warning' as const, label: 'note' })),
  ];
}

function formattingRemarks({ mode, files }: FormattingView): readonly Remark[] {
  const check = mode === 'check';
  return files
    .filter(({ state }) => state === 'changed')
    .map(({ path }) => ({
      level: check ? 'error' : 'notice',
      label: check ? 'unformatted' : 'formatted',
      id: 'format',
      fingerprint: digestOf(JSON.stringify(['format', path])),
      file: path,
      message: check ? 'The file is not formatted.' : 'The file was formatted.',
      ...(check ? { advice: 'Run msgctl fmt and commit what it writes.' } : {}),
    }));
}

/** Whether a finding is left out unless all are asked for. */
export function isQuiet(finding: Finding): boolean {
  return finding.verdict === 'compatible' || finding.accepted !== undefined;
}

const verdictLevels = { breaking: 'error', undecided: 'error', risky: 'warning', compatible: 'notice' } as const;

/** Of something removed the new version has no place: then the place of what enclosed it is shown, and the old one is told. */
function findingRemark(finding: Finding, version: string, context: RenderContext): Remark {
  const { before, after, interaction, service } = finding.change;
  const was = before.at && after.value === undefined ? ` (was ${place(context, before.at)})` : '';
  const accepted = finding.accepted ? ` (accepted: ${finding.accepted.reason})` : '';
  return compact({
    level: finding.accepted ? 'notice' : verdictLevels[finding.verdict],
    label: finding.verdict,
    id: finding.id,
    fingerprint: finding.fingerprint,
    at: after.at ?? before.at,
    was: before.at && after.at ? { at: before.at, version } : undefined,
    accepted: finding.accepted?.reason,
    message: `${interaction ?? service}: ${finding.message}${was}${accepted}`,
    why: finding.why,
    advice: finding.advice,
    proof: finding.proof && proofText(finding.proof),
  });
}

function proofText(proof: Proof): string | undefined {
  if (proof.kind === 'values') return undefined;
  return `proof: ${messageProofText(proof, { before: 'the old version', after: 'the new version' })}`;
}

/** A rule is nothing that was found, so it is never more than a notice. */
function ruleRemark({ id, severity, family, describes }: RuleSummary): Remark {
  return { level: 'notice', label: 'rule', id, fingerprint: digestOf(id), message: `${describes} (${severity}, ${family})` };
}

/** A step, or what became of it. */
function stepRemark(transport: string, step: Step, became?: 'failed' | 'skipped' | 'applied'): Remark {
  const { action, resource, cause } = step;
  const waits = step.waitsFor.length > 0 ? ` Waits for --allow ${step.waitsFor.join(',')}.` : '';
  const reason = step.reason === undefined ? '' : ` ${step.reason}`;
  const rule = became === undefined ? `plan-${action}` : `provision-${became}`;
  return compact({
    level: action === 'refuse' ? 'error' : action === 'delete' || action === 'migrate' ? 'warning' : 'notice',
    label: became ?? action,
    id: `${resource.kind}/${resource.name}`,
    rule,
    fingerprint: digestOf(JSON.stringify([rule, transport, resource.kind, resource.name])),
    at: typeof cause === 'string' ? undefined : cause,
    message: `${transport}: ${action} ${resource.kind} ${resource.name}.${reason}${waits}`,
  });
}

/** The same without what is not there, as optional properties are left out rather than undefined. */
function compact(
  remark: { readonly [Key in keyof Remark]: Remark[Key] | undefined } & Pick<Remark, 'level' | 'label' | 'id' | 'fingerprint' | 'message'>,
): Remark {
  return Object.fromEntries(Object.entries(remark).filter(([, value]) => value !== undefined)) as Remark;
}
