import { resourceKey } from './model.ts';
import { describeKey } from './phases.ts';
import type { Note, Refusal } from './port.ts';
import type { Plan, Step } from './steps.ts';

/**
 * The same plan with what the broker said of its steps: those that it would not take are refused, and so is what needs them; what stands in the
 * way of others at this moment is told with their reasons.
 */
export function heedRemarks(plan: Plan, remarks: readonly (Refusal | Note)[]): Plan {
  if (remarks.length === 0) return plan;
  const refusals = new Map(remarks.flatMap((remark) => (remark.refuses === false ? [] : [[remark.step, remark.reason] as const])));
  const notes = new Map(remarks.flatMap((remark) => (remark.refuses === false ? [[remark.step, remark] as const] : [])));
  const refused = new Set<string>();
  const phases = plan.phases.map((phase) =>
    phase.map((step): Step => {
      const blocker = step.needs.find((key) => refused.has(key));
      const reason = refusals.get(step) ?? (blocker === undefined ? undefined : `It needs ${describeKey(blocker)}, which is refused.`);
      if (step.action === 'refuse') return step;
      if (reason === undefined) return withNote(step, notes.get(step));
      refused.add(resourceKey(step.resource));
      // What is not made has nothing to list; of what is there it is worth knowing how it differs.
      const fields = step.action === 'create' ? [] : step.fields;
      return { ...step, action: 'refuse', fields, risk: 'safe', reason, waitsFor: [] };
    }),
  );
  return { ...plan, phases };
}

function withNote(step: Step, remark: Note | undefined): Step {
  if (!remark) return step;
  const reason = [step.reason, remark.reason].filter((text) => text !== undefined && text !== '').join(' ');
  return { ...step, risk: remark.risk ?? step.risk, ...(reason !== '' && { reason }) };
}
