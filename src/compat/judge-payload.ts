import type { Change } from './change.ts';
import { isSafe } from './decide-pair.ts';
import type { PayloadPair } from './diff-systems.ts';
import { type Direction, type Exposure, exposureOf, versionOf } from './exposure.ts';
import type { Proof, Verdict } from './finding.ts';
import { type Decisions, type DirectionGrade, gradeForReaders, type ReaderGrade, type Spared } from './grade-payload.ts';
import type { JudgedChange, Versions } from './judge.ts';
import type { PayloadFact } from './payload-fact.ts';
import { ruleFor } from './rules/index.ts';
import { listNames, type Meeting, type PayloadRule } from './rules/rule.ts';

/** Judges every fact of a payload, and tells which side may be upgraded first as far as this payload is concerned. */
export function judgePayload(pair: PayloadPair, exposure: Exposure, decisions: Decisions, versions: Versions): readonly JudgedChange[] {
  const grades = {
    backward: gradeForReaders(pair.facts, decisions.backward),
    forward: gradeForReaders(pair.facts, decisions.forward),
  };
  const order = safeOrder(decisions, exposure);
  return pair.facts.map((fact) => {
    const change: Change = { service: pair.after.service, interaction: pair.after.id, payload: pair.payload, ...fact };
    const parties = { senders: exposure.senders, receivers: exposure.receivers };
    const graded = { backward: grades.backward.get(fact), forward: grades.forward.get(fact) };
    return { change, parties, ...order, ...judgeFact({ change, fact, exposure, versions }, graded) };
  });
}

/** Who exchanges a payload of two versions of an interaction, and which directions have to hold. */
export function exposureOfPair(pair: PayloadPair, { before, after }: Versions): Exposure {
  const versions = { before: { system: before, interaction: pair.before }, after: { system: after, interaction: pair.after } };
  return exposureOf(versions, pair.payload);
}

/** Whoever receives may go first where old messages are understood by the new version; whoever sends, where new ones are by the old. */
function safeOrder(decisions: Decisions, exposure: Exposure): { readonly providerFirst: boolean; readonly usersFirst: boolean } {
  const receiversFirst = isSafe(decisions.backward);
  const sendersFirst = isSafe(decisions.forward);
  return exposure.receiver === 'provider'
    ? { providerFirst: receiversFirst, usersFirst: sendersFirst }
    : { providerFirst: sendersFirst, usersFirst: receiversFirst };
}

type Case = { readonly change: Change; readonly fact: PayloadFact; readonly exposure: Exposure; readonly versions: Versions };
type Graded = { readonly [D in Direction]: ReaderGrade | undefined };
type Outcome = { readonly verdict: Verdict; readonly why: string; readonly proof?: Proof };

function judgeFact(subject: Case, graded: Graded): Outcome {
  const rule = ruleFor(subject.change.kind);
  if (rule.grades === 'system') return rule.judge(subject.change, { ...subject.versions, users: { before: [], after: [] } });
  const { required } = subject.exposure;
  for (const verdict of ['breaking', 'undecided'] as const) {
    const direction = required.find((one) => graded[one]?.verdict === verdict);
    const grade = direction && graded[direction];
    if (direction && grade) return fails(subject, rule, direction, grade);
  }
  return passes(subject, rule, graded);
}

function fails(subject: Case, rule: PayloadRule, direction: Direction, grade: ReaderGrade): Outcome {
  const meeting = meetingOf(subject, direction, grade.affected);
  const proof = grade.witness ? { proof: proofOf(grade.witness, direction) } : {};
  const experience = rule.experience(subject.change, meeting);
  const why =
    grade.verdict === 'breaking'
      ? experience
      : `It could not be shown that ${meeting.receivers} can accept whatever ${meeting.senders} may send: ${grade.reason ?? 'nothing was shown'}.`;
  const spared = grade.spared.length > 0 ? ` ${whoIsSpared(grade.spared)}` : '';
  return { verdict: grade.verdict, why: `${why}${spared}`, ...proof };
}

