import type { ChangeKind } from './change.ts';

/** Which kind of fact a setting is, by its name in a contract, without the `uses.` or `channels.NAME.` before it. */
const KINDS: ReadonlyMap<string, ChangeKind> = new Map<string, ChangeKind>([
  ...(['description', 'owner', 'availability', 'deprecated', 'examples'] as const).map((name) => [name, 'annotation-changed'] as const),
  ['key', 'key-changed'],
  ['delivery.key', 'key-changed'],
  ['delivery.order', 'order-changed'],
  ['partitions', 'partitions-changed'],
  ['delivery.partitions', 'partitions-changed'],
  ['retain', 'retention-changed'],
  ['delivery.retain', 'retention-changed'],
  ['delivery.tombstone', 'tombstone-changed'],
  ['delivery.expire', 'expiry-changed'],
  ['delivery.max-length', 'queue-limit-changed'],
  ['delivery.overflow', 'queue-limit-changed'],
  ['delivery.dead-letters', 'dead-letters-changed'],
  ['delivery.retry', 'retry-changed'],
  ['delivery.deduplicate', 'deduplication-changed'],
  ['delivery.outbox', 'outbox-changed'],
  ['timeout', 'timeout-changed'],
  ['reply', 'reply-changed'],
  ['responders', 'responders-changed'],
  ['quorum', 'responders-changed'],
  ['respond', 'responders-changed'],
  ['address', 'reception-moved'],
]);

/** The kind of fact that a change of this setting is; `policy-changed` where it has no kind of its own. */
export function kindOfSetting(name: string): ChangeKind {
  return KINDS.get(name) ?? 'policy-changed';
}
