import type { Transport } from '../contract/model.ts';
import type { System } from '../contract/system.ts';
import type { Approval } from './consent.ts';
import type { ActualTopology, BrokerKind, DesiredResource, Resource, Topology } from './model.ts';
import type { FieldChange, Risk, Step } from './steps.ts';

/** What it takes to change one attribute of a resource that is there. */
export type Mutability = {
  /** Where it stands, or only by making the resource anew. */
  readonly how: 'in-place' | 'replace';
  readonly risk: Risk;
  /** What there is to know about it; a full sentence. */
  readonly reason?: string;
};

/**
 * What it means to take a resource away. `consent`: only with `--allow delete`; `log`: with `--allow delete-log` as well, since it is a log that
 * is kept for later readers, and nobody has to be connected to need it.
 */
export type Deletion = { readonly consent: boolean; readonly log?: boolean; readonly risk: Risk };

/** Why something may not be made or left as it is, and in what it would differ from the contracts. */
export type ReviewedRefusal = { readonly reason: string; readonly fields: readonly FieldChange[] };

/** What the things on one target do to each other beyond what each is by itself, found before a plan is made. Keys are those of resources. */
export type Review = {
  /** What is wanted, fitted to what is there. */
  readonly desired: Topology;
  readonly refusals: ReadonlyMap<string, ReviewedRefusal>;
  /** What loses messages although it looks harmless, and why: full sentences. */
  readonly losses: ReadonlyMap<string, string>;
  /** What must be done before something may be changed or taken away. */
  readonly successors: ReadonlyMap<string, readonly string[]>;
  /** What something that is made must not be without: it waits for what these wait for. */
  readonly companions: ReadonlyMap<string, readonly string[]>;
  /** What people should know; full sentences. */
  readonly notes: readonly string[];
};

/** The pure side of a broker: what contracts become there and how its resources differ. */
export interface BrokerSpec {
  readonly kind: BrokerKind;
  /** The resources that the contracts ask of this transport, one entry for each thing that asks; `deriveTopology` lays them together. */
  derive(system: System, transport: Transport): readonly DesiredResource[];
  /** The attributes that differ, sorted by name; equal resources give an empty list on every version of the broker. */
  compare(desired: DesiredResource, actual: Resource): readonly FieldChange[];
  /** What it takes to carry out one difference that `compare` found. */
  mutability(kind: string, change: FieldChange): Mutability;
  /** What it means to take a resource away. */
  deletion(kind: string, resource: Resource): Deletion;
  /** The consent that every step on a resource of this kind waits for, whatever it does: the rights of users. Undefined: it depends on the step. */
  consentFor(kind: string): Approval | undefined;
  /** In which phase a resource is made; deletions go the other way round, after everything else. */
  phaseOf(kind: string): number;
  /**
   * The same for deletions, where a broker takes away a whole together with its parts: kinds of one phase are given to `execute` at once, and
   * it keeps to `needs` among them. Absent: `phaseOf`.
   */
  removalPhaseOf?(kind: string): number;
  /** The key of the resource whose owner is this one's owner too (a binding's queue); undefined for what has a mark of its own. */
  belongsTo(resource: Resource): string | undefined;
  /** What becomes of what is wanted beside everything else that is there. Absent: things do not touch each other. */
  review?(desired: Topology, actual: ActualTopology, project: string): Review;
  /**
   * What people should know of a broker that is set up as `ActualTopology.server` says, before they trust it with what the contracts promise;
   * full sentences. Throws `Failure` where nothing should be made there at all.
   */
  notes?(system: System, transport: Transport, server: NonNullable<ActualTopology['server']>): readonly string[];
}

/**
 * How one step ended. `message` is for people and holds no secret; `raw` is the broker's own text, shown with `--verbose`. `skipped`: it was not
 * tried, since something that it goes together with could not be done; `begun`: it was left half done.
 */
export type StepOutcome =
  | { readonly step: Step; readonly ok: true }
  | {
      readonly step: Step;
      readonly ok: false;
      readonly message: string;
      readonly raw?: string;
      readonly skipped?: true;
      readonly begun?: true;
    };

/** A step that the broker would not carry out, and why: full sentences for people, without secrets. */
export type Refusal = { readonly step: Step; readonly reason: string; readonly refuses?: true };

/** What there is to know about a step as things stand on the broker: full sentences for people. `risk`: what it is there, instead of what it can be. */
export type Note = { readonly step: Step; readonly reason: string; readonly refuses: false; readonly risk?: Risk };

/** Keeps other runs of the same project out of a target. It ends by itself with the run, however that ends. */
export type Lock = {
  /** Aborted where the lock is not ours any more: nothing more may be begun then. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
};

/** That nobody is kept out, and why: a full sentence for people. */
export type Unlocked = { readonly unlocked: string };

/** The side of a broker that touches the outside, loaded on demand. */
export interface BrokerAdmin {
  /** Where it works, in words and without secrets. */
  readonly target: string;
  /** Reads everything the plan needs: what is ours, what is `wanted`, and what others have where it can be listed. Throws `Failure` when it cannot. */
  inspect(signal: AbortSignal, wanted?: readonly Resource[]): Promise<ActualTopology>;
  /**
   * Asks the broker whether it would take these steps, without changing anything; gives those that it would refuse, and what stands in the way
   * of others at this moment. Absent where a broker cannot be asked. Throws `Failure` when it does not answer.
   */
  rehearse?(steps: readonly Step[], signal: AbortSignal): Promise<readonly (Refusal | Note)[]>;
  /**
   * Keeps other runs of the project out, before anything is changed. `holder` says who does, for whoever comes upon the lock. Absent where each
   * phase is one write that notices others by itself. Throws `Failure` where another run is at work.
   */
  lock?(holder: string): Promise<Lock | Unlocked>;
  /** Carries out the steps of one phase, as many at once as the target bears, and tells how each ended. Never throws for one step's failure. Once the signal is aborted it begins no step more; those have no outcome. */
  execute(steps: readonly Step[], signal: AbortSignal): AsyncIterable<StepOutcome>;
  close(): Promise<void>;
}