function passes(subject: Case, rule: PayloadRule, graded: Graded): Outcome {
  const { required } = subject.exposure;
  if (required.length === 0) {
    const breaks = (['backward', 'forward'] as const).some((direction) => graded[direction]?.verdict !== 'compatible');
    return breaks
      ? { verdict: 'risky', why: 'It may break somebody; "compatibility: none" asks for nothing.' }
      : { verdict: 'compatible', why: 'Either version accepts what the other one sends.' };
  }
  const unread = required.flatMap((direction) => graded[direction]?.spared ?? []);
  // It is no break, as nobody is known who would meet it; yet it is told, since whoever reads the whole message would.
  if (unread.length > 0)
    return {
      verdict: 'risky',
      why: `Whoever reads all of it may reject such messages. ${whoIsSpared(unread)} Nobody else is known to receive it.`,
    };
  const meetings = required.map((direction) => meetingOf(subject, direction));
  const why = meetings.map((meeting) => `${meeting.receivers} can read whatever ${meeting.senders} may send.`).join(' ');
  const unknown = required.find((direction) => meetsUnknown(subject.fact, direction));
  if (!unknown) return rule.risk ? { verdict: 'risky', why: rule.risk(subject.change) } : { verdict: 'compatible', why };
  const { senders, receivers } = meetingOf(subject, unknown);
  return { verdict: 'risky', why: `The list is open: ${receivers} cannot know all that ${senders} may send, and may not handle it.` };
}

/** Whether one side lists what the other does not, so that only an open list lets it through: valid on the wire, and unknown to whoever switches over the list. */
function meetsUnknown({ kind, name, before, after }: PayloadFact, direction: Direction): boolean {
  if (kind === 'enum-value-added') return direction === 'forward';
  if (kind === 'enum-value-removed') return direction === 'backward';
  const [sent, known] = direction === 'forward' ? [after.value, before.value] : [before.value, after.value];
  return kind === 'schema-changed' && name === 'oneOf' && Array.isArray(sent) && Array.isArray(known) && sent.length > known.length;
}

function proofOf({ message, rejection }: NonNullable<DirectionGrade['witness']>, direction: Direction): Proof {
  const sentBy = direction === 'backward' ? 'before' : 'after';
  if (rejection.bytes) return { kind: 'bytes', message, ...rejection.bytes, sentBy };
  return { kind: 'message', message, sentBy, rejection: rejection.text };
}

/** Who takes every message, and why: a user who reads it in one of the versions is not said to read it not. */
function whoIsSpared(spared: readonly Spared[]): string {
  const reading = new Set(spared.flatMap(({ user, reads }) => (reads ? [user] : [])));
  const others = [...new Set(spared.map(({ user }) => user))].filter((user) => !reading.has(user));
  const [not, still] = [others, [...reading]].map((users) => users.sort());
  return [
    ...(not && not.length > 0 ? [`${listNames(not, '')} ${not.length === 1 ? 'does' : 'do'} not read it.`] : []),
    ...(still && still.length > 0 ? [`${listNames(still, '')} ${still.length === 1 ? 'takes' : 'take'} it all the same.`] : []),
  ].join(' ');
}

function meetingOf({ exposure, change, versions }: Case, direction: Direction, affected: readonly string[] = []): Meeting {
  const [sender, receiver] = direction === 'backward' ? (['before', 'after'] as const) : (['after', 'before'] as const);
  const labels = versionLabels(change.service, versions);
  return {
    direction,
    senders: `${listNames(exposure.senders, 'whoever sends it')} (${labels[sender]})`,
    receivers: `${listNames(affected.length > 0 ? affected : exposure.receivers, 'whoever receives it')} (${labels[receiver]})`,
  };
}

/** The contract's versions, or which of the two it is where both bear the same number. */
function versionLabels(service: string, versions: Versions): { readonly before: string; readonly after: string } {
  const [before, after] = [versionOf(versions.before, service), versionOf(versions.after, service)];
  if (before === undefined || after === undefined || before === after) return { before: 'old version', after: 'new version' };
  return { before, after };
}
