/** What a plan cannot look at, because its target has no place for it or its user lacks the right. */

import type { Approval } from './consent.ts';
import { type ActualTopology, type DesiredResource, resourceKey, type Topology } from './model.ts';
import type { BrokerSpec } from './port.ts';
import type { Step } from './steps.ts';

/**
 * What is asked for without what is not looked at: kinds that the target has no place for, those that may not be seen and would wait for a consent
 * anyway, and what may not be made and cannot be verified.
 */
export function lookedAt(desired: Topology, actual: ActualTopology, spec: BrokerSpec, allow: readonly Approval[]): Topology {
  const { without = [], unseen, repeats } = actual;
  const waiting = (unseen?.kinds ?? []).filter((kind) => {
    const consent = spec.consentFor(kind);
    return consent !== undefined && !allow.includes(consent);
  });
  const left = new Set([...without, ...waiting]);
  if (left.size === 0 && !repeats) return desired;
  const there = new Set(actual.resources.map(resourceKey));
  const isBlind = ({ kind, existing, needs }: DesiredResource) =>
    existing === 'keep' && repeats?.kinds.includes(kind) === true && needs.every((key) => there.has(key));
  return { ...desired, resources: desired.resources.filter((resource) => !left.has(resource.kind) && !isBlind(resource)) };
}

/**
 * The same steps towards what is wanted, told apart where they make what may be there already: nothing that it needs is still to be made, and it
 * cannot be looked at.
 */
export function tellRepeats(steps: readonly Step[], { repeats }: ActualTopology): readonly Step[] {
  if (!repeats) return steps;
  const isRepeat = ({ action, resource, needs }: Step) =>
    action === 'create' && needs.length === 0 && repeats.kinds.includes(resource.kind);
  return steps.map((step) => (isRepeat(step) ? { ...step, repeats: true, reason: repeats.reason } : step));
}

/** What the target says of itself, and what is not looked at although it is asked for. */
export function notesOf(desired: Topology, looked: Topology, { notes = [], unseen }: ActualTopology): readonly string[] {
  const isAsked = unseen !== undefined && desired.resources.some(({ kind }) => unseen.kinds.includes(kind));
  const isLooked = unseen !== undefined && looked.resources.some(({ kind }) => unseen.kinds.includes(kind));
  return isAsked && !isLooked ? [...notes, `${unseen.reason} So they are not looked at.`] : notes;
}
