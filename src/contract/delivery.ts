import { withoutUndefined } from './fields.ts';
import type { DeadLetters, Deduplication, Delivery, Interaction, Limit, Milliseconds, Pattern, RetryPolicy, Use } from './model.ts';

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
  /** `false`: msgctl keeps none. */
  readonly deadLetters: DeadLetters | false;
  readonly start: 'earliest' | 'latest';
};

/** What a notification or an event gets without a word: five attempts from one second, doubling, at most a minute apart. */
export const DEFAULT_RETRY: RetryPolicy = { attempts: 5, delay: 1_000, factor: 2, maxDelay: 60_000 };

/** Patterns whose receiver tries again without being told to: nobody waits for a notification or an event, so nobody else would. */
const RETRIED_BY_DEFAULT: ReadonlySet<Pattern> = new Set<Pattern>(['notification', 'publish-subscribe', 'publish-async-responses']);

/** The policy of whoever receives an interaction's first message: the provider itself (no `use`) or one of its users. */
export function receiverPolicy(interaction: Interaction, use?: Use): ReceiverPolicy {
  const provider = interaction.delivery;
  const own: Delivery = use?.delivery ?? provider;
  const retry = own.retry ?? provider.retry ?? (RETRIED_BY_DEFAULT.has(interaction.pattern) ? DEFAULT_RETRY : false);
  const order = provider.order ?? (provider.key ? 'key' : 'none');
  return withoutUndefined<ReceiverPolicy>({
    retry: retry === false ? undefined : retry,
    ordered: order === 'key',
    // Deduplication is nobody's default: what makes two messages the same to a receiver, only the receiver knows.
    deduplicate: own.deduplicate,
    limit: use ? (use.limit ?? interaction.limit) : interaction.limit,
    maxLength: own.maxLength ?? provider.maxLength,
    overflow: own.overflow ?? provider.overflow,
    deadLetters: own.deadLetters ?? provider.deadLetters ?? {},
    start: use?.start ?? 'latest',
  });
}

/** The pauses between the attempts of a policy, one fewer than its attempts. */
export function retryDelays(policy: RetryPolicy): readonly Milliseconds[] {
  return Array.from({ length: Math.max(0, policy.attempts - 1) }, (_, attempt) =>
    Math.round(Math.min(policy.delay * policy.factor ** attempt, policy.maxDelay)),
  );
}

/** How long a message is tried, from its first attempt to its last: all pauses together. */
export function retrySpan(policy: RetryPolicy): Milliseconds {
  return retryDelays(policy).reduce((sum, delay) => sum + delay, 0);
}

/** How many attempts of a policy begin before a time is over; the first always does. */
export function attemptsBefore(policy: RetryPolicy, limit: Milliseconds): number {
  let begins = 0;
  let attempts = 1;
  for (const delay of retryDelays(policy)) {
    begins += delay;
    if (begins >= limit) break;
    attempts += 1;
  }
  return attempts;
}
