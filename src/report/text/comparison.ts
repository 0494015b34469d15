import type { Comparison, Finding, Proof, Verdict } from '../../compat/finding.ts';
import type { JsonValue } from '../../source/json.ts';
import { isQuiet } from '../annotations.ts';
import { codeFrame } from '../code-frame.ts';
import { place, type RenderContext } from '../context.ts';
import { VERDICTS, verdictCounts } from '../outcome.ts';
import { printable } from '../printable.ts';
import { messageProofText } from '../proof-text.ts';
import { count, padColumns, paragraph } from '../prose.ts';
import { type Paint, paint, symbol } from '../style.ts';
import { subjectOf } from '../subject.ts';
import { type ComparedVersion, type ComparisonView, UPGRADE_ORDERS } from '../views.ts';
import { shortenJson, shortenProse } from './shorten.ts';

const colours: Readonly<Record<Verdict, Paint>> = { breaking: 'bad', undecided: 'bad', risky: 'caution', compatible: 'good' };

type Service = Comparison['services'][number];

/** What changed, service by service and interaction by interaction, with who is affected and the proof; then one line that sums up. */
export function comparisonText(view: ComparisonView, context: RenderContext): string {
  const versions = view.versions.map((version) => versionText(version, view, context)).join('\n');
  const notes = [...(view.releases === undefined ? [] : [releasesText(view.releases)]), ...unmatchedTexts(view)];
  return `${versions}${notes.map((note) => `${note}\n`).join('')}`;
}

/** What was agreed on and did not come up: it may be done with, or its fingerprint mistyped. */
export function unmatchedTexts({ unmatched = [] }: ComparisonView): readonly string[] {
  return unmatched.map(
    ({ finding, reason }) => `Nothing found here is what msgctl.yaml accepts as ${finding} (${printable(shortenProse(reason))}).`,
  );
}

function releasesText(releases: number): string {
  return releases === 0
    ? 'No release was looked at: none is there, or nothing of it is kept.'
    : `What ${count(releases, 'release')} sent and is still kept was looked at too.`;
}

function versionText(version: ComparedVersion, view: ComparisonView, context: RenderContext): string {
  const { services, findings } = version.comparison;
  const heading = view.versions.length > 1 ? `${paint(context.style, 'strong', `against ${printable(version.label)}`)}\n\n` : '';
  if (findings.length === 0) return `${heading}${unchanged(services, version.label, context)}\n`;
  const parts = services
    .filter(({ service }) => findings.some((finding) => finding.change.service === service))
    .map((service) => serviceText(service, version, view.all, context));
  return `${heading}${parts.join('')}${comparisonSummary(version.comparison, view.all)}\n`;
}

function unchanged(services: readonly Service[], label: string, context: RenderContext): string {
  const only = services.length === 1 ? services[0] : undefined;
  return only ? `${title(only, context, ' ')}: no changes.` : `${count(services.length, 'service')}: no changes since ${printable(label)}.`;
}

function serviceText(service: Service, version: ComparedVersion, all: boolean, context: RenderContext): string {
  const findings = version.comparison.findings.filter((finding) => finding.change.service === service.service);
  const shown = all ? findings : findings.filter((finding) => !isQuiet(finding));
  if (shown.length === 0) return `${title(service, context, ' ')}: ${hiddenWords(findings)}.\n\n`;
  const groups = groupByInteraction(shown);
  const hidden = findings.filter((finding) => !shown.includes(finding));
  return [
    `${title(service, context, '  ')}\n\n`,
    ...[...groups].map(([interaction, group]) => {
      const title = interaction === undefined ? [] : [interactionTitle(interaction, group, version, context)];
      return `${[...title, ...group.flatMap((finding) => findingLines(finding, { service, label: version.label }, context))].join('\n')}\n\n`;
    }),
    hidden.length === 0 ? '' : `  ${hiddenWords(hidden)} hidden (--all shows them).\n\n`,
  ].join('');
}

function groupByInteraction(findings: readonly Finding[]): ReadonlyMap<string | undefined, readonly Finding[]> {
  const groups = new Map<string | undefined, Finding[]>();
  for (const finding of findings) groups.set(finding.change.interaction, [...(groups.get(finding.change.interaction) ?? []), finding]);
  return groups;
}

function hiddenWords(findings: readonly Finding[]): string {
  const { accepted } = verdictCounts(findings);
  const compatible = findings.length - accepted;
  return [compatible > 0 ? count(compatible, 'compatible change') : '', accepted > 0 ? `${accepted} accepted (msgctl.yaml)` : '']
    .filter((words) => words !== '')
    .join(', ');
}

/** `catalog  1.4.0 → 1.5.0` */
function title({ service, before, after }: Service, { style }: RenderContext, gap: string): string {
  const name = paint(style, 'strong', printable(service));
  if (before === undefined) return `${name}${gap}new (${printable(after ?? '')})`;
  if (after === undefined) return `${name}${gap}${printable(before)} ${symbol(style, 'arrow')} removed`;
  return `${name}${gap}${printable(before)}${before === after ? '' : ` ${symbol(style, 'arrow')} ${printable(after)}`}`;
}

/** `  course-created   publish-subscribe   catalog → learners, mailer` */
function interactionTitle(interaction: string, findings: readonly Finding[], version: ComparedVersion, context: RenderContext): string {
  const name = interaction.slice(interaction.indexOf('.') + 1);
  const parts = [paint(context.style, 'strong', printable(name)), version.patterns.get(interaction) ?? '', parties(findings, context)];
  return `  ${parts.filter((part) => part !== '').join('   ')}`;
}

