import type { JsonValue } from '../source/json.ts';
import type { Change } from './change.ts';

/** What a change means for somebody. `breaking` and `undecided` fail a comparison; docs/language.md, "What compatibility means". */
export type Verdict = 'breaking' | 'undecided' | 'risky' | 'compatible';

/** Who may go first when both sides are upgraded. */
export type UpgradeOrder = 'any' | 'provider-first' | 'users-first' | 'side-by-side';

/**
 * What shows that a change breaks: a message that the sender's version emits and the receiver's rejects or reads as another, a
 * routing key that no longer arrives, or both values.
 */
export type Proof =
  | {
      readonly kind: 'message';
      readonly message: JsonValue;
      /** Which version sends it; the other one rejects it. */
      readonly sentBy: 'before' | 'after';
      /** The receiver's validator, in its words: where in the message and what it expected. */
      readonly rejection: string;
    }
  | ({
      readonly kind: 'bytes';
      readonly message: JsonValue;
      /** The message as the sender writes it. */
      readonly hex: string;
      readonly sentBy: 'before' | 'after';
    } & ({ readonly reads: JsonValue } | { readonly error: string }))
  | {
      readonly kind: 'routing-key';
      /** A key of RabbitMQ that one version sends and that reaches no queue of the other. */
      readonly key: string;
      readonly exchange: string;
      /** What the other version's queues are bound by. */
      readonly binding: string;
      /** The queues of the project that miss it, sorted. */
      readonly queues: readonly string[];
      readonly sentBy: 'before' | 'after';
    }
  | { readonly kind: 'values'; readonly before?: JsonValue; readonly after?: JsonValue };

/** A change, judged. Plain data; texts are made from the rule's row. */
export type Finding = {
  /** The rule's id, stable for ever. */
  readonly id: string;
  readonly verdict: Verdict;
  readonly change: Change;
  /** What changed, who still runs the other version and what they experience, and what to do. */
  readonly message: string;
  readonly why: string;
  readonly advice?: string;
  /** Services, sorted: who sends what changed and who receives it. */
  readonly parties: { readonly senders: readonly string[]; readonly receivers: readonly string[] };
  readonly proof?: Proof;
  /** Twelve hex digits that name the same change in every run: from rule, subject and values, never from text or line. */
  readonly fingerprint: string;
  /** Agreed on in `msgctl.yaml`. */
  readonly accepted?: { readonly reason: string; readonly until?: string };
};

/** Two versions of a project, compared. */
export type Comparison = {
  /** Services of either version, sorted, with their contract versions. `needs`: the least version that tells of the changes, where there are any. */
  readonly services: readonly { readonly service: string; readonly before?: string; readonly after?: string; readonly needs?: string }[];
  /** Sorted by service, interaction, verdict. */
  readonly findings: readonly Finding[];
  /** The order that is safe for all changes together. */
  readonly order: UpgradeOrder;
  /** Whether going back to the old version is safe once the new one has run. */
  readonly rollbackSafe: boolean;
};
