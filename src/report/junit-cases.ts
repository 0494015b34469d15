import type { Finding } from '../compat/finding.ts';
import type { Step } from '../topology/steps.ts';
import { stepsOf } from '../topology/steps.ts';
import { type Annotation, annotationsOf } from './annotations.ts';
import type { RenderContext } from './context.ts';
import { fails } from './outcome.ts';
import { subjectOf } from './subject.ts';
import type {
  ComparedVersion,
  ComparisonView,
  FormattingView,
  GenerationView,
  InitializationView,
  PlanView,
  ProvisionView,
  RulesView,
  ValidationView,
  View,
} from './views.ts';

/** Something that was looked at. It fails where `failures` holds anything; `notes` are what else there is to say. */
export type TestCase = {
  readonly name: string;
  readonly group: string;
  readonly file?: string;
  readonly failures: readonly Annotation[];
  readonly notes: readonly Annotation[];
  /** Why it does not count. */
  readonly skipped?: string;
  /** Whether it could not be looked at rather than that something was found. */
  readonly isError?: boolean;
};

/** Test cases that belong together. */
export type Suite = { readonly name: string; readonly cases: readonly TestCase[] };

/** What a view looked at, as test cases in suites: interactions, steps, files, rules. */
export function suitesOf(view: View, context: RenderContext): readonly Suite[] {
  switch (view.kind) {
    case 'validation':
      return validationSuites(view, context);
    case 'generation':
      return [{ name: 'generated code', cases: fileCases(view, 'generated code', context) }];
    case 'formatting':
      return [{ name: 'format', cases: fileCases(view, 'format', context) }];
    case 'initialization':
      return [{ name: 'new project', cases: fileCases(view, 'new project', context) }];
    case 'comparison':
      return view.versions.flatMap((version) => versionSuites(version, view, context));
    case 'plan':
      return planSuites(view, context);
    case 'provision':
      return provisionSuites(view, context);
    case 'rules':
      return ruleSuites(view);
    case 'explanation':
      return ruleSuites({ ...view, kind: 'rules', command: 'rules', rules: [view.rule] });
    case 'failure': {
      const failures = annotationsOf(view, context);
      return [{ name: view.command, cases: [{ name: view.id, group: view.command, failures, notes: [], isError: true }] }];
    }
  }
}

