import type { Channel } from 'amqplib';
import type { Transport } from '../../contract/model.ts';
import { resourceKey } from '../../topology/model.ts';
import type { BrokerAdmin, Refusal, StepOutcome } from '../../topology/port.ts';
import type { Step } from '../../topology/steps.ts';
import { accessOf } from './access.ts';
import { adopt, disown, readAdopted } from './admin/adopt.ts';
import { answerAll } from './admin/answer-all.ts';
import { type Declaring, openDeclaring } from './admin/channels.ts';
import { declareResource } from './admin/declare.ts';
import { limitsOf, refuseByLogin } from './admin/limits.ts';
import { lockVhost } from './admin/lock.ts';
import { maySetPolicies } from './admin/login.ts';
import { lookOverAmqp, refuseOverAmqp, type Seen } from './admin/look.ts';
import { isVhost, makeVhost } from './admin/make-vhost.ts';
import { openManagement } from './admin/management.ts';
import { migrateQueues } from './admin/migrate.ts';
import { withMoveLine } from './admin/move-line.ts';
import { problemOfAnswer, problemOfDeclaration, problemOfError } from './admin/problem.ts';
import { type Read, readVhost } from './admin/read.ts';
import { rehearseSteps } from './admin/rehearse.ts';
import { removeResources } from './admin/remove.ts';
import { changeRights, isRight } from './admin/rights.ts';
import type { Site } from './admin/site.ts';
import { writePolicies } from './admin/write-policies.ts';
import { expandNamePattern } from './name-pattern.ts';
import { MISSING_VHOST } from './vhost.ts';

/** Opens the RabbitMQ that a transport points at. Nothing is sent before `inspect`. Throws `Failure` for an address that cannot be understood. */
export async function openRabbitmq(transport: Transport, project: string): Promise<BrokerAdmin> {
  const access = accessOf(transport);
  const management = openManagement(access);
  let opening: Promise<Declaring> | undefined;
  const declaring = () =>
    (opening ??= openDeclaring(access).catch((error: unknown) => {
      // What could not be entered may be there later.
      opening = undefined;
      throw error;
    }));
  const site: Site = { management, access, project, declaring, moving: (work) => withMoveLine(access, work) };
  /** The connection that holds the lock. */
  let locked: Declaring | undefined;
  let seen: Read | Seen | undefined;
  /** Queues by name whose policy could not be written, with its name. */
  const unset = new Map<string, string>();
  return {
    get target() {
      const { cluster, version } = seen?.overview ?? {};
      return cluster === undefined ? `vhost ${access.vhost}, RabbitMQ` : `vhost ${access.vhost} of ${cluster}, RabbitMQ ${version}`;
    },
    async inspect(_signal, wanted = []) {
      const rights = transport.users !== undefined;
      const read = await readVhost(management, access, { rights, mayBeMissing: true });
      if ('keptOut' in read) {
        const looked = await lookOverAmqp(await declaring(), { access, project, wanted, rights, because: read.keptOut });
        seen = looked;
        return looked;
      }
      seen = read;
      const { overview: _, login, ...actual } = seen;
      return { ...actual, ...limitsOf(login) };
    },
    async rehearse(steps) {
      // A plan that could not be applied is not worth looking at, and no target is changed while another cannot be.
      if (steps.some(isDeclaration) && !steps.some(isVhost)) await declaring();
      if (seen && 'denied' in seen) return refuseOverAmqp(steps, seen);
      const byLogin = refuseByLogin(steps, access, seen?.login);
      const asked = steps.filter((step) => !isRight(step) && !byLogin.some((refusal) => refusal.step === step));
      const unknown = refuseUnknownTypes(asked, seen?.overview.exchangeTypes ?? []);
      return [...byLogin, ...unknown, ...(await rehearseSteps(site, asked))];
    },
    async lock(holder) {
      if (seen?.server?.[MISSING_VHOST] !== undefined) return { unlocked: NOT_THERE_YET };
      const lock = await lockVhost(site, { project, transport: transport.name, holder });
      locked = 'unlocked' in lock ? undefined : await declaring();
      return lock;
    },
    execute: (steps, signal) => executeSteps({ site, unset, seen, locked }, steps, signal),
    async close() {
      management.close();
      const open = await opening?.catch(() => undefined);
      await open?.close();
    },
  };
}

/** What carrying out steps depends on. `locked`: the connection that holds the lock. */
type Work = {
  readonly site: Site;
  readonly unset: Map<string, string>;
  readonly seen: Read | Seen | undefined;
  readonly locked: Declaring | undefined;
};

