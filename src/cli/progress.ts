import { startedLine, stepLine } from '../report/jsonl.ts';
import { applyEventText, stepInFlightText } from '../report/text/provision.ts';
import type { ApplyEvent } from '../topology/apply.ts';
import { isApplicable, type Plan, type Step, stepsOf } from '../topology/steps.ts';
import { createProgressLine } from './progress-line.ts';
import type { Session } from './session.ts';

/** Tells of steps while they are applied. */
export type Progress = { tell(transport: string, event: ApplyEvent): void; stop(): void };

/** How often a step that takes long is told of, in milliseconds. */
const STILL_EVERY = 10_000;

/** What is applied, for whoever reads the events. */
export type ProgressSubject = { readonly project: string; readonly plans: readonly Plan[]; readonly root: string };

/**
 * Tells of each step as it ends, and of those that take long: on stdout for people and, with `--format jsonl`, for programs; else on stderr, where on a
 * terminal one line counts them.
 */
export function createProgress(session: Session, subject: ProgressSubject): Progress {
  return session.format === 'jsonl' ? eventProgress(session, subject) : wordProgress(session, subject);
}

function eventProgress(session: Session, { project, plans, root }: ProgressSubject): Progress {
  const context = session.contextFor({ root, documents: new Map() }, session.style);
  const { now } = session.host;
  const begin = now();
  const counting = createProgressLine(session, stepCount(plans));
  session.write(startedLine({ type: 'started', project, plans }, context));
  return {
    tell(transport, event) {
      session.write(stepLine({ transport, event, elapsed: Math.round(now() - begin) }, context));
      counting.count(event);
    },
    stop: counting.clear,
  };
}

function wordProgress(session: Session, { plans }: ProgressSubject): Progress {
  const begun = new Map<Step, number>();
  const { now, journey } = session.host;
  const people = session.format === 'text';
  const style = people ? session.style : session.journeyStyle;
  const counting = people || !journey.isTerminal ? undefined : createProgressLine(session, stepCount(plans));
  const write = (line: string) => {
    if (people) session.write(`${line}\n`);
    else if (!counting) session.tell(line);
    else counting.above(line);
  };
  const timer = setInterval(() => {
    for (const [step, since] of begun) write(stepInFlightText(step, now() - since, style));
  }, STILL_EVERY);
  return {
    tell(_transport, event) {
      if (event.type === 'step-started') {
        begun.set(event.step, now());
        return;
      }
      const since = begun.get(event.step);
      begun.delete(event.step);
      counting?.count(event);
      // Where steps are counted only what went wrong is worth a line.
      if (!counting || event.type === 'step-failed') write(applyEventText(event, since === undefined ? 0 : now() - since, style));
    },
    stop() {
      clearInterval(timer);
      counting?.clear();
    },
  };
}

function stepCount(plans: readonly Plan[]): number {
  return plans.flatMap(stepsOf).filter(isApplicable).length;
}