/** Who starts the interaction → who takes part: a response's parties stand the other way round. */
function parties(findings: readonly Finding[], { style }: RenderContext): string {
  const finding = findings.find((candidate) => candidate.parties.senders.length > 0 && candidate.parties.receivers.length > 0);
  if (!finding) return '';
  const { senders, receivers } = finding.parties;
  const isAnswer = finding.change.payload?.role === 'response' || finding.change.payload?.role === 'error';
  const [from, to] = isAnswer ? [receivers, senders] : [senders, receivers];
  return `${printable(from.join(', '))} ${symbol(style, 'arrow')} ${printable(to.join(', '))}`;
}

/** Where a finding belongs: the service with its versions, and what they are compared with. */
type Setting = { readonly service: Service; readonly label: string };

function findingLines(finding: Finding, { service, label }: Setting, context: RenderContext): readonly string[] {
  const { style } = context;
  const { verdict, id, change, message, why, advice, proof, accepted } = finding;
  const fails = verdict === 'breaking' || verdict === 'undecided';
  const mark = paint(style, colours[verdict], `${symbol(style, verdict)} ${padColumns(verdict, 12)}`);
  const subject = subjectOf(change);
  const lines = [
    `    ${mark}${padColumns(id, 21)}   ${printable(subject === '' ? change.name : subject)}`.trimEnd(),
    paragraph(style, 6, shortenProse(message)),
  ];
  if (verdict !== 'compatible')
    lines.push(...[why, advice].flatMap((text) => (text === undefined ? [] : [paragraph(style, 6, shortenProse(text))])));
  if (proof && (proof.kind !== 'values' || fails)) lines.push(`      proof: ${printable(proofText(proof, service, context))}`);
  lines.push(...placeLines(finding, label, context));
  if (accepted)
    lines.push(paragraph(style, 6, `Accepted${accepted.until === undefined ? '' : ` until ${accepted.until}`}: ${accepted.reason}`));
  else if (fails) lines.push(paint(style, 'faint', `      finding ${finding.fingerprint}`));
  return lines;
}

/**
 * Where it stood and where it stands, with the lines themselves where somebody has to look at them. Of something added there is no line of
 * the old version, of something removed none of the new one; then the other place is only what encloses it. Two places that look the same
 * are one: what changed stands elsewhere, in a list of required properties for example.
 */
function placeLines(finding: Finding, label: string, context: RenderContext): readonly string[] {
  const { before, after } = finding.change;
  const isAdded = before.value === undefined && after.value !== undefined;
  const isRemoved = after.value === undefined && before.value !== undefined;
  const was = before.at && !(isAdded && after.at) ? { word: 'was', at: before.at } : undefined;
  const now = after.at && !(isRemoved && before.at) ? { word: 'now', at: after.at } : undefined;
  const framed = !isQuiet(finding);
  const sides = [was, now]
    .filter((side) => side !== undefined)
    .filter((side) => framed || side === (now ?? was))
    .map(({ word, at }) => {
      const source = word === 'was' ? context.sourceBefore(label, at.file) : context.source(at.file);
      const frame = framed && source ? [indented(codeFrame(source, at, [], context.style))] : [];
      return { title: `      ${word} ${paint(context.style, 'reference', place(context, at))}`, frame };
    });
  const [first, second] = sides;
  const alike = first && second && first.frame.length > 0 && first.frame[0] === second.frame[0];
  return (alike ? [second] : sides).flatMap(({ title, frame }) => [title, ...frame]);
}

function indented(frame: string): string {
  return frame
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}

function proofText(proof: Proof, { before, after }: Service, { style }: RenderContext): string {
  if (proof.kind === 'values') {
    return `${valueText(proof.before)} ${symbol(style, 'arrow')} ${valueText(proof.after)}`;
  }
  const same = before === after;
  const old = same ? 'the old version' : (before ?? 'the old version');
  const now = same ? 'the new version' : (after ?? 'the new version');
  return messageProofText(proof, { before: old, after: now });
}

function valueText(value: JsonValue | undefined): string {
  return value === undefined ? 'nothing' : shortenJson(JSON.stringify(value));
}

/** How many findings of each verdict, and who may go first. */
export function comparisonSummary({ services, findings, order, rollbackSafe }: Comparison, all: boolean): string {
  const counts = verdictCounts(findings);
  const amounts = VERDICTS.filter((verdict) => counts[verdict] > 0).map((verdict) => `${counts[verdict]} ${verdict}`);
  if (counts.accepted > 0) amounts.push(`${counts.accepted} accepted (msgctl.yaml${all ? '' : ', --all lists them'})`);
  const upgrade = `Safe upgrade order: ${UPGRADE_ORDERS[order]}; rollback ${rollbackSafe ? 'safe' : 'unsafe'}.`;
  return `${amounts.join(', ')}. ${upgrade}${neededVersions(services)}`;
}

/** More services than anybody reads in one line; each has a finding of its own where its version is too low. */
const MOST_VERSIONS = 5;

/** ` Least version: payments 1.5.0, catalog 2.0.0.` */
function neededVersions(services: readonly Service[]): string {
  const needs = services.flatMap(({ service, needs }) => (needs === undefined ? [] : [`${printable(service)} ${printable(needs)}`]));
  if (needs.length === 0) return '';
  const more = needs.length > MOST_VERSIONS ? ` and ${needs.length - MOST_VERSIONS} more` : '';
  return ` Least version: ${needs.slice(0, MOST_VERSIONS).join(', ')}${more}.`;
}
