/**
 * What RabbitMQ makes of the settings in policies: which types of queues take them, and what counts where a policy, an operator's policy and an
 * argument say different things. Tried on 3.10.8 and 4.0.5 (decision 0042).
 */
import type { JsonObject, JsonValue } from '../../source/json.ts';
import { compareVersions } from '../../topology/broker-features.ts';
import type { QueueType } from '../../topology/queue-arguments.ts';

/** What a policy may apply to: a type of queue, or an exchange. */
export type TargetType = QueueType | 'exchange';

type Taking = (type: QueueType, version: string | undefined) => boolean | undefined;

const only =
  (...types: readonly QueueType[]): Taking =>
  (type) =>
    types.includes(type);

const everything = only('classic', 'quorum', 'stream');
const notStreams = only('classic', 'quorum');

/** Changed for classic queues somewhere between the two versions that were tried. */
const classicFrom =
  (early: boolean, others: readonly QueueType[]): Taking =>
  (type, version) => {
    if (type !== 'classic') return others.includes(type);
    if (version === undefined) return undefined;
    if (compareVersions(version, '4.0') >= 0) return !early;
    return compareVersions(version, '3.11') < 0 ? early : undefined;
  };

const TAKING: ReadonlyMap<string, Taking> = new Map([
  ...['max-length', 'message-ttl', 'expires', 'overflow', 'dead-letter-exchange', 'dead-letter-routing-key'].map(
    (key) => [key, notStreams] as const,
  ),
  ...['max-length-bytes', 'alternate-exchange', 'consumer-timeout', 'queue-version'].map((key) => [key, everything] as const),
  ...['dead-letter-strategy', 'delivery-limit', 'target-group-size'].map((key) => [key, only('quorum')] as const),
  ...['max-age', 'stream-max-segment-size-bytes', 'initial-cluster-size'].map((key) => [key, only('stream')] as const),
  ...['queue-mode', 'queue-master-locator', 'ha-mode', 'ha-params', 'ha-sync-mode', 'ha-promote-on-shutdown', 'ha-promote-on-failure'].map(
    (key) => [key, only('classic')] as const,
  ),
  ['queue-leader-locator', classicFrom(false, ['quorum', 'stream'])],
  ['max-in-memory-length', classicFrom(true, ['quorum'])],
  ['max-in-memory-bytes', classicFrom(true, ['quorum'])],
]);

/**
 * Whether a policy with these settings applies to queues of a type at all: RabbitMQ passes over a policy as a whole where it has one setting that
 * the type does not take. Undefined where a setting is not known here.
 */
export function takesSettings(type: TargetType, definition: JsonObject, version: string | undefined): boolean | undefined {
  if (type === 'exchange') return true;
  const takes = Object.keys(definition).map((key) => TAKING.get(key)?.(type, version));
  return takes.includes(false) ? false : takes.includes(undefined) ? undefined : true;
}

/** Settings of which the lower number counts, whoever says it. */
const LOWER_COUNTS: ReadonlySet<string> = new Set([
  'max-length',
  'max-length-bytes',
  'message-ttl',
  'expires',
  'delivery-limit',
  'max-in-memory-length',
  'max-in-memory-bytes',
]);

/** Two numbers of one setting as one; below zero is no limit. */
function lower(one: number, other: number): number {
  return one < 0 ? other : other < 0 ? one : Math.min(one, other);
}

/** What is in force of a user's and an operator's policy together. */
export function mergeOperator(own: JsonObject, operator: JsonObject): JsonObject {
  const merged: Record<string, JsonValue> = { ...own };
  for (const [key, value] of Object.entries(operator)) {
    const said = Object.hasOwn(own, key) ? own[key] : undefined;
    if (key === 'target-group-size' && typeof said === 'number' && typeof value === 'number') merged[key] = Math.max(said, value);
    else merged[key] = LOWER_COUNTS.has(key) && typeof said === 'number' && typeof value === 'number' ? lower(said, value) : value;
  }
  return merged;
}

/** The settings in force on a queue or an exchange with these arguments, under the names that policies give them. */
export function settingsInForce(type: TargetType, args: JsonObject, policies: JsonObject): JsonObject {
  const settings: Record<string, JsonValue> = { ...policies };
  for (const [argument, value] of Object.entries(args)) {
    const key = argument.replace(/^x-/, '');
    const said = Object.hasOwn(policies, key) ? policies[key] : undefined;
    const isPolicys = said !== undefined && (type === 'stream' || (type === 'quorum' && key === 'overflow'));
    if (isPolicys) continue;
    settings[key] = LOWER_COUNTS.has(key) && typeof said === 'number' && typeof value === 'number' ? lower(said, value) : value;
  }
  return settings;
}

/** Settings that decide what becomes of messages: what of them somebody else's policy changes is worth telling. */
export const TELLING_SETTINGS: readonly string[] = [
  'max-length',
  'max-length-bytes',
  'message-ttl',
  'expires',
  'max-age',
  'overflow',
  'delivery-limit',
  'dead-letter-exchange',
  'dead-letter-routing-key',
  'dead-letter-strategy',
  'alternate-exchange',
];

/** A setting of those in force, with what RabbitMQ does where nobody says anything. */
export function settingOf(settings: JsonObject, key: string, type: TargetType, version: string | undefined): JsonValue | undefined {
  if (Object.hasOwn(settings, key)) return settings[key];
  // From 4.0 on a quorum queue brings a message again so many times.
  const isLimited = key === 'delivery-limit' && type === 'quorum' && (version === undefined || compareVersions(version, '4.0') >= 0);
  return isLimited ? 20 : undefined;
}
