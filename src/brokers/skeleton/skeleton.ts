/** What `msgctl import` makes of a broker: contracts to be, before they are text. docs/decisions/0039-import.md. */
import type { JsonObject } from '../../source/json.ts';

/** One interaction or use to be. */
export type Entry = {
  /** Of an interaction its name, of a use the id of the interaction (`orders.created`). */
  readonly name: string;
  /** What was guessed, and what else is to be known; sentences that stand above it as comments. */
  readonly remarks: readonly string[];
  /** What the contract says of it, in the order in which it is written. */
  readonly settings: JsonObject;
  /** What stands on the broker for it, in words: `queue "billing" bound to …`. Told where the entry has to be left out after all. */
  readonly stands: string;
};

/** One service to be. */
export type SkeletonService = {
  readonly name: string;
  readonly provides: readonly Entry[];
  readonly uses: readonly Entry[];
};

/** Something on the broker that no contract speaks of, and why. `what` in words: `queue "jobs"`; `reason` in full sentences. */
export type LeftOut = { readonly what: string; readonly reason: string };

/** All services to be, and what is none of theirs. */
export type Skeleton = { readonly services: readonly SkeletonService[]; readonly leftOut: readonly LeftOut[] };

/** The payloads that nobody can read of a broker: `{}` takes any message. */
export type PayloadRole = 'message' | 'request' | 'response';