/** A suite for each contract, with its interactions; what belongs to none is a case of its own. */
function validationSuites(view: ValidationView, context: RenderContext): readonly Suite[] {
  const known = new Set(view.services.flatMap(({ file, interactions }) => interactions.map(({ pointer }) => `${file}${pointer}`)));
  // What belongs to an interaction stands under its file and pointer, the rest under its file.
  const groups = groupBy(annotationsOf(view, context), ({ at }) => {
    if (!at) return '';
    const interaction = `${at.file}${/^\/provides\/[^/]*/.exec(context.pointer(at))?.[0] ?? ''}`;
    return known.has(interaction) ? interaction : at.file;
  });
  const lone = (file: string, group: string) => (groups.get(file) ?? []).map((one) => loneCase(one, group));
  const suites = view.services.map(({ service, file, interactions }): Suite => {
    const cases = interactions.map(({ name, pointer }) => {
      return { name, group: service, file, ...bySeverity(groups.get(`${file}${pointer}`) ?? []) };
    });
    return { name: service, cases: [...cases, ...lone(file, service)] };
  });
  const contracts = new Set(view.services.map(({ file }) => file));
  const others = [...groups.keys()].filter((key) => !known.has(key) && !contracts.has(key));
  return [...suites, ...others.map((file) => ({ name: context.path(file), cases: lone(file, context.path(file)) }))];
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

function bySeverity(annotations: readonly Annotation[]): Pick<TestCase, 'failures' | 'notes'> {
  return {
    failures: annotations.filter(({ level }) => level === 'error'),
    notes: annotations.filter(({ level }) => level !== 'error'),
  };
}

/** A finding that belongs to no interaction. The fingerprint keeps names apart, as a name is what reports are compared by. */
function loneCase(annotation: Annotation, group: string): TestCase {
  const { id, fingerprint, at } = annotation;
  return { name: `${id} (${fingerprint})`, group, ...(at && { file: at.file }), ...bySeverity([annotation]) };
}

function fileCases(view: GenerationView | FormattingView | InitializationView, group: string, context: RenderContext): readonly TestCase[] {
  const remarks = groupBy(annotationsOf(view, context), ({ at, file }) => at?.file ?? file ?? '');
  return view.files.map(({ path }) => ({ name: context.path(path), group, file: path, ...bySeverity(remarks.get(path) ?? []) }));
}

/** A finding of a comparison with the remark that is made of it. */
type Told = { readonly finding: Finding; readonly remark: Annotation };

/** A suite for each service, with all interactions of either version; a finding about the service itself is a case of its own. */
function versionSuites(version: ComparedVersion, view: ComparisonView, context: RenderContext): readonly Suite[] {
  const { comparison, label, patterns } = version;
  const remarks = annotationsOf({ ...view, versions: [version], all: true }, context);
  const told = comparison.findings.flatMap((finding, index): readonly Told[] => {
    const remark = remarks[index];
    return remark ? [{ finding, remark }] : [];
  });
  const byService = groupBy(told, ({ finding }) => finding.change.service);
  const ids = groupBy([...patterns.keys()], (id) => id.slice(0, id.indexOf('.')));
  return comparison.services.map(({ service }): Suite => {
    const group = view.versions.length > 1 ? `${service} against ${label}` : service;
    const own = groupBy(byService.get(service) ?? [], ({ finding }) => finding.change.interaction ?? '');
    const names = [...new Set([...(ids.get(service) ?? []), ...own.keys()])].filter((id) => id !== '').sort();
    const cases = names.map((id) => {
      const name = id.startsWith(`${service}.`) ? id.slice(service.length + 1) : id;
      return { name, group, ...comparedCase(own.get(id) ?? [], view) };
    });
    const others = (own.get('') ?? []).map((one) => {
      const { change } = one.finding;
      const subject = subjectOf(change);
      return { name: `${change.kind} ${subject === '' ? change.name : subject}`, group, ...comparedCase([one], view) };
    });
    return { name: group, cases: [...cases, ...others] };
  });
}

function comparedCase(told: readonly Told[], view: ComparisonView): Omit<TestCase, 'name' | 'group'> {
  const isFailing = ({ finding }: Told) => fails(finding, view.failOn);
  const accepted = told.flatMap(({ finding }) => (finding.accepted ? [`Accepted: ${finding.accepted.reason}`] : []));
  const notes = told.filter((one) => !isFailing(one) && (view.all || one.finding.verdict !== 'compatible'));
  return {
    failures: told.filter(isFailing).map(({ remark }) => remark),
    notes: notes.map(({ remark }) => remark),
    ...(accepted.length > 0 && { skipped: [...new Set(accepted)].join(' ') }),
  };
}

function stepName({ action, resource }: Step): string {
  return `${action} ${resource.kind} ${resource.name}`;
}

function planSuites(view: PlanView, context: RenderContext): readonly Suite[] {
  return view.plans.map((plan): Suite => {
    const remarks = annotationsOf({ ...view, plans: [plan] }, context);
    const cases = stepsOf(plan).map((step, index) => stepCase(step, plan.transport, remarks[index]));
    return { name: plan.transport, cases: cases.length > 0 ? cases : [upToDate(plan.transport)] };
  });
}

/** A step that is not carried out: what is refused fails, what waits for a consent does not count. */
function stepCase(step: Step, transport: string, remark: Annotation | undefined): TestCase {
  const own = remark ? [remark] : [];
  const refused = step.action === 'refuse';
  return {
    name: stepName(step),
    group: transport,
    failures: refused ? own : [],
    notes: refused ? [] : own,
    ...(step.waitsFor.length > 0 && { skipped: `Waits for --allow ${step.waitsFor.join(',')}.` }),
  };
}

function upToDate(transport: string): TestCase {
  return { name: 'up to date', group: transport, failures: [], notes: [] };
}

/** Every step of the plans, with what became of it. */
function provisionSuites(view: ProvisionView, context: RenderContext): readonly Suite[] {
  const remarks = annotationsOf(view, context);
  const ended = [...view.failed, ...view.skipped, ...view.applied].map(({ transport, step }) => `${transport} ${stepName(step)}`);
  // Of several the first, which is the worst.
  const outcomes = new Map([...ended].reverse().map((key, index) => [key, remarks[ended.length - 1 - index]]));
  const suites = planSuites({ ...view, kind: 'plan' }, context).map(({ name, cases }): Suite => {
    return { name, cases: cases.map((planned) => endedCase(planned, outcomes.get(`${name} ${planned.name}`))) };
  });
  const said = view.interrupted ? 'It was stopped before the end.' : view.verified === false ? UNVERIFIED : undefined;
  if (said === undefined) return suites;
  const id = 'not-verified';
  const failure: Annotation = { level: 'error', label: 'error', id, rule: id, fingerprint: id, message: said };
  return [...suites, { name: view.project, cases: [{ name: 'read back', group: view.project, failures: [failure], notes: [] }] }];
}

function endedCase(planned: TestCase, remark: Annotation | undefined): TestCase {
  const isOpen = planned.failures.length === 0 && planned.skipped === undefined && planned.notes.length > 0;
  if (!remark) return isOpen ? { ...planned, skipped: 'It was not reached.' } : planned;
  const { name, group } = planned;
  return { name, group, ...bySeverity([remark]), ...(remark.label === 'skipped' && { skipped: remark.message }) };
}

const UNVERIFIED = 'Read back, what is there differs from what was planned.';

function ruleSuites({ rules }: RulesView): readonly Suite[] {
  return [...new Set(rules.map(({ family }) => family))].map((family) => ({
    name: family,
    cases: rules.filter((rule) => rule.family === family).map(({ id }) => ({ name: id, group: family, failures: [], notes: [] })),
  }));
}
