import { quoteText } from '../../source/quote.ts';
import { row } from '../row.ts';
import { adviseName } from '../suggest.ts';

type Named = { readonly interaction: string };

/** Findings about how messages are kept, ordered and tried again. */
export const DELIVERY_ROWS = {
  'retain-without-log': row<{ readonly transport: string; readonly kind: string }>({
    severity: 'error',
    describes: 'Messages are to be kept on a transport that keeps no log.',
    message: ({ transport, kind }) => `${transport} (${kind}) keeps no log.`,
    why: () => 'A message is gone there once it is handled, so nothing is retained and nothing can be replayed.',
    advice: () => 'Remove "retain", or use a transport of kind kafka or redis.',
  }),
  'missing-retain': row<Named & { readonly transport: string }>({
    severity: 'error',
    describes: 'A Redis stream has no end to what it keeps.',
    message: ({ interaction }) => `${interaction} does not say how long it is kept.`,
    why: ({ transport }) => `${transport} is a Redis, where a stream that nothing trims grows until memory is full.`,
    advice: () => 'Add "delivery: { retain: 1h }", longer than any receiver may be away.',
  }),
  'tombstone-without-compact': row<Named>({
    severity: 'error',
    describes: 'A key can be deleted on a log that does not keep by key.',
    message: ({ interaction }) => `${interaction} has tombstones, but its log is not compacted.`,
    why: () => 'A tombstone deletes what is kept for its key, and only a compacted log keeps by key.',
    advice: () => 'Add "compact: true" to "retain", or remove "tombstone".',
  }),
  'compact-without-key': row<Named>({
    severity: 'error',
    describes: 'A log is compacted, and its messages have no key.',
    message: ({ interaction }) => `${interaction} is compacted, but has no key.`,
    why: () => 'Compaction keeps the latest message of each key.',
    advice: () => 'Add "key", the property that tells one thing from another.',
  }),
  'order-without-key': row<Named>({
    severity: 'error',
    describes: 'The order of a key is to be kept, and there is no key.',
    message: ({ interaction }) => `${interaction} is to keep the order of a key, but has none.`,
    why: () => 'Messages are in order among those of one key.',
    advice: () => 'Add "key", or remove "order".',
  }),
  'channel-decides': row<Named & { readonly key: string; readonly channel: string }>({
    severity: 'error',
    describes: 'An event says what its channel has decided already.',
    message: ({ key, channel }) => `${quoteText(key)} is decided by the channel ${channel}.`,
    why: ({ interaction }) => `${interaction} shares one log with other events, and a log has it once.`,
    advice: ({ channel }) => `Move it to "${channel}" under "channels".`,
  }),
  'channel-in-two-places': row<{ readonly key: string; readonly id: string; readonly other: string; readonly channel: string }>({
    severity: 'error',
    describes: 'Events of one channel are said to be in different places.',
    message: ({ key, id, other, channel }) => `${id} and ${other} share the channel ${channel}, and differ in ${quoteText(key)}.`,
    why: () => 'A channel is one exchange, topic or stream, and each of its users receives all of it in one queue or group.',
    advice: ({ key }) => `Write the same ${quoteText(key)} at both, or at one of them only: it holds for all.`,
  }),
  'unknown-property': row<{ readonly pointer: string; readonly of: string; readonly known: readonly string[]; readonly missing: string }>({
    severity: 'error',
    describes: 'A pointer leads to a property that the schema does not have.',
    message: ({ pointer, of }) => `${of} has no property ${quoteText(pointer)}.`,
    why: () => 'The value would be missing in each message.',
    advice: ({ missing, known }) => adviseName(missing, known, 'Add the property to the schema, or mend the pointer.'),
  }),
  'retry-delays-contradict': row<{ readonly delay: string; readonly maxDelay: string }>({
    severity: 'error',
    describes: 'The first pause of a retry policy is longer than its longest.',
    message: ({ delay, maxDelay }) => `The first pause, ${delay}, is longer than "max-delay", ${maxDelay}.`,
    why: () => 'No pause may be longer than "max-delay", so one of the two does not hold.',
    advice: ({ delay }) => `Make "max-delay" at least ${delay}, or "delay" shorter.`,
  }),
  'retry-outlives-expiry': row<Named & { readonly total: string; readonly expire: string; readonly fits: number }>({
    severity: 'warning',
    describes: 'A message expires before its last attempt.',
    message: ({ interaction, total, expire }) => `${interaction} is retried for up to ${total}, but expires after ${expire}.`,
    why: () => 'The last attempt never happens.',
    advice: ({ total, fits }) => `Make "expire" longer than ${total}, or "attempts" at most ${fits}.`,
  }),
  'limit-too-large': row<Named & { readonly limit: number; readonly most: number; readonly transport: string }>({
    severity: 'error',
    describes: 'More messages are to be in one process than its transport can hand out.',
    message: ({ interaction, limit, transport }) =>
      `${interaction} is to have ${limit} messages in one process, and comes over ${transport}.`,
    why: ({ most }) => `RabbitMQ counts them in 16 bits: a consumer gets at most ${most} before it has finished one.`,
    advice: ({ most }) => `Make "concurrent" and "queued" at most ${most} together; more work is done by more instances.`,
  }),
  'overflow-without-max-length': row<Named>({
    severity: 'warning',
    describes: 'It is said what a full queue does, and not when a queue is full.',
    message: ({ interaction }) => `${interaction} says what a full queue does, and no queue of it is ever full.`,
    why: () => 'Without "max-length" a queue grows until the memory or the disk of its broker ends.',
    advice: () => 'Add "max-length: 10000", or remove "overflow".',
  }),
  'partitions-without-key': row<Named & { readonly partitions: number; readonly ordered: boolean; readonly transport: string }>({
    severity: 'warning',
    describes: 'A Redis stream is to have shards, and nothing says which message belongs to which.',
    message: ({ interaction, partitions, ordered }) =>
      `${interaction} is to have ${partitions} partitions, ${ordered ? 'but no key' : 'but gives up the order of its key'}.`,
    why: ({ transport }) => `${transport} is a Redis, where a stream is cut into shards by key; without one it stays whole.`,
    advice: ({ ordered }) => `${ordered ? 'Add "key"' : 'Remove "order: none"'}, or remove "partitions".`,
  }),
  'outbox-awaits-answer': row<Named & { readonly gathers: boolean }>({
    severity: 'warning',
    describes: 'Somebody awaits the answer to a message that waits in an outbox.',
    message: ({ interaction, gathers }) =>
      gathers
        ? `${interaction} goes through the outbox, and its answers are gathered.`
        : `${interaction} goes through the outbox, and its answer goes to the process that asked.`,
    why: () => 'What is in an outbox is sent after the transaction, by whichever process relays it: the one that asked may be long gone.',
    advice: ({ gathers }) =>
      gathers
        ? 'Remove "outbox", or use publish-subscribe and let users answer with messages of their own.'
        : 'Use "reply: durable" at the provider, or remove "outbox".',
  }),
} as const;
