import type { Acceptance } from '../contract/model.ts';
import { findContract, type System, usersOf } from '../contract/system.ts';
import type { Change } from './change.ts';
import type { Finding } from './finding.ts';
import { fingerprint } from './fingerprint.ts';
import { ruleFor } from './rules/index.ts';
import type { Judgement } from './rules/rule.ts';

/** A fact with what it means, before texts and acceptances are put to it. */
export type JudgedChange = Judgement & { readonly change: Change; readonly parties: Finding['parties'] };

/** What was agreed on, and the day (ISO date) on which that is asked. */
export type Agreements = { readonly accept: readonly Acceptance[]; readonly today: string };

/** Both versions, and the day (ISO date) on which they are compared. */
export type Versions = { readonly before: System; readonly after: System; readonly today: string };

/** Judges a fact about services, interactions or settings. */
export function judgeSystemChange(change: Change, versions: Versions): JudgedChange {
  const users = { before: namesOf(versions.before, change), after: namesOf(versions.after, change) };
  const rule = ruleFor(change.kind);
  if (rule.grades !== 'system') throw new Error(`A fact of the kind ${change.kind} belongs to a payload.`);
  const judgement = rule.judge(change, { ...versions, users });
  const everyone = [...new Set([...users.before, ...users.after])].filter((user) => user !== change.service).sort();
  return { ...judgement, change, parties: { senders: [change.service], receivers: everyone } };
}

/** Makes the finding: the rule's texts, the fingerprint, and whether it was agreed on. */
export function toFinding(judged: JudgedChange, agreements: Agreements): Finding {
  const { change, verdict, why, proof, parties } = judged;
  const rule = ruleFor(change.kind);
  const mark = fingerprint(rule.id, change);
  const agreed = verdict === 'compatible' ? undefined : agreements.accept.find((acceptance) => acceptance.finding === mark);
  const expired = agreed?.until !== undefined && agreed.until < agreements.today;
  const advice = verdict === 'compatible' ? undefined : rule.advice(change);
  const reminder = expired ? `Its acceptance ran out on ${agreed.until}.` : undefined;
  const said = [advice, reminder].filter((text) => text !== undefined).join(' ');
  return {
    id: rule.id,
    verdict,
    change,
    message: rule.message(change),
    why,
    ...(said !== '' && { advice: said }),
    parties,
    ...(proof && { proof }),
    fingerprint: mark,
    ...(agreed && !expired && { accepted: { reason: agreed.reason, ...(agreed.until !== undefined && { until: agreed.until }) } }),
  };
}

/** Who uses what a fact is about: the interaction, or anything the service provides. */
function namesOf(system: System, change: Change): readonly string[] {
  const provided = findContract(system, change.service)?.provides ?? [];
  const own = [change.interaction, change.formerly].filter((id) => id !== undefined);
  const ids = own.length > 0 ? own : provided.map((interaction) => interaction.id);
  const prefix = `${change.service}.`;
  const ofRemoved = change.interaction === undefined ? [...system.users.keys()].filter((id) => id.startsWith(prefix)) : [];
  const users = [...new Set([...ids, ...ofRemoved])].flatMap((id) => usersOf(system, id).map((user) => user.contract.service));
  return [...new Set(users)].sort();
}
