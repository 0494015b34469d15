import { isObject, type JsonValue, ownProperty } from '../source/json.ts';
import { DEFAULT_RETRY } from './delivery.ts';
import { booleanAt, choiceAt, countAt, durationAt, numberAt, pointersAt, textAt, withoutUndefined } from './fields.ts';
import type { DeadLetters, Deduplication, Delivery, Limit, Retention, RetryPolicy } from './model.ts';
import { parseDuration, parseSize } from './quantities.ts';

/** Reads `delivery:`. */
export function toDelivery(written: JsonValue | undefined): Delivery {
  const retain = ownProperty(written, 'retain');
  return withoutUndefined<Delivery>({
    outbox: isObject(ownProperty(written, 'outbox')) ? true : booleanAt(written, 'outbox'),
    key: pointersAt(written, 'key'),
    order: choiceAt(written, 'order', ['key', 'none']),
    partitions: countAt(written, 'partitions'),
    retain: toRetention(retain),
    tombstone: booleanAt(written, 'tombstone'),
    expire: durationAt(written, 'expire'),
    retry: toRetry(ownProperty(written, 'retry')),
    deduplicate: toDeduplication(ownProperty(written, 'deduplicate')),
    maxLength: countAt(written, 'max-length'),
    overflow: choiceAt(written, 'overflow', ['drop-head', 'reject-publish']),
    deadLetters: toDeadLetters(ownProperty(written, 'dead-letters')),
  });
}

function toDeadLetters(written: JsonValue | undefined): Delivery['deadLetters'] {
  if (written === false) return false;
  return isObject(written) ? withoutUndefined<DeadLetters>({ retain: durationAt(written, 'retain') }) : undefined;
}

/** Reads `limit:`. */
export function toLimit(written: JsonValue | undefined): Limit | undefined {
  const concurrent = countAt(written, 'concurrent');
  return concurrent === undefined ? undefined : withoutUndefined<Limit>({ concurrent, queued: numberAt(written, 'queued') });
}

/** Reads `retain:`, a duration or its parts. */
export function toRetention(written: JsonValue | undefined): Retention | undefined {
  if (typeof written === 'string') {
    const time = parseDuration(written);
    return time === undefined ? undefined : { time, compact: false };
  }
  if (!isObject(written)) return undefined;
  const size = textAt(written, 'size');
  return withoutUndefined<Retention>({
    time: durationAt(written, 'time'),
    size: size === undefined ? undefined : parseSize(size),
    compact: booleanAt(written, 'compact') ?? false,
  });
}

function toRetry(written: JsonValue | undefined): RetryPolicy | false | undefined {
  if (written === false) return false;
  if (written === true) return DEFAULT_RETRY;
  if (!isObject(written)) return undefined;
  const delay = durationAt(written, 'delay') ?? DEFAULT_RETRY.delay;
  return {
    attempts: countAt(written, 'attempts') ?? DEFAULT_RETRY.attempts,
    delay,
    factor: numberAt(written, 'factor') ?? DEFAULT_RETRY.factor,
    // A first pause longer than the default's ceiling is its own ceiling.
    maxDelay: durationAt(written, 'max-delay') ?? Math.max(delay, DEFAULT_RETRY.maxDelay),
  };
}

function toDeduplication(written: JsonValue | undefined): Deduplication | undefined {
  if (written === true) return { by: 'message-id' };
  if (!isObject(written)) return undefined;
  return withoutUndefined<Deduplication>({ by: pointersAt(written, 'by') ?? 'message-id', within: durationAt(written, 'within') });
}
