import { applyEventText, stepInFlightText } from '../report/text/provision.ts';
import type { ProvisionView } from '../report/views.ts';
import { type ApplyEvent, applyPlan } from '../topology/apply.ts';
import { isApplicable, type Plan, type Step, stepsOf } from '../topology/steps.ts';
import type { Target } from './plan-topology.ts';
import type { Session } from './session.ts';

/** What became of the steps of all targets. */
export type Applied = Pick<ProvisionView, 'applied' | 'failed' | 'skipped' | 'interrupted'>;

/** What is applied where. `lost`: a lock is not ours any more. */
export type Applying = {
  readonly session: Session;
  readonly targets: readonly Target[];
  readonly plans: readonly Plan[];
  readonly lost: AbortSignal;
};

/** How often a step that takes long is told of, in milliseconds. */
const STILL_EVERY = 10_000;

/**
 * Applies the plans one after the other and tells of each step as it ends: on stdout for people, on stderr where stdout is for a program.
 * An interrupt (Ctrl-C), or the loss of a lock, lets the steps in flight end and skips the rest.
 */
export async function applyTargets({ session, targets, plans, lost }: Applying): Promise<Applied> {
  const controller = new AbortController();
  const progress = createProgress(session);
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
        progress.tell(event);
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

/** Tells of steps as they end, and of those that take long while they do. */
function createProgress(session: Session): { readonly tell: (event: ApplyEvent) => void; readonly stop: () => void } {
  const begun = new Map<Step, number>();
  const { now } = session.host;
  const people = session.format === 'text';
  const style = people ? session.style : session.journeyStyle;
  const write = (line: string) => (people ? session.write(`${line}\n`) : session.tell(line));
  const timer = setInterval(() => {
    for (const [step, since] of begun) write(stepInFlightText(step, now() - since, style));
  }, STILL_EVERY);
  return {
    tell: (event) => {
      if (event.type === 'step-started') {
        begun.set(event.step, now());
        return;
      }
      const since = begun.get(event.step);
      begun.delete(event.step);
      write(applyEventText(event, since === undefined ? 0 : now() - since, style));
    },
    stop: () => clearInterval(timer),
  };
}
