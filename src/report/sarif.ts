import type { Range } from '../source/source-file.ts';
import { type Annotation, annotationsOf, type Level, tellsFindings } from './annotations.ts';
import type { RenderContext } from './context.ts';
import { isGood } from './outcome.ts';
import { printable } from './printable.ts';
import { type RuleSummary, ruleOf } from './rule-table.ts';
import type { FailureView, View } from './views.ts';

/** Where the format is published; viewers choose by it. */
const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

const levels: Readonly<Record<Level, 'error' | 'warning' | 'note'>> = { error: 'error', warning: 'warning', notice: 'note' };

/** A SARIF 2.1.0 log with one run. What was agreed on is in it as a suppressed result, what could not be done as a notification. */
export function renderSarif(view: View, context: RenderContext): string {
  const isFound = tellsFindings(view) && view.kind !== 'failure';
  const annotations = isFound ? annotationsOf(view, context, { accepted: true }) : [];
  const rules = [...new Set(ruleIds(view, annotations))];
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'msgctl', version: context.version, semanticVersion: context.version, rules: rules.map(ruleJson) } },
        invocations: [invocation(view)],
        columnKind: 'utf16CodeUnits',
        results: annotations.map((annotation) => resultJson(annotation, rules.indexOf(annotation.rule), context)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function ruleIds(view: View, annotations: readonly Annotation[]): readonly string[] {
  if (view.kind === 'rules') return view.rules.map(({ id }) => id);
  if (view.kind === 'explanation') return [view.rule.id];
  return annotations.map(({ rule }) => rule);
}

/** What the table says of a rule; of a remark that has no rule, its name in words. */
function ruleJson(id: string): object {
  const rule = ruleOf(id);
  if (!rule) return { id, shortDescription: text(`${id.charAt(0).toUpperCase()}${id.slice(1).replaceAll('-', ' ')}.`) };
  return {
    id,
    name: id.replaceAll(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: text(rule.describes),
    help: text(`Run "msgctl explain ${id}".`),
    defaultConfiguration: { level: defaultLevels[rule.severity] },
    properties: { tags: [rule.family] },
  };
}

/** A change is as bad as its verdict says, which each result has for itself. */
const defaultLevels: Readonly<Record<RuleSummary['severity'], string>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
  change: 'error',
};

function invocation(view: View): object {
  if (view.kind === 'failure') return { executionSuccessful: false, toolExecutionNotifications: [notification(view)] };
  // A verdict that is bad is no failure of the tool; only provisioning can stop half way.
  return { executionSuccessful: view.kind !== 'provision' || isGood(view) };
}

function notification({ id, message, why, advice }: FailureView): object {
  return { descriptor: { id }, level: 'error', message: text(joined([message, why, advice])) };
}

function resultJson(annotation: Annotation, ruleIndex: number, context: RenderContext): object {
  const { rule, level, label, at, file, message, why, advice, proof, related = [], was, fingerprint, accepted } = annotation;
  const others = [
    ...related.map((other) => ({ at: other.at, said: other.label })),
    ...(was ? [{ at: was.at, said: `was here in ${was.version}` }] : []),
  ];
  return {
    ruleId: rule,
    ruleIndex,
    // What was agreed on is as bad as it was; the suppression says that it does not count.
    level: accepted === undefined ? levels[level] : label === 'risky' ? 'warning' : 'error',
    message: text(joined([message, why, advice, proof])),
    locations: at || file !== undefined ? [{ physicalLocation: placeJson(at, at?.file ?? file ?? '', context) }] : [],
    ...(others.length > 0 && {
      relatedLocations: others.map((other, id) => ({
        id,
        physicalLocation: placeJson(other.at, other.at.file, context),
        message: text(other.said),
      })),
    }),
    partialFingerprints: { 'msgctl/v1': fingerprint },
    ...(accepted !== undefined && { suppressions: [{ kind: 'external', status: 'accepted', justification: accepted }] }),
  };
}

function placeJson(at: Range | undefined, file: string, context: RenderContext): object {
  return {
    artifactLocation: { uri: uriOf(context.path(file)), uriBaseId: '%SRCROOT%' },
    ...(at && {
      region: { startLine: at.start.line, startColumn: at.start.column, endLine: at.end.line, endColumn: at.end.column },
    }),
  };
}

/** A relative path as a relative reference of RFC 3986, in which a colon in the first segment would make a scheme of it. */
function uriOf(path: string): string {
  return path
    .replaceAll(/\p{Cs}/gu, '\ufffd')
    .split('/')
    .map((segment) => encodeURIComponent(segment))
    .join('/');
}

function joined(parts: readonly (string | undefined)[]): string {
  return parts.flatMap((part) => (part === undefined ? [] : [printable(part)])).join('\n');
}

/** A message in which braces and links are only what they look like: SARIF 2.1.0, 3.11.5 and 3.11.6. */
function text(said: string): { readonly text: string } {
  return {
    text: said
      .replaceAll('{', '{{')
      .replaceAll('}', '}}')
      .replaceAll(/\[(?=[^\]]*\]\()/g, '\\['),
  };
}
