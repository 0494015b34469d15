import type { JsonValue } from '../source/json.ts';
import type { Range } from '../source/source-file.ts';
import type { Approval } from './consent.ts';

/** The broker kinds that have a topology. */
export type BrokerKind = 'rabbitmq' | 'kafka' | 'redis';

/**
 * One thing on a broker, desired or found: an exchange, a queue, a topic, a group.
 *
 * `kind` and `name` identify it on its broker; `attributes` are all that is compared, already in the broker's own words and types
 * (a queue's `durable`, `arguments`; a topic's `partitions`, `configs.retention.ms`), flat, one entry for each thing that can differ.
 */
export type Resource = {
  readonly kind: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, JsonValue>>;
};

/** A resource that the contracts ask for. */
export type DesiredResource = Resource & {
  /** The contract lines that ask for it, the first being the one to show. */
  readonly causes: readonly [Range, ...Range[]];
  /**
   * `keep`: verify only, never create or change; `adopt`: take it over; `shared`: make it where it is not there, and leave it to others where it
   * is. Absent: msgctl makes it.
   */
  readonly existing?: 'keep' | 'adopt' | 'shared';
  /** Keys (`kind/name`) of resources that must be there first. */
  readonly needs: readonly string[];
  /** What else is set on it is taken back, where a broker has settings that nobody needs to list. */
  readonly exact?: true;
};

/** A resource that was found. `owner` is the project whose mark it carries; without one it is foreign and never touched. */
export type ActualResource = Resource & {
  readonly owner?: string;
  /** The key of the resource that is being made anew, of which this is a part that is there meanwhile: it goes when that is finished. */
  readonly migrates?: string;
};

/** What the contracts ask of one transport. */
export type Topology = { readonly transport: string; readonly broker: BrokerKind; readonly resources: readonly DesiredResource[] };

/** What was found on one target. */
export type ActualTopology = {
  readonly resources: readonly ActualResource[];
  /** Identifies what was read, so that a saved plan can be refused as stale. */
  readonly readHash: string;
  /** What the broker says of itself beside its resources, by its own names. */
  readonly server?: Readonly<Record<string, JsonValue>>;
  /** What there is to say on this target wherever a resource is made anew; a full sentence. */
  readonly replacing?: string;
  /** Kinds of resources that this target has no place for: what the contracts ask of them is not looked at. */
  readonly without?: readonly string[];
  /** Kinds of resources that may not be looked at with the rights at hand, and why: a full sentence. */
  readonly unseen?: { readonly kinds: readonly string[]; readonly reason: string };
  /** Kinds of resources that cannot be looked at and are made again each time, as nothing happens where one is there already; and why: a full sentence. */
  readonly repeats?: { readonly kinds: readonly string[]; readonly reason: string };
  /** Whether it cannot be told what was taken over earlier (`existing: adopt`). */
  readonly adoptionUnseen?: boolean;
  /** What could not be seen, or cannot be done with the rights at hand: full sentences, shown with the plan. */
  readonly notes?: readonly string[];
  /** Kinds of steps that this target does not carry out, by the consent they would need, each with the reason: full sentences. */
  readonly cannot?: Partial<Readonly<Record<Approval, string>>>;
};

/** Identity of a resource on its broker. */
export function resourceKey(resource: { readonly kind: string; readonly name: string }): string {
  return `${resource.kind}/${resource.name}`;
}
