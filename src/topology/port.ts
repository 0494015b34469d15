import type { Transport } from '../contract/model.ts';
import type { System } from '../contract/system.ts';
import type { ActualTopology, BrokerKind, DesiredResource, Resource } from './model.ts';
import type { FieldChange, Step } from './steps.ts';

/** The pure side of a broker: what contracts become there and how its resources differ. */
export interface BrokerSpec {
  readonly kind: BrokerKind;
  /** The resources that the contracts ask of this transport, sorted by phase and name. */
  derive(system: System, transport: Transport): readonly DesiredResource[];
  /** The attributes that differ; equal resources give an empty list on every version of the broker. */
  compare(desired: Resource, actual: Resource): readonly FieldChange[];
  /** Whether an attribute of a resource can be changed where it stands, or only by making the resource anew. */
  mutability(kind: string, attribute: string): 'in-place' | 'replace';
  /** In which phase a resource is made; deletions go the other way round, after everything else. */
  phaseOf(kind: string): number;
  /** Whether a found resource belongs to an owner through another one (a binding through its queue): that resource's key. */
  belongsTo(resource: Resource): string | undefined;
}

/** How one step ended. `message` is for people and holds no secret; `raw` is the broker's own text, shown with `--verbose`. */
export type StepOutcome =
  | { readonly step: Step; readonly ok: true }
  | { readonly step: Step; readonly ok: false; readonly message: string; readonly raw?: string };

/** The side of a broker that touches the outside: three methods, loaded on demand. */
export interface BrokerAdmin {
  /** Where it works, in words and without secrets. */
  readonly target: string;
  /** Reads everything the plan needs. Throws `Failure` when it cannot. */
  inspect(signal: AbortSignal): Promise<ActualTopology>;
  /** Carries out the steps of one phase, as many at once as the target bears, and tells how each ended. Never throws for one step's failure. */
  execute(steps: readonly Step[], signal: AbortSignal): AsyncIterable<StepOutcome>;
  close(): Promise<void>;
}
