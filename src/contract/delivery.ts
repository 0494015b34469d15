import type { Interaction, Limit, Deduplication, Milliseconds, RetryPolicy, Use } from './model.ts';

/** What holds for one receiver of an interaction, with every default filled in; docs/language.md, "Who decides what". */
export type ReceiverPolicy = {
  /** Absent: not retried. */
  readonly retry?: RetryPolicy;
  /** Whether messages of one key stay in order; then a retry holds its key in place and takes no ladder. */
  readonly ordered: boolean;
  readonly deduplicate?: Deduplication;
  readonly limit?: Limit;
  readonly maxLength?: number;
  readonly overflow?: 'drop-head' | 'reject-publish';
  readonly deadLetters: { readonly retain?: Milliseconds };
  readonly start: 'earliest' | 'latest';
};

/** What a notification or an event gets without a word: five attempts from one second, doubling, at most a minute apart. */
export const DEFAULT_RETRY: RetryPolicy = { attempts: 5, delay: 1_000, factor: 2, maxDelay: 60_000 };

/** The policy of whoever receives an interaction's first message: the provider itself (no `use`) or one of its users. */
export declare function receiverPolicy(interaction: Interaction, use?: Use): ReceiverPolicy;

/** The pauses between the attempts of a policy, one fewer than its attempts. */
export declare function retryDelays(policy: RetryPolicy): readonly Milliseconds[];
