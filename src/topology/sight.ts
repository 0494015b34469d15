/** What a plan cannot look at, because its target has no place for it or its user lacks the right. */
import type { ActualTopology, Topology } from './model.ts';
import type { BrokerSpec } from './port.ts';
import type { Approval } from './steps.ts';

/** What is asked for without what is not looked at: kinds that the target has no place for, and those that may not be seen and would wait for a consent anyway. */
export function lookedAt(
  desired: Topology,
  { without = [], unseen }: ActualTopology,
  spec: BrokerSpec,
  allow: readonly Approval[],
): Topology {
  const waiting = (unseen?.kinds ?? []).filter((kind) => {
    const consent = spec.consentFor(kind);
    return consent !== undefined && !allow.includes(consent);
  });
  const left = new Set([...without, ...waiting]);
  return left.size === 0 ? desired : { ...desired, resources: desired.resources.filter(({ kind }) => !left.has(kind)) };
}

/** What the target says of itself, and what is not looked at although it is asked for. */
export function notesOf(desired: Topology, looked: Topology, { notes = [], unseen }: ActualTopology): readonly string[] {
  const isAsked = unseen !== undefined && desired.resources.some(({ kind }) => unseen.kinds.includes(kind));
  const isLooked = unseen !== undefined && looked.resources.some(({ kind }) => unseen.kinds.includes(kind));
  return isAsked && !isLooked ? [...notes, `${unseen.reason} So they are not looked at.`] : notes;
}
