/**
 * What RabbitMQ makes of the arguments of a queue: data, one row for each argument. Taken from what each type of queue says it can do
 * (`rabbit_classic_queue`, `rabbit_quorum_queue` and `rabbit_stream_queue`), and tried on 3.10 and 4.0.
 */
import { oneOf } from '../diagnostics/suggest.ts';
import type { JsonValue } from '../source/json.ts';

/** The types of queues. */
export type QueueType = 'classic' | 'quorum' | 'stream';

/** Every type of queue. */
export const QUEUE_TYPES: readonly QueueType[] = ['classic', 'quorum', 'stream'];

/** What RabbitMQ knows of one argument. Versions are the first in which something holds. */
export type QueueArgument = {
  readonly types: readonly QueueType[];
  /** What its value is, in words that follow "is". */
  readonly wants: string;
  readonly takes: (value: JsonValue) => boolean;
  readonly since?: string;
  /** The same where it came later to quorum queues than to others. */
  readonly sinceInQuorum?: string;
  /** From this version on it is taken and changes nothing. */
  readonly ignoredSince?: string;
  /** From this version on a queue with it is refused. */
  readonly refusedSince?: string;
};

type Rest = Pick<QueueArgument, 'since' | 'sinceInQuorum' | 'ignoredSince' | 'refusedSince'>;

const classic: readonly QueueType[] = ['classic'];
const quorum: readonly QueueType[] = ['quorum'];
const stream: readonly QueueType[] = ['stream'];
const queues: readonly QueueType[] = ['classic', 'quorum'];

function whole(types: readonly QueueType[], from: number, rest: Rest & { readonly to?: number } = {}): QueueArgument {
  const { to = Number.MAX_SAFE_INTEGER, ...versions } = rest;
  const range = to === Number.MAX_SAFE_INTEGER ? `of at least ${from}` : `from ${from} to ${to}`;
  return {
    types,
    wants: `a whole number ${range}`,
    takes: (value) => typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to,
    ...versions,
  };
}

function text(types: readonly QueueType[], rest: Rest = {}): QueueArgument {
  return { types, wants: 'a text', takes: (value) => typeof value === 'string', ...rest };
}

function listed(types: readonly QueueType[], values: readonly JsonValue[], rest: Rest = {}): QueueArgument {
  return { types, wants: oneOf(values.map(String)), takes: (value) => values.includes(value), ...rest };
}

/** The arguments by name. */
export const QUEUE_ARGUMENTS: ReadonlyMap<string, QueueArgument> = new Map([
  ['x-queue-type', listed(QUEUE_TYPES, QUEUE_TYPES)],
  ['x-expires', whole(queues, 1)],
  ['x-message-ttl', whole(queues, 0, { sinceInQuorum: '3.10' })],
  ['x-dead-letter-exchange', text(queues)],
  ['x-dead-letter-routing-key', text(queues)],
  ['x-dead-letter-strategy', listed(quorum, ['at-most-once', 'at-least-once'], { since: '3.10' })],
  ['x-max-length', whole(queues, 0)],
  ['x-max-length-bytes', whole(QUEUE_TYPES, 0)],
  ['x-max-in-memory-length', whole(quorum, 0, { ignoredSince: '3.10' })],
  ['x-max-in-memory-bytes', whole(quorum, 0, { ignoredSince: '3.10' })],
  ['x-overflow', listed(queues, ['drop-head', 'reject-publish', 'reject-publish-dlx'])],
  ['x-max-priority', whole(classic, 0, { to: 255 })],
  ['x-queue-mode', listed(classic, ['default', 'lazy'], { ignoredSince: '3.12', refusedSince: '4.3' })],
  ['x-queue-version', listed(classic, [1, 2], { since: '3.10' })],
  ['x-queue-master-locator', text(classic)],
  ['x-queue-leader-locator', text(QUEUE_TYPES)],
  ['x-single-active-consumer', listed(queues, [true, false])],
  ['x-delivery-limit', whole(quorum, -1)],
  ['x-quorum-initial-group-size', whole(quorum, 1)],
  ['x-quorum-target-group-size', whole(quorum, 1)],
  ['x-consumer-timeout', whole(queues, 1, { since: '3.12' })],
  ['x-consumer-disconnected-timeout', whole(quorum, 1, { since: '4.3' })],
  ['x-delayed-retry-type', text(quorum, { since: '4.3' })],
  ['x-delayed-retry-min', whole(quorum, 0, { since: '4.3' })],
  ['x-delayed-retry-max', whole(quorum, 0, { since: '4.3' })],
  ['x-member-placement-tag', text(quorum, { since: '4.3' })],
  [
    'x-max-age',
    { types: stream, wants: 'an age such as 7D or 12h', takes: (value) => typeof value === 'string' && /^[0-9]+[YMDhms]$/.test(value) },
  ],
  ['x-stream-max-segment-size-bytes', whole(stream, 1)],
  ['x-stream-filter-size-bytes', whole(stream, 16, { to: 255, since: '3.13' })],
  ['x-initial-cluster-size', whole(stream, 1)],
]);
