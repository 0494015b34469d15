import { brokerOf, openTarget } from '../brokers/index.ts';
import type { Transport } from '../contract/model.ts';
import type { System } from '../contract/system.ts';
import { Failure } from '../diagnostics/failure.ts';
import { nearest } from '../diagnostics/suggest.ts';
import { isChange, pendingSteps } from '../report/outcome.ts';
import type { PlanView } from '../report/views.ts';
import type { Approval } from '../topology/consent.ts';
import { deriveTopology } from '../topology/derive.ts';
import { planTopology } from '../topology/plan.ts';
import { heedRemarks } from '../topology/remarks.ts';
import { type Plan, stepsOf } from '../topology/steps.ts';
import type { Exit } from './exit-code.ts';
import { savedWords, savePlan } from './saved-plan.ts';
import { type Session, shownPath } from './session.ts';
import { refuseSharedTargets } from './shared-targets.ts';
import type { Target } from './target.ts';
import { openWorkspace, validationView, type Workspace } from './workspace.ts';

/** What a plan is asked for. */
export type PlanWish = {
  /** The names of the transports; none: all that have a topology. */
  readonly to: readonly string[];
  readonly allow: readonly Approval[];
};

/** How a plan is shown: with `exitCode` pending steps are a bad verdict; with `out` it is saved there as well. */
export type PlanShowing = { readonly exitCode: boolean; readonly out?: string | undefined };

/** Shows what would change on each target, and saves it where that is asked for. */
export async function planProject(session: Session, wish: PlanWish, { exitCode, out }: PlanShowing): Promise<Exit> {
  const workspace = await openWorkspace(session);
  const { root } = workspace.place;
  const { documents } = workspace.loaded;
  if (!workspace.system) {
    const view = validationView(workspace, 'plan', 'Nothing was planned: the contracts must be valid first.');
    await session.show({ view, root, documents });
    return 'bad';
  }
  const targets = await openTargets(session, workspace, workspace.system, wish.to);
  try {
    const plans = await readAndPlan(session, workspace.system, targets, wish);
    const project = workspace.system.project.name;
    const view: PlanView = { kind: 'plan', command: 'plan', project, plans };
    const { version } = session.contextFor({ root, documents }, session.style);
    // Before it is shown: where it cannot be saved nothing else must look as if it was.
    if (out !== undefined) await savePlan(session, out, { project, to: wish.to, plans: movable(plans, targets), version });
    await session.show({ view, root, documents });
    if (out !== undefined) session.tell(savedWords(session, out));
    return exitCode && pendingSteps(view).some(isChange) ? 'bad' : 'good';
  } finally {
    await closeTargets(targets);
  }
}

/** Opens the targets that are asked for. Throws a `Failure` for a transport that is not there or has no topology. */
export async function openTargets(
  session: Session,
  workspace: Workspace,
  system: System,
  to: readonly string[],
): Promise<readonly Target[]> {
  const { root } = workspace.place;
  const targets: Target[] = [];
  try {
    for (const transport of chooseTransports(system, to)) {
      const broker = brokerOf(transport);
      if (!broker && to.length === 0) continue;
      if (!broker) throw noTopology(transport);
      const admin = await openTarget(transport, { root, project: system.project.name });
      const file = admin.target.startsWith('file ') ? admin.target.slice('file '.length) : undefined;
      const shown = file === undefined ? undefined : `file ${shownPath(session.host.cwd, root, file)}`;
      targets.push({ transport, spec: broker.spec, admin, ...(shown !== undefined && { shown }) });
    }
    return targets;
  } catch (error) {
    await closeTargets(targets);
    throw error;
  }
}

/** {@link planTargets}, with a word where live brokers take long: they may be slow, files never are. */
export async function readAndPlan(session: Session, system: System, targets: readonly Target[], wish: PlanWish): Promise<readonly Plan[]> {
  const isLive = targets.some(({ shown }) => shown === undefined);
  return session.during('Reading the targets', planTargets(system, targets, wish.allow), isLive ? 'everywhere' : undefined);
}

/** Reads all targets, then plans each and asks its broker whether it would take the plan. */
export async function planTargets(system: System, targets: readonly Target[], allow: readonly Approval[]): Promise<readonly Plan[]> {
  const { signal } = new AbortController();
  const found = await settleAll(
    targets.map(async (target) => {
      const desired = deriveTopology(system, target.spec, target.transport);
      return { target, desired, actual: await target.admin.inspect(signal, desired.resources) };
    }),
  );
  refuseSharedTargets(system, found);
  return settleAll(
    found.map(async ({ target, desired, actual }) => {
      const { spec, transport } = target;
      const planned = planTopology(desired, actual, spec, { project: system.project.name, allow, target: shownTarget(target) });
      const notes = [...(planned.notes ?? []), ...((actual.server && spec.notes?.(system, transport, actual.server)) ?? [])];
      const plan = notes.length > 0 ? { ...planned, notes } : planned;
      const asked = stepsOf(plan).filter((step) => step.action !== 'refuse');
      return heedRemarks(plan, asked.length === 0 ? [] : ((await target.admin.rehearse?.(asked, signal)) ?? []));
    }),
  );
}

/** Waits for all. Throws the first that failed in the order of the list, when none is at work any more: what is opened can then be closed. */
async function settleAll<Result>(works: readonly Promise<Result>[]): Promise<readonly Result[]> {
  const outcomes = await Promise.allSettled(works);
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

/** The same plans whatever folder msgctl runs in: a file target is named from the project's folder, as it is in the project file. */
export function movable(plans: readonly Plan[], targets: readonly Target[]): readonly Plan[] {
  return plans.map((plan, index) => ({ ...plan, target: targets[index]?.admin.target ?? plan.target }));
}

/** Where, in words: a file as the user would write it, a live broker as it calls itself. */
function shownTarget({ shown, admin }: Target): string {
  return shown ?? admin.target;
}

/** Closes what was opened, whatever happened. */
export async function closeTargets(targets: readonly Target[]): Promise<void> {
  await Promise.allSettled(targets.map((target) => target.admin.close()));
}

function chooseTransports({ project }: System, to: readonly string[]): readonly Transport[] {
  if (to.length === 0) return project.transports;
  const names = project.transports.map((transport) => transport.name);
  return [...new Set(to)].map((name) => {
    const transport = project.transports.find((candidate) => candidate.name === name);
    if (transport) return transport;
    const near = nearest(name, names);
    throw new Failure('unknown-transport', {
      message: `The project has no transport ${JSON.stringify(name)}.`,
      advice: `${near === undefined ? '' : `Did you mean ${near}? `}Transports are ${names.join(', ')}.`,
    });
  });
}

function noTopology({ name, kind }: Transport): Failure {
  return new Failure('no-topology', {
    message: `Transport ${JSON.stringify(name)} (${kind}) has no topology.`,
    why: 'Only brokers hold queues, topics and streams.',
    advice: 'Leave it out of --to.',
  });
}
