import type { Finding } from '../compat/finding.ts';
import type { Range } from '../source/source-file.ts';
import { type FieldChange, stepsOf } from '../topology/steps.ts';
import { type Annotation, annotationsOf, isQuiet } from './annotations.ts';
import { place, type RenderContext } from './context.ts';
import { pendingSteps } from './outcome.ts';
import type { RuleSummary } from './rule-table.ts';
import { subjectOf } from './subject.ts';
import { comparisonSummary, unmatchedTexts } from './text/comparison.ts';
import { formattingSummary } from './text/formatting.ts';
import { generationSummary } from './text/generation.ts';
import { initializationSummary } from './text/initialization.ts';
import { planSummary } from './text/plan.ts';
import { provisionSummary } from './text/provision.ts';
import { shortenJson } from './text/shorten.ts';
import { validationSummary } from './text/validation.ts';
import type { ComparedVersion, ComparisonView, FailureView, PlanView, ProvisionView, RulesView, ValidationView, View } from './views.ts';

/** The text of one cell, a line for each part. */
type Cell = readonly string[];

/** A table; folded where it needs nobody's attention. */
export type Section = {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly folded?: boolean;
};

/** What a view says in Markdown: one sentence how it went, tables, and what there is to say at the end. */
export type Sections = { readonly heading: string; readonly sections: readonly Section[]; readonly end?: string };

/** What a view says in Markdown, before it is written as such. */
export function sectionsOf(view: View, context: RenderContext): Sections {
  switch (view.kind) {
    case 'validation':
      return validationSections(view, context);
    case 'generation':
      return { heading: generationSummary(view), sections: fileSections(annotationsOf(view, context), context) };
    case 'formatting': {
      const all = annotationsOf(view, context);
      const [found, files] = [all.filter(({ at }) => at), all.filter(({ at }) => !at)];
      return { heading: formattingSummary(view), sections: [findingTable(found, context), ...fileSections(files, context)] };
    }
    case 'initialization':
      return { heading: initializationSummary(view), sections: fileSections(annotationsOf(view, context), context) };
    case 'comparison':
      return comparisonSections(view, context);
    case 'plan':
      return planSections(view, context);
    case 'provision':
      return provisionSections(view, context);
    case 'rules':
      return ruleSections(view);
    case 'explanation':
      return { heading: view.rule.id, sections: [ruleTable('', [view.rule])] };
    case 'failure':
      return failureSections(view);
  }
}

function validationSections(view: ValidationView, context: RenderContext): Sections {
  const sections = [findingTable(annotationsOf(view, context), context)];
  return { heading: validationSummary(view), sections, ...(view.notDone !== undefined && { end: view.notDone }) };
}

function findingTable(findings: readonly Annotation[], context: RenderContext): Section {
  const rows = findings.map(({ label, id, at, message, why, advice }) => [
    [label],
    parts(id, whereIs(at, context)),
    parts(message, why),
    parts(advice),
  ]);
  return { title: '', columns: ['', 'Finding', 'What is wrong', 'What to do'], rows };
}

function fileSections(annotations: readonly Annotation[], context: RenderContext): readonly Section[] {
  const rows = annotations.map(({ label, file, message }) => [[label], parts(file && context.path(file)), [message]]);
  return [{ title: '', columns: ['', 'File', ''], rows }];
}

/** Who is affected by what; compatible and accepted changes are folded. */
function comparisonSections(view: ComparisonView, context: RenderContext): Sections {
  const [first] = view.versions;
  const sentence = ({ comparison, label }: ComparedVersion) =>
    comparison.findings.length === 0 ? `No changes since ${label}.` : comparisonSummary(comparison, true);
  const several = view.versions.length > 1;
  const sections = view.versions.flatMap((version): readonly Section[] => {
    const { findings } = version.comparison;
    const remarks = annotationsOf({ ...view, versions: [version], all: true }, context);
    const table = (quiet: boolean) =>
      findings.flatMap((finding, index) => {
        const remark = remarks[index];
        return remark && isQuiet(finding) === quiet ? [findingRow(finding, remark, context)] : [];
      });
    const columns = ['', 'Message', 'Change', 'Who is affected'];
    const quiet = table(true);
    return [
      { title: several ? `Against ${version.label}: ${sentence(version)}` : '', columns, rows: table(false) },
      { title: `${quiet.length} compatible or accepted${several ? ` against ${version.label}` : ''}`, columns, rows: quiet, folded: true },
    ];
  });
  const heading = first && !several ? sentence(first) : `Compared with ${view.versions.length} versions`;
  return { heading, sections, ...(view.unmatched && { end: unmatchedTexts(view).join(' ') }) };
}

