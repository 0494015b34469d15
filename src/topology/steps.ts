import type { JsonValue } from '../source/json.ts';
import type { Range } from '../source/source-file.ts';
import type { Approval } from './consent.ts';
import type { BrokerKind, Resource } from './model.ts';

/** What a step does: create `+`, change `~`, migrate `»`, delete `-`, refuse `!`. */
export type Action = 'create' | 'change' | 'migrate' | 'delete' | 'refuse';

/** What can go wrong with the messages while a step is carried out. */
export type Risk = 'safe' | 'duplicates' | 'order' | 'data-loss';

/** One attribute that differs. `undefined` (absent in JSON): not there. */
export type FieldChange = { readonly name: string; readonly from?: JsonValue; readonly to?: JsonValue };

/** One step of a plan. It keeps its cause; applying it decides nothing new. */
export type Step = {
  readonly action: Action;
  /** What the resource shall be; for `delete` what it is. */
  readonly resource: Resource;
  readonly fields: readonly FieldChange[];
  /** The contract line that asks for it, or that nothing asks for it any more. */
  readonly cause: Range | 'not-in-contract';
  readonly risk: Risk;
  /** Why this action, where it is not obvious; a full sentence. */
  readonly reason?: string;
  /** The consents it waits for that were not given. Such a step is shown and not applied. */
  readonly waitsFor: readonly Approval[];
  /** Keys of the resources whose steps must succeed first. */
  readonly needs: readonly string[];
  /** What it makes may be there already, which cannot be seen; then nothing happens. */
  readonly repeats?: true;
};

/** What would change on one target, in the order in which it would be applied. */
export type Plan = {
  readonly transport: string;
  readonly broker: BrokerKind;
  /** Where, in words and without secrets: `file topology/rabbit.definitions.json`, `vhost /, RabbitMQ 4.0.5`. */
  readonly target: string;
  readonly readHash: string;
  /** Steps of one phase do not depend on each other; a phase begins when the one before has ended. */
  readonly phases: readonly (readonly Step[])[];
  /** How many resources are as they should be. */
  readonly unchanged: number;
  /** What people should know of this target beside the steps; full sentences. */
  readonly notes?: readonly string[];
};

/** All steps of a plan in order. */
export function stepsOf(plan: Plan): readonly Step[] {
  return plan.phases.flat();
}

/** Whether applying would do this step. */
export function isApplicable(step: Step): boolean {
  return step.action !== 'refuse' && step.waitsFor.length === 0;
}