async function* executeSteps({ site, unset, seen, locked }: Work, steps: readonly Step[], signal: AbortSignal): AsyncIterable<StepOutcome> {
  // The lock went with its connection: somebody else may be at work by now, also over the management API.
  if (locked?.broken() !== undefined) {
    for (const step of steps) yield { step, ok: false, ...problemOfDeclaration('') };
    return;
  }
  const [vhosts, onVhost] = split(steps, isVhost);
  if (!signal.aborted) yield* makeVhost(site, vhosts);
  const [rights, topology] = split(onVhost, isRight);
  yield* changeRights(site, rights, signal);
  const [adoptions, others] = split(topology, isAdoption);
  const [policies, declarations] = split(others, ({ resource }) => resource.kind === 'policy');
  const [creations, changes] = split(declarations, ({ action }) => action === 'create');
  const [migrations, removals] = split(changes, ({ action }) => action === 'migrate');
  if (!signal.aborted) yield* adoptAll(site, adoptions);
  yield* noting(unset, writePolicies(site, policies, signal));
  const [bare, ready] = split(creations, ({ resource }) => resource.kind === 'queue' && unset.has(resource.name));
  for (const step of bare) yield withoutPolicy(step, unset.get(step.resource.name));
  yield* answerAll(ready, declareAll(site, ready, signal));
  yield* migrateQueues(site, migrations, signal);
  const gone = removeResources(site, removals, signal);
  // Who may not read what was taken over has no steps for it.
  yield* answerAll(removals, seen && !maySetPolicies(seen.login) ? gone : disownGone(site, removals, gone));
}

const NOT_THERE_YET = 'The virtual host is not there yet, so another run at the same time is not kept out of it.';

/** What is taken over stays as it is; the project notes it down. */
async function* adoptAll({ management, access, project }: Site, steps: readonly Step[]): AsyncIterable<StepOutcome> {
  if (steps.length === 0) return;
  const keys = steps.map(({ resource }) => resourceKey(resource));
  const adoption = { project, vhost: access.vhost, door: access.management, keys };
  const problem = await adopt(management, adoption).then(problemOfAnswer, problemOfError);
  for (const step of steps) yield problem ? { step, ok: false, ...problem } : { step, ok: true };
}

/** Passes on how deletions ended; what is gone is struck out of what the project took over before it is told as done. */
async function* disownGone(site: Site, steps: readonly Step[], outcomes: AsyncIterable<StepOutcome>): AsyncIterable<StepOutcome> {
  if (steps.length === 0) return;
  const { management, access, project } = site;
  const adopted = await readAdopted(management, project, access.vhost);
  for await (const outcome of outcomes) {
    const key = resourceKey(outcome.step.resource);
    const adoption = { project, vhost: access.vhost, door: access.management, keys: [key] };
    const isAdopted = outcome.ok && adopted.has(key);
    const problem = isAdopted ? await disown(management, adoption).then(problemOfAnswer, problemOfError) : undefined;
    yield problem ? { step: outcome.step, ok: false, ...problem, begun: true } : outcome;
  }
}

/** Passes on how policies were written, and notes whom those would have set that were not. */
async function* noting(unset: Map<string, string>, outcomes: AsyncIterable<StepOutcome>): AsyncIterable<StepOutcome> {
  for await (const outcome of outcomes) {
    const { action, resource } = outcome.step;
    const queues = action === 'delete' ? [] : expandNamePattern(String(resource.attributes.pattern));
    for (const queue of queues ?? []) {
      if (outcome.ok) unset.delete(queue);
      else unset.set(queue, resource.name);
    }
    yield outcome;
  }
}

/** A queue never stands without its settings: what comes to it meanwhile would be dropped where they are set afterwards. */
function withoutPolicy(step: Step, policy = ''): StepOutcome {
  return { step, ok: false, skipped: true, message: `It needs policy ${policy}, which could not be done.` };
}

async function* declareAll({ declaring, project }: Site, steps: readonly Step[], signal: AbortSignal): AsyncIterable<StepOutcome> {
  if (steps.length === 0) return;
  const open = await declaring();
  const declare = (channel: Channel, { resource }: Step) => declareResource(channel, resource, project);
  for await (const { item: step, error } of open.each(steps, { declare, signal })) {
    yield error === undefined ? { step, ok: true } : { step, ok: false, ...problemOfDeclaration(error) };
  }
}

/** Whether a step goes over AMQP. */
function isDeclaration(step: Step): boolean {
  return step.resource.kind !== 'policy' && !isAdoption(step) && !isRight(step) && !isVhost(step);
}

function isAdoption({ action, fields }: Step): boolean {
  return action === 'change' && fields.some(({ name }) => name === 'owner');
}

function split<Item>(items: readonly Item[], test: (item: Item) => boolean): readonly [readonly Item[], readonly Item[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

/** RabbitMQ 3.10 closes the whole connection over an exchange type that it does not know, so it is never asked for one. */
function refuseUnknownTypes(steps: readonly Step[], known: readonly string[]): readonly Refusal[] {
  return steps.flatMap((step) => {
    const { type } = step.resource.attributes;
    if (step.action !== 'create' || step.resource.kind !== 'exchange' || known.includes(String(type))) return [];
    return [{ step, reason: `This RabbitMQ knows no exchanges of type "${type}": a plugin is missing. It knows ${known.join(', ')}.` }];
  });
}