function findingRow(finding: Finding, { at, proof }: Annotation, context: RenderContext): readonly Cell[] {
  const { verdict, id, change, message, why, advice, parties, accepted } = finding;
  const people = [parties.senders, parties.receivers].map((names) => names.join(', ')).filter((names) => names !== '');
  const values = finding.proof?.kind === 'values' ? [finding.proof.before, finding.proof.after].map(spell).join(' → ') : undefined;
  return [
    [accepted ? `${verdict}, accepted` : verdict],
    parts(change.interaction ?? change.service, subjectOf(change), whereIs(at, context)),
    parts(id, message, proof ?? values, accepted?.reason),
    parts(people.join(' → '), why, advice),
  ];
}

function fieldText({ name, from, to }: FieldChange): string {
  return `${name}: ${spell(from)} → ${spell(to)}`;
}

function spell(value: unknown): string {
  return value === undefined ? 'nothing' : shortenJson(JSON.stringify(value));
}

function planSections(view: PlanView, context: RenderContext): Sections {
  const unchanged = view.plans.reduce((sum, plan) => sum + plan.unchanged, 0);
  const steps = pendingSteps(view);
  const heading = steps.length === 0 ? `${view.project}: up to date.` : planSummary(steps, unchanged);
  const sections = view.plans.map((plan): Section => {
    const remarks = annotationsOf({ ...view, plans: [plan] }, context);
    const notes = (plan.notes ?? []).map((note) => [['note'], [plan.transport], [note]]);
    const rows = stepsOf(plan).map(({ action, resource, fields, reason, waitsFor }, index) => [
      [action],
      parts(`${resource.kind} ${resource.name}`, whereIs(remarks[index]?.at, context)),
      parts(
        ...(action === 'create' || action === 'delete' ? [] : fields.map(fieldText)),
        reason,
        waitsFor.length > 0 ? `Waits for --allow ${waitsFor.join(',')}.` : undefined,
      ),
    ]);
    return { title: `${plan.transport} (${plan.target})`, columns: ['', 'Resource', ''], rows: [...notes, ...rows] };
  });
  return { heading, sections };
}

function provisionSections(view: ProvisionView, context: RenderContext): Sections {
  if (pendingSteps(view).length === 0) return planSections({ ...view, kind: 'plan' }, context);
  const remarks = annotationsOf(view, context);
  const rows = (applied: boolean) =>
    remarks
      .filter(({ label }) => (label === 'applied') === applied)
      .map(({ label, id, at, message }) => [[label], parts(id, whereIs(at, context)), [message]]);
  const waiting = planSections({ ...view, kind: 'plan' }, context).sections;
  const columns = ['', 'Resource', ''];
  return {
    heading: provisionSummary(view),
    sections: [
      { title: '', columns, rows: rows(false) },
      { title: `${view.applied.length} applied`, columns, rows: rows(true), folded: true },
      ...waiting.map((section) => ({ ...section, title: `The plan of ${section.title}`, folded: true })),
    ],
    ...(view.verified === false && { end: 'Read back, what is there differs from what was planned.' }),
  };
}

function ruleSections({ rules }: RulesView): Sections {
  const families = [...new Set(rules.map(({ family }) => family))];
  const sections = families.map((family) =>
    ruleTable(
      family,
      rules.filter((rule) => rule.family === family),
    ),
  );
  return { heading: `${rules.length} rules`, sections };
}

function ruleTable(title: string, rules: readonly RuleSummary[]): Section {
  const rows = rules.map(({ id, severity, describes }) => [[id], [severity], [describes]]);
  return { title, columns: ['Rule', 'Severity', 'What it is about'], rows };
}

function failureSections({ command, message, why, advice }: FailureView): Sections {
  const end = parts(why, advice).join(' ');
  return { heading: `msgctl ${command} could not be done: ${message}`, sections: [], ...(end !== '' && { end }) };
}

function whereIs(at: Range | undefined, context: RenderContext): string | undefined {
  return at && place(context, at);
}

function parts(...texts: readonly (string | undefined)[]): Cell {
  return texts.filter((text) => text !== undefined && text !== '') as readonly string[];
}
