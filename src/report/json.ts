import type { Finding } from '../compat/finding.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { JsonValue } from '../source/json.ts';
import type { Range } from '../source/source-file.ts';
import type { Plan, Step } from '../topology/steps.ts';
import type { RenderContext } from './context.ts';
import { diagnosticFingerprints } from './fingerprints.ts';
import { actionCounts, fails, outcomeOf, pendingSteps, severityCounts, verdictCounts } from './outcome.ts';
import type {
  ComparedVersion,
  ComparisonView,
  FormattingView,
  GenerationView,
  InitializationView,
  PlanView,
  ProvisionView,
  ValidationView,
  View,
} from './views.ts';

/** The version of the format: inside 1.x it only grows. */
const REPORT_FORMAT_VERSION = '1.0';

/** One JSON document that says all that the view says; `schema/report.json` describes it. */
export function renderJson(view: View, context: RenderContext): string {
  const document = {
    formatVersion: REPORT_FORMAT_VERSION,
    tool: { name: 'msgctl', version: context.version },
    command: view.command,
    outcome: outcomeOf(view),
    ...body(view, context),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function body(view: View, context: RenderContext): object {
  switch (view.kind) {
    case 'validation':
      return validationBody(view, context);
    case 'initialization':
      return initializationBody(view, context);
    case 'generation':
      return generationBody(view, context);
    case 'formatting':
      return formattingBody(view, context);
    case 'comparison':
      return comparisonBody(view, context);
    case 'plan':
      return planBody(view, context);
    case 'provision':
      return provisionBody(view, context);
    case 'rules':
      return { rules: view.rules };
    case 'explanation':
      return { rule: view.rule, page: view.page };
    case 'failure':
      return { error: { id: view.id, message: view.message, why: view.why, advice: view.advice } };
  }
}

function validationBody(view: ValidationView, context: RenderContext): object {
  const { error, warning, info } = severityCounts(view);
  return {
    summary: {
      contracts: view.contracts,
      interactions: view.interactions,
      errors: error,
      warnings: warning,
      infos: info,
      elsewhere: view.elsewhere,
    },
    notDone: view.notDone,
    findings: diagnosticsJson(view.diagnostics, context),
  };
}

function diagnosticsJson(diagnostics: readonly Diagnostic[], context: RenderContext): readonly object[] {
  const fingerprints = diagnosticFingerprints(diagnostics, context);
  return diagnostics.map((diagnostic, index) => ({
    ...diagnosticJson(diagnostic, context),
    subject: context.pointer(diagnostic.at),
    fingerprint: fingerprints[index],
  }));
}

function diagnosticJson({ id, severity, message, why, advice, at, related }: Diagnostic, context: RenderContext): object {
  return {
    id,
    severity,
    message,
    why,
    advice,
    at: placeJson(at, context),
    related: related.map((other) => ({ label: other.label, at: placeJson(other.at, context) })),
  };
}

function generationBody({ mode, files }: GenerationView, context: RenderContext): object {
  const amount = (state: string) => files.filter((file) => file.state === state).length;
  return {
    mode,
    summary: { new: amount('new'), changed: amount('changed'), unchanged: amount('unchanged'), surplus: amount('surplus') },
    files: files.map(({ path, state }) => ({ path: context.path(path), state })),
  };
}

function initializationBody({ project, files, notes, next }: InitializationView, context: RenderContext): object {
  const amount = (state: string) => files.filter((file) => file.state === state).length;
  return {
    project,
    summary: { written: amount('written'), unchanged: amount('unchanged'), kept: amount('kept') },
    files: files.map(({ path, state }) => ({ path: context.path(path), state })),
    notes,
    next,
  };
}

function formattingBody({ mode, files, diagnostics }: FormattingView, context: RenderContext): object {
  const amount = (state: string) => files.filter((file) => file.state === state).length;
  return {
    mode,
    summary: { changed: amount('changed'), unchanged: amount('unchanged'), invalid: amount('invalid') },
    files: files.map(({ path, state, numbers }) => ({ path: context.path(path), state, numbers })),
    findings: diagnosticsJson(diagnostics, context),
  };
}

function comparisonBody(view: ComparisonView, context: RenderContext): object {
  return {
    summary: verdictCounts(view.versions.flatMap((version) => version.comparison.findings)),
    failOn: view.failOn,
    ...(view.releases !== undefined && { releases: view.releases }),
    ...(view.unmatched && { unmatched: view.unmatched.map(({ finding, reason }) => ({ finding, reason })) }),
    comparisons: view.versions.map((version) => comparedJson(version, view.failOn, context)),
  };
}

function comparedJson({ label, comparison }: ComparedVersion, failOn: ComparisonView['failOn'], context: RenderContext): object {
  const { services, order, rollbackSafe, findings } = comparison;
  return {
    against: label,
    summary: verdictCounts(findings),
    services,
    order,
    rollbackSafe,
    findings: findings.map((finding) => findingJson(finding, failOn, context)),
  };
}

function findingJson(finding: Finding, failOn: ComparisonView['failOn'], context: RenderContext): object {
  const { change } = finding;
  const side = ({ value, at }: typeof change.before) => ({ value, at: at && placeJson(at, context) });
  return {
    id: finding.id,
    verdict: finding.verdict,
    fails: fails(finding, failOn),
    service: change.service,
    interaction: change.interaction,
    payload: change.payload,
    change: change.kind,
    path: change.path,
    name: change.name,
    message: finding.message,
    why: finding.why,
    advice: finding.advice,
    before: side(change.before),
    after: side(change.after),
    parties: finding.parties,
    proof: finding.proof,
    fingerprint: finding.fingerprint,
    accepted: finding.accepted,
  };
}

function planBody(view: PlanView, context: RenderContext): object {
  return { project: view.project, summary: planSummary(view), plans: view.plans.map((plan) => planJson(plan, context)) };
}

function planSummary(view: PlanView | ProvisionView): object {
  const steps = pendingSteps(view);
  return {
    ...actionCounts(steps),
    unchanged: view.plans.reduce((sum, plan) => sum + plan.unchanged, 0),
    waiting: steps.filter((step) => step.waitsFor.length > 0).length,
  };
}

/** One target's plan as the machine formats show it. */
function planJson(plan: Plan, context: RenderContext): object {
  return {
    transport: plan.transport,
    broker: plan.broker,
    target: plan.target,
    unchanged: plan.unchanged,
    ...(plan.notes && { notes: plan.notes }),
    steps: plan.phases.flatMap((phase, index) => phase.map((step) => ({ phase: index + 1, ...stepJson(step, context) }))),
  };
}

function stepJson(step: Step, context: RenderContext): object {
  const { action, resource, fields, cause, risk, reason, waitsFor, needs, repeats } = step;
  return {
    action,
    resource: { kind: resource.kind, name: resource.name },
    fields: fields.map((field): { readonly [key: string]: JsonValue | undefined } => ({
      name: field.name,
      from: field.from,
      to: field.to,
    })),
    cause: typeof cause === 'string' ? cause : placeJson(cause, context),
    risk,
    reason,
    waitsFor,
    needs,
    repeats,
  };
}

function provisionBody(view: ProvisionView, context: RenderContext): object {
  const named = ({ transport, step }: { readonly transport: string; readonly step: Step }) => ({
    transport,
    action: step.action,
    resource: { kind: step.resource.kind, name: step.resource.name },
  });
  return {
    project: view.project,
    summary: { ...planSummary(view), applied: view.applied.length, failed: view.failed.length, skipped: view.skipped.length },
    plans: view.plans.map((plan) => planJson(plan, context)),
    applied: view.applied.map(named),
    failed: view.failed.map((one) => ({ ...named(one), message: one.message, raw: context.style.verbose ? one.raw : undefined })),
    skipped: view.skipped.map((one) => ({ ...named(one), because: one.because })),
    verified: view.verified,
  };
}

function placeJson(at: Range, context: RenderContext): object {
  const { start, end } = at;
  return { file: context.path(at.file), line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}
