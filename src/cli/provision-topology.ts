import type { System } from '../contract/system.ts';
import { Failure } from '../diagnostics/failure.ts';
import { hasChanged, isChange, isGood, pendingSteps } from '../report/outcome.ts';
import { count } from '../report/prose.ts';
import { failureText } from '../report/text/failure.ts';
import { planText } from '../report/text/plan.ts';
import { provisionEnd } from '../report/text/provision.ts';
import type { PlanView, ProvisionView } from '../report/views.ts';
import { resourceKey } from '../topology/model.ts';
import { isApplicable, type Plan, type Step, stepsOf } from '../topology/steps.ts';
import { isYes } from './answer.ts';
import { type Applied, applyTargets } from './apply-targets.ts';
import type { Exit } from './exit-code.ts';
import { lockTargets } from './lock-targets.ts';
import { closeTargets, movable, openTargets, type PlanWish, planTargets, readAndPlan } from './plan-topology.ts';
import { loadOrder, type Order } from './saved-plan.ts';
import type { Session } from './session.ts';
import type { Target } from './target.ts';
import { openWorkspace, validationView, type Workspace } from './workspace.ts';

/** How to provision: `yes` without asking, `file` exactly what a saved plan says. */
export type ProvisionChoices = { readonly yes: boolean; readonly file?: string | undefined };

/** Plans, asks, applies, reads back and verifies. Nothing is changed before the answer. */
export async function provisionProject(asked: Session, wish: PlanWish, { yes, file }: ProvisionChoices): Promise<Exit> {
  if (file === undefined) return provisionWorkspace(asked, wish, { yes });
  const order = await loadOrder(asked, file, wish);
  const exit = await provisionWorkspace(order.session, order.wish, { yes, order });
  if (exit === 'partial') asked.tell(order.usedUp);
  return exit;
}

async function provisionWorkspace(
  session: Session,
  wish: PlanWish,
  { yes, order }: { readonly yes: boolean; readonly order?: Order },
): Promise<Exit> {
  const workspace = await openWorkspace(session);
  if (!workspace.system) {
    const view = validationView(workspace, 'provision', 'Nothing was provisioned: the contracts must be valid first.');
    await session.show({ view, root: workspace.place.root, documents: workspace.loaded.documents });
    return 'bad';
  }
  const { system } = workspace;
  order?.checkProject(system.project.name);
  const targets = await openTargets(session, workspace, system, wish.to);
  try {
    return await provisionTargets({ session, workspace, system, targets, wish, ...(order && { order }) }, { yes });
  } finally {
    await closeTargets(targets);
  }
}

/** All that one provisioning works with. */
export type Provisioning = {
  readonly session: Session;
  readonly workspace: Workspace;
  readonly system: System;
  readonly targets: readonly Target[];
  readonly wish: PlanWish;
  /** The saved plan that must still be what there is to do. */
  readonly order?: Order;
};

/** The same with targets that are open already. */
export async function provisionTargets(work: Provisioning, { yes }: { readonly yes: boolean }): Promise<Exit> {
  const { session, workspace, system, targets, wish } = work;
  const shown = { root: workspace.place.root, documents: workspace.loaded.documents };
  const plans = await readAndPlan(session, system, targets, wish);
  work.order?.checkPlans(movable(plans, targets));
  const base = { kind: 'provision', command: 'provision', project: system.project.name, plans } as const;
  const forPeople = session.format === 'text';
  const asks = !yes && pendingSteps({ ...base, kind: 'plan' }).some(isApplicable);
  const planned = (style: Session['style']) => planText({ ...base, kind: 'plan' }, session.contextFor(shown, style));
  if (forPeople) session.write(planned(session.style));
  else if (asks) session.tell(planned(session.journeyStyle).trimEnd());
  if (asks) {
    const refusal = await consent(session, plans);
    if (refusal) {
      const view: PlanView = { ...base, kind: 'plan' };
      await (forPeople ? session.copy({ view, ...shown }) : session.show({ view, ...shown }));
      return refusal;
    }
  }
  if (forPeople && plans.flatMap(stepsOf).some(isApplicable)) session.write('\n');
  const view: ProvisionView = { ...base, ...(await applyAndVerify(work, plans)) };
  if (forPeople) session.write(provisionEnd(view, session.contextFor(shown, session.style)));
  await (forPeople ? session.copy({ view, ...shown }) : session.show({ view, ...shown }));
  return exitOf(view);
}

/** Applies what can be applied, with other runs kept out until it is verified. */
async function applyAndVerify(work: Provisioning, plans: readonly Plan[]): Promise<Applied & Pick<ProvisionView, 'verified'>> {
  const { session, targets, system, workspace } = work;
  const locks = await lockTargets(
    session,
    targets.filter((_, index) => plans[index] && stepsOf(plans[index]).some(isApplicable)),
  );
  try {
    const subject = { project: system.project.name, plans, root: workspace.place.root };
    const applied = await applyTargets({ session, targets, subject, lost: locks.lost });
    return { ...applied, ...(await verify(work, plans, applied)) };
  } finally {
    await locks.release();
  }
}

/** Asks for the go-ahead; gives how the run ends when there is none. */
async function consent({ host, tell }: Session, plans: readonly Plan[]): Promise<Exit | undefined> {
  const steps = plans.flatMap(stepsOf).filter(isApplicable).length;
  if (!host.canAsk) {
    throw new Failure('no-consent', {
      message: `${count(steps, 'step')} would be applied, and nobody is at a terminal to agree to ${steps === 1 ? 'it' : 'them'}. Nothing was changed.`,
      why: 'What is provisioned carries the messages of running services.',
      advice: 'Look at the plan, then run it again with --yes.',
    });
  }
  const answer = await host.ask(`Apply ${steps === 1 ? 'this step' : `these ${steps} steps`}? [y/N] `);
  if (isYes(answer)) return undefined;
  tell('Nothing was changed.');
  return answer === undefined ? 'interrupted' : 'failed';
}

/** Reads everything back: what is left to do must be exactly what waits or was refused before. */
async function verify(work: Provisioning, plans: readonly Plan[], applied: Applied): Promise<Pick<ProvisionView, 'verified'>> {
  if (applied.applied.length === 0 || applied.failed.length > 0 || applied.interrupted) return {};
  try {
    const left = (await planTargets(work.system, work.targets, work.wish.allow)).map((plan) => stepsOf(plan).filter(isChange).map(stepKey));
    const expected = plans.map((plan) =>
      stepsOf(plan)
        .filter((step) => !isApplicable(step))
        .map(stepKey),
    );
    return { verified: JSON.stringify(left.map(sorted)) === JSON.stringify(expected.map(sorted)) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { id, message } = error;
    work.session.tell(failureText({ kind: 'failure', command: 'provision', id, message: message }, work.session.journeyStyle).trimEnd());
    return { verified: false };
  }
}

function stepKey(step: Step): string {
  return `${step.action} ${resourceKey(step.resource)}`;
}

function sorted(keys: readonly string[]): readonly string[] {
  return [...keys].sort();
}

function exitOf(view: ProvisionView): Exit {
  if (view.interrupted) return 'interrupted';
  // Where no step succeeded nothing was changed.
  if (view.failed.length > 0 && !hasChanged(view)) return 'failed';
  if (view.failed.length > 0 || view.verified === false) return 'partial';
  return isGood(view) ? 'good' : 'bad';
}
