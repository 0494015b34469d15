import type { System } from '../contract/system.ts';
import type { Change } from './change.ts';
import type { PayloadFact } from './diff-payload.ts';
import type { PayloadPair } from './diff-systems.ts';
import { type Direction, type Exposure, exposureOf, versionOf } from './exposure.ts';
import type { Proof, Verdict } from './finding.ts';
import { type Decisions, type DirectionGrade, gradeFacts } from './grade-payload.ts';
import type { JudgedChange } from './judge.ts';
import { ruleFor } from './rules/index.ts';
import { listNames, type Meeting, type PayloadRule } from './rules/rule.ts';

type Versions = { readonly before: System; readonly after: System };

/**
 * Judges every fact of a payload, and tells which side may be upgraded first as far as this payload is concerned. `required`: the directions
 * that have to hold, where they are others than its pattern's.
 */
export function judgePayload(
  pair: PayloadPair,
  decisions: Decisions,
  versions: Versions,
  required?: readonly Direction[],
): readonly JudgedChange[] {
  const asked = exposureOf(interactionPair(pair, versions), pair.payload);
  const exposure = { ...asked, ...(required && { required }) };
  const grades = {
    backward: gradeFacts(pair.facts, decisions.backward, exposure),
    forward: gradeFacts(pair.facts, decisions.forward, exposure),
  };
  const order = safeOrder(decisions, exposure);
  return pair.facts.map((fact) => {
    const change: Change = { service: pair.after.service, interaction: pair.after.id, payload: pair.payload, ...fact };
    const parties = { senders: exposure.senders, receivers: exposure.receivers };
    const graded = { backward: grades.backward.get(fact), forward: grades.forward.get(fact) };
    return { change, parties, ...order, ...judgeFact({ change, fact, exposure, versions }, graded) };
  });
}

/** The two versions of the interaction, with the systems they stand in. */
function interactionPair(pair: PayloadPair, versions: Versions): Parameters<typeof exposureOf>[0] {
  return {
    before: { system: versions.before, interaction: pair.before },
    after: { system: versions.after, interaction: pair.after },
  };
}

/** Whoever receives may go first where old messages are understood by the new version; whoever sends, where new ones are by the old. */
function safeOrder(decisions: Decisions, exposure: Exposure): { readonly providerFirst: boolean; readonly usersFirst: boolean } {
  const receiversFirst = decisions.backward.answer === 'included';
  const sendersFirst = decisions.forward.answer === 'included';
  return exposure.receiver === 'provider'
    ? { providerFirst: receiversFirst, usersFirst: sendersFirst }
    : { providerFirst: sendersFirst, usersFirst: receiversFirst };
}

type Case = { readonly change: Change; readonly fact: PayloadFact; readonly exposure: Exposure; readonly versions: Versions };
type Graded = { readonly [D in Direction]: DirectionGrade | undefined };
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
  return passes(subject, graded);
}

function fails(subject: Case, rule: PayloadRule, direction: Direction, grade: DirectionGrade): Outcome {
  const meeting = meetingOf(subject, direction);
  const proof = grade.witness ? { proof: proofOf(grade.witness, direction) } : {};
  const experience = rule.experience(subject.change, meeting);
  const why =
    grade.verdict === 'breaking'
      ? experience
      : `It could not be shown that ${meeting.receivers} can accept whatever ${meeting.senders} may send: ${grade.reason ?? 'nothing was shown'}.`;
  // Validators check whole messages, whatever a user reads of them; so this is a comfort, and the break stands.
  const comfort = grade.unread ? ' No user of this project says that it reads it; their validators check it all the same.' : '';
  return { verdict: grade.verdict, why: `${why}${comfort}`, ...proof };
}

function passes(subject: Case, graded: Graded): Outcome {
  const { required } = subject.exposure;
  if (required.length === 0) {
    const breaks = (['backward', 'forward'] as const).some((direction) => graded[direction]?.verdict !== 'compatible');
    return breaks
      ? { verdict: 'risky', why: 'It may break somebody; "compatibility: none" asks for nothing.' }
      : { verdict: 'compatible', why: 'Either version accepts what the other one sends.' };
  }
  const meetings = required.map((direction) => meetingOf(subject, direction));
  const why = meetings.map((meeting) => `${meeting.receivers} can read whatever ${meeting.senders} may send.`).join(' ');
  const unknown = required.find((direction) => meetsUnknown(subject.fact, direction));
  if (!unknown) return { verdict: 'compatible', why };
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

function proofOf(witness: NonNullable<DirectionGrade['witness']>, direction: Direction): Proof {
  return {
    kind: 'message',
    message: witness.message,
    sentBy: direction === 'backward' ? 'before' : 'after',
    rejection: witness.rejection.text,
  };
}

function meetingOf({ exposure, change, versions }: Case, direction: Direction): Meeting {
  const [sender, receiver] = direction === 'backward' ? (['before', 'after'] as const) : (['after', 'before'] as const);
  const labels = versionLabels(change.service, versions);
  return {
    direction,
    senders: `${listNames(exposure.senders, 'whoever sends it')} (${labels[sender]})`,
    receivers: `${listNames(exposure.receivers, 'whoever receives it')} (${labels[receiver]})`,
  };
}

/** The contract's versions, or which of the two it is where both bear the same number. */
function versionLabels(service: string, versions: Versions): { readonly before: string; readonly after: string } {
  const [before, after] = [versionOf(versions.before, service), versionOf(versions.after, service)];
  if (before === undefined || after === undefined || before === after) return { before: 'old version', after: 'new version' };
  return { before, after };
}
