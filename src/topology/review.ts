/** What a broker's review of a plan changes in its steps. */

import type { Approval } from './consent.ts';
import { resourceKey } from './model.ts';
import type { Review } from './port.ts';
import type { Step } from './steps.ts';

/** Why something is taken away. */
export const UNWANTED = 'Made or taken over by msgctl, no longer in any contract.';

/** Steps that lose messages by what they do to other things wait for the same consent as a deletion. */
export function weighLosses(steps: readonly Step[], review: Review | undefined, allow: readonly Approval[]): readonly Step[] {
  if (!review || review.losses.size === 0) return steps;
  return steps.map((step) => {
    const loss = step.action === 'refuse' ? undefined : review.losses.get(resourceKey(step.resource));
    if (loss === undefined) return step;
    const waitsFor: readonly Approval[] = allow.includes('delete') ? step.waitsFor : [...new Set([...step.waitsFor, 'delete' as const])];
    const reason = step.action === 'delete' ? UNWANTED : step.reason;
    return { ...step, risk: 'data-loss', waitsFor, reason: [reason, loss].filter((text) => text !== undefined).join(' ') };
  });
}

type Two = readonly [wanted: readonly Step[], unwanted: readonly Step[]];

/**
 * What has successors needs them, and waits for what they wait for, and so does what has companions: nothing is taken away before something else
 * is in its place, and nothing stands without what belongs to it.
 */
export function holdBack([wanted, unwanted]: Two, review: Review | undefined): Two {
  if (!review || review.successors.size + review.losses.size === 0) return [wanted, unwanted];
  const held = new Map([...wanted, ...unwanted].map((step) => [resourceKey(step.resource), step]));
  // Whoever waits for somebody who waits waits as well, however long the chain is.
  for (let changed = true; changed; ) {
    changed = false;
    for (const [key, step] of held) {
      const next = step.action === 'refuse' ? step : waitForOthers(step, review, held);
      if (next === step) continue;
      held.set(key, next);
      changed = true;
    }
  }
  const now = (step: Step) => held.get(resourceKey(step.resource)) ?? step;
  return [wanted.map(now), unwanted.map(now)];
}

function waitForOthers(step: Step, { successors, companions }: Review, held: ReadonlyMap<string, Step>): Step {
  const key = resourceKey(step.resource);
  const before = (successors.get(key) ?? []).filter((other) => held.has(other));
  const beside = step.action === 'create' ? (companions.get(key) ?? []) : [];
  const missing = step.needs.filter((other) => held.get(other)?.action === 'create');
  const consents = [...before, ...beside, ...missing].flatMap((other) => held.get(other)?.waitsFor ?? []);
  const needs = [...new Set([...step.needs, ...before])];
  const waitsFor = [...new Set([...step.waitsFor, ...consents])];
  return needs.length === step.needs.length && waitsFor.length === step.waitsFor.length ? step : { ...step, needs, waitsFor };
}
