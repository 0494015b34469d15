import type { ProvisionView } from '../report/views.ts';
import { type ApplyEvent, applyPlan } from '../topology/apply.ts';
import { isApplicable, stepsOf } from '../topology/steps.ts';
import { createProgress, type ProgressSubject } from './progress.ts';
import type { Session } from './session.ts';
import type { Target } from './target.ts';

/** What became of the steps of all targets. */
export type Applied = Pick<ProvisionView, 'applied' | 'failed' | 'skipped' | 'interrupted'>;

/** What is applied where. `lost`: a lock is not ours any more. */
export type Applying = {
  readonly session: Session;
  readonly targets: readonly Target[];
  readonly subject: ProgressSubject;
  readonly lost: AbortSignal;
};

/**
 * Applies the plans one after the other and tells of each step as it ends: on stdout for people, on stderr where stdout is for a program.
 * An interrupt (Ctrl-C), or the loss of a lock, lets the steps in flight end and skips the rest.
 */
export async function applyTargets({ session, targets, subject, lost }: Applying): Promise<Applied> {
  const { plans } = subject;
  const controller = new AbortController();
  const progress = createProgress(session, subject);
  const outcome = {
    applied: [] as Applied['applied'][number][],
    failed: [] as Applied['failed'][number][],
    skipped: [] as Applied['skipped'][number][],
  };
  const stopListening = session.host.onInterrupt(() => {
    controller.abort();
    session.tell('Interrupted: the steps in flight are finished, nothing more is begun.');
  });
  const onLost = () => {
    controller.abort();
    session.tell('The lock on a target was lost: the steps in flight are finished, nothing more is begun.');
  };
  lost.addEventListener('abort', onLost, { once: true });
  try {
    for (const [index, target] of targets.entries()) {
      const plan = plans[index];
      if (!plan?.phases.flat().some(isApplicable)) continue;
      for await (const event of applyPlan(plan, target.admin, controller.signal)) {
        progress.tell(target.transport.name, event);
        collect(event, target.transport.name, outcome);
      }
    }
  } finally {
    progress.stop();
    stopListening();
    lost.removeEventListener('abort', onLost);
  }
  const done = outcome.applied.length + outcome.failed.length;
  const all = plans.flatMap(stepsOf).filter(isApplicable).length;
  return { ...outcome, interrupted: controller.signal.aborted && done < all };
}

type Outcome = { readonly [Key in 'applied' | 'failed' | 'skipped']: Applied[Key][number][] };

function collect(event: ApplyEvent, transport: string, { applied, failed, skipped }: Outcome): void {
  const { step } = event;
  switch (event.type) {
    case 'step-started':
      return;
    case 'step-done':
      applied.push({ transport, step });
      return;
    case 'step-failed':
      failed.push({
        transport,
        step,
        message: event.message,
        ...(event.raw === undefined ? {} : { raw: event.raw }),
        ...(event.begun && { begun: true }),
      });
      return;
    case 'step-skipped':
      skipped.push({ transport, step, because: event.because });
  }
}
