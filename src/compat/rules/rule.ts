import type { System } from '../../contract/system.ts';
import type { JsonValue } from '../../source/json.ts';
import type { Change, ChangeKind } from '../change.ts';
import type { Direction } from '../exposure.ts';
import type { Proof, Verdict } from '../finding.ts';

/** Rules that are read side by side stand in one file, the family. */
type Family = 'presence' | 'types' | 'enums' | 'objects' | 'constraints' | 'composition' | 'protocol' | 'wire' | 'settings' | 'meta';

/** Who meets whom while two versions run: `catalog (1.5.0)` sends, `learners and mailer (1.4.0)` receive. */
export type Meeting = { readonly senders: string; readonly receivers: string; readonly direction: Direction };

type Row<K extends ChangeKind> = {
  /** Stable for ever, and the kind of fact it judges: each kind has exactly one rule. */
  readonly id: K;
  readonly family: Family;
  /** What the rule is about, for `msgctl rules`. */
  readonly describes: string;
  /** What changed, in one sentence. */
  readonly message: (change: Change) => string;
  /** What to do where it breaks somebody. */
  readonly advice: (change: Change) => string;
};

/** A rule about a payload: the decision procedure grades it, the row says what the break means for the parties. */
export type PayloadRule<K extends ChangeKind = ChangeKind> = Row<K> & {
  readonly grades: 'payload';
  readonly experience: (change: Change, meeting: Meeting) => string;
  /** What may hurt although either version reads the other's messages. */
  readonly risk?: (change: Change) => string;
};

/** A rule about services, interactions and their settings: graded by what is known of their users. */
export type SystemRule<K extends ChangeKind = ChangeKind> = Row<K> & {
  readonly grades: 'system';
  readonly judge: (change: Change, situation: Situation) => Judgement;
};

export type Rule<K extends ChangeKind = ChangeKind> = PayloadRule<K> | SystemRule<K>;

/** The rules of one family, by the kind they judge. */
export type RuleFamily<K extends ChangeKind> = { readonly [Kind in K]: Rule<Kind> };

/** What a rule about systems may look at. */
export type Situation = {
  readonly before: System;
  readonly after: System;
  readonly users: { readonly before: readonly string[]; readonly after: readonly string[] };
  /** The ISO date on which it is asked. */
  readonly today: string;
};

/** What a fact about a system means, and in which order both sides may be upgraded. */
export type Judgement = {
  readonly verdict: Verdict;
  readonly why: string;
  readonly proof?: Proof;
  readonly providerFirst: boolean;
  readonly usersFirst: boolean;
};

/** A judgement that holds whoever upgrades first. */
export function inAnyOrder(verdict: 'compatible' | 'risky', why: string): Judgement {
  return { verdict, why, providerFirst: true, usersFirst: true };
}

/** A judgement under which no order is known to be safe. */
export function inNoOrder(verdict: 'breaking' | 'undecided', why: string, proof?: Proof): Judgement {
  return { verdict, why, providerFirst: false, usersFirst: false, ...(proof && { proof }) };
}

/** `a`, `a and b`, `a, b and c`; what to say where there is none. */
export function listNames(names: readonly string[], none: string): string {
  if (names.length <= 1) return names[0] ?? none;
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** A value in one way everywhere: JSON, or the word for its absence. */
export function spellValue(value: JsonValue | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

/** From what to what. */
export function spellChange(change: Change): string {
  return `${spellValue(change.before.value)} → ${spellValue(change.after.value)}`;
}

/** Which version sends. */
export function isNewSender(meeting: Meeting): boolean {
  return meeting.direction === 'forward';
}
