import { row } from '../row.ts';

type Named = { readonly interaction: string };

/** Why something may come, or be waited for, as late as it does. */
export type LateBecause = 'retry' | 'expire' | 'timeout';

/** Findings about durations that do not fit each other. */
export const TIMING_ROWS = {
  'retry-outlives-timeout': row<
    Named & { readonly total: string; readonly timeout: string; readonly fits: number; readonly gathers: boolean }
  >({
    severity: 'warning',
    describes: 'A receiver tries for longer than anybody waits for its answer.',
    message: ({ interaction, total, timeout }) => `${interaction} is retried for up to ${total}, but answers are awaited for ${timeout}.`,
    why: ({ gathers }) =>
      gathers
        ? 'An answer of the later attempts comes after the deadline, and is dropped.'
        : 'Past its deadline a request is dropped, so the later attempts never happen.',
    advice: ({ total, fits }) =>
      `Make "timeout" longer than ${total}, or ${fits > 1 ? `"attempts" at most ${fits}` : 'leave "retry" out'}.`,
  }),
  'deduplication-too-short': row<Named & { readonly within: string; readonly span: string; readonly because: LateBecause }>({
    severity: 'warning',
    describes: 'A message is forgotten while a repetition of it may still come.',
    message: ({ interaction, within, span }) => `${interaction} is remembered for ${within}, but may come again for ${span}.`,
    why: ({ because }) => `${LATE[because]} A repetition that comes after it was forgotten is handled as if it were new.`,
    advice: ({ span }) => `Make "within" at least ${span}.`,
  }),
  'deduplication-without-window': row<Named>({
    severity: 'info',
    describes: 'Nothing says how long a message is remembered.',
    message: ({ interaction }) => `${interaction} does not say how long its messages are remembered.`,
    why: () => 'A value of the message may come back on purpose, months later, and would be taken for a repetition as long as it is known.',
    advice: () => 'Add "within: 7d", longer than any repetition may take.',
  }),
  'retention-too-short': row<Named & { readonly retain: string; readonly span: string; readonly because: LateBecause }>({
    severity: 'warning',
    describes: 'A log drops messages that somebody may still handle.',
    message: ({ interaction, retain, span, because }) => `${interaction} is kept for ${retain}, but ${STILL[because]} ${span}.`,
    why: ({ because }) =>
      because === 'expire'
        ? 'A message that is not handled in time would be dropped by the log, and never become a dead letter.'
        : because === 'timeout'
          ? 'A request could be dropped by the log while its caller still waits.'
          : 'A message that is held back by its key stays in the log until it is done, and could be dropped there before its last attempt.',
    advice: ({ span }) => `Make "retain" at least ${span}.`,
  }),
  'compacted-log-expires': row<Named & { readonly expire: string }>({
    severity: 'warning',
    describes: 'The latest message of each key is kept for ever, and expires.',
    message: ({ interaction, expire }) => `${interaction} keeps the latest message of each key, which expires after ${expire}.`,
    why: () => 'Whoever reads the log from its beginning, as a new user does, would find dead letters in place of the latest state.',
    advice: () => 'Remove "expire", or "compact".',
  }),
  'start-meets-expiry': row<Named & { readonly expire: string }>({
    severity: 'warning',
    describes: 'A user begins with the oldest message of a log whose messages have expired.',
    message: ({ interaction, expire }) => `It begins with the oldest message of ${interaction}, which expires after ${expire}.`,
    why: () => 'Everything older becomes a dead letter at once, all of it on the first day.',
    advice: () => 'Leave "start" out, so that it begins with what comes from now on.',
  }),
} as const;

const LATE: Readonly<Record<LateBecause, string>> = {
  retry: 'It is tried for that long.',
  expire: 'It may wait that long before it expires.',
  timeout: 'Its caller may send it again until the timeout.',
};

const STILL: Readonly<Record<LateBecause, string>> = {
  retry: 'tried, in order, for up to',
  expire: 'expires only after',
  timeout: 'its answer is awaited for',
};
