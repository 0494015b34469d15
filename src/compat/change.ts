import type { Payload } from '../contract/model.ts';
import type { JsonObject, JsonValue } from '../source/json.ts';
import type { Range } from '../source/source-file.ts';

/** What kind of fact it is; each is judged by exactly one row of `rules/`. Closed: a new kind fails to compile wherever it must be learnt. */
export type ChangeKind =
  | 'service-added'
  | 'service-removed'
  | 'interaction-added'
  | 'interaction-removed'
  | 'interaction-renamed'
  | 'pattern-changed'
  | 'transport-changed'
  | 'channel-changed'
  | 'encoding-changed'
  | 'address-changed'
  | 'policy-changed'
  | 'partitions-changed'
  | 'key-changed'
  | 'order-changed'
  | 'retention-changed'
  | 'tombstone-changed'
  | 'expiry-changed'
  | 'queue-limit-changed'
  | 'dead-letters-changed'
  | 'retry-changed'
  | 'deduplication-changed'
  | 'outbox-changed'
  | 'reception-moved'
  | 'timeout-changed'
  | 'reply-changed'
  | 'responders-changed'
  | 'payload-added'
  | 'payload-removed'
  | 'use-added'
  | 'use-removed'
  | 'property-added'
  | 'property-removed'
  | 'property-became-required'
  | 'property-became-optional'
  | 'type-changed'
  | 'enum-value-added'
  | 'enum-value-removed'
  | 'enum-introduced'
  | 'enum-dropped'
  | 'object-closed'
  | 'object-opened'
  | 'constraint-changed'
  | 'field-number-changed'
  | 'field-number-reused'
  | 'field-renamed'
  | 'wire-type-changed'
  | 'oneof-changed'
  | 'enum-number-changed'
  | 'enum-value-renamed'
  | 'number-not-reserved'
  | 'reservation-dropped'
  | 'annotation-changed'
  | 'default-changed'
  | 'meaning-changed'
  | 'version-bump-too-small'
  | 'schema-changed';

/**
 * A fact about two versions: free of direction and judgement.
 *
 * A payload fact says in which payload and where in the message (`path`, a JSON pointer into the message with `*` for any item);
 * `before` and `after` are the values that differ and where they stand. Of something removed, `after` points at what encloses it, and the other way round.
 */
export type Change = {
  readonly kind: ChangeKind;
  readonly service: string;
  /** Absent for a fact about the service itself. */
  readonly interaction?: string;
  /** What the interaction was called before, where it was renamed. */
  readonly formerly?: string;
  /** Of an interaction that is gone: one that looks the same and is new, so that it may have been renamed. */
  readonly successor?: string;
  readonly payload?: Pick<Payload, 'role' | 'name'>;
  readonly path: string;
  /** What is named: a property, a keyword, an enum's value as JSON, a setting. */
  readonly name: string;
  readonly before: Side;
  readonly after: Side;
  /** Of a property added or removed: whether it must be there. */
  readonly required?: boolean;
};

/** One version's side of a fact. `types` are those that the value refers to, by their place: they tell two changes apart that are written alike. */
export type Side = { readonly value?: JsonValue; readonly at?: Range; readonly types?: JsonObject };
