import { resolve } from 'node:path';
import { Failure } from '../diagnostics/failure.ts';
import { readTextFile } from '../io/read-file.ts';
import { count } from '../report/prose.ts';
import type { Approval } from '../topology/consent.ts';
import { planDifferences, readSavedPlan, type SavedPlan, savedPlanText } from '../topology/saved-plan.ts';
import { type Plan, stepsOf } from '../topology/steps.ts';
import type { Session } from './session.ts';

/** A saved plan that is to be applied: with what it was asked for, and what must hold before anything is changed. */
export type Order = {
  /** The session with the environment of the plan. */
  readonly session: Session;
  readonly wish: { readonly to: readonly string[]; readonly allow: readonly Approval[] };
  /** Throws a `Failure` where the plan was made for another project. */
  checkProject(project: string): void;
  /** Throws a `Failure` where the plan is stale: what is to be done now is not what it says. */
  checkPlans(fresh: readonly Plan[]): void;
  /** What to say when it was applied half way. */
  readonly usedUp: string;
};

/** Saves a plan, complete or not at all. Throws a `Failure` where it cannot be written. */
export async function savePlan(
  session: Session,
  path: string,
  plan: Pick<SavedPlan, 'project' | 'to' | 'plans'> & { readonly version: string },
): Promise<void> {
  refuseNoName(path);
  const { env } = session.flags;
  const text = savedPlanText({ ...plan, ...(env !== undefined && { environment: env }) }, plan.version);
  const { notWritable, writeTo } = await import('../io/generated-files.ts');
  try {
    await writeTo(resolve(session.host.cwd, path), text);
  } catch (cause) {
    throw notWritable(path, cause);
  }
}

/** Where a plan was saved and what to do with it. */
export function savedWords({ flags }: Session, path: string): string {
  return `Saved to ${path}; apply it with "${commandLine(['provision', path], { config: flags.config })}".`;
}

/**
 * Reads a saved plan that is to be applied. What was said besides must not contradict it: consents are given now, the rest comes with the
 * plan. Throws a `Failure` for a file that is no plan and for a contradiction.
 */
export async function loadOrder(session: Session, path: string, wish: Order['wish']): Promise<Order> {
  refuseNoName(path);
  const saved = readSavedPlan(await readTextFile(resolve(session.host.cwd, path), path), path);
  const { environment, to } = saved;
  refuseContradiction({ session, saved, to: wish.to, path });
  const replan = commandLine(['plan'], { config: session.flags.config, env: environment, to, out: path });
  return {
    session: { ...session, flags: { ...session.flags, env: environment } },
    wish: { to, allow: wish.allow },
    checkProject: (project) => {
      if (project !== saved.project) throw otherProject(path, saved.project, project);
    },
    checkPlans: (fresh) => {
      const differences = planDifferences(saved.plans, fresh);
      if (differences.length > 0) throw stale(path, differences, { replan, done: fresh.flatMap(stepsOf).length === 0 });
    },
    usedUp: `${path} was applied in part and is stale now; to continue, run "${replan}" again and look at what is left.`,
  };
}

function refuseNoName(path: string): void {
  if (path !== '') return;
  throw new Failure('bad-usage', {
    message: 'The name of the file of the plan is empty.',
    advice: 'Write for example msgctl plan --out plan.json, then msgctl provision plan.json.',
  });
}

function refuseContradiction(given: {
  readonly session: Session;
  readonly saved: SavedPlan;
  readonly to: readonly string[];
  readonly path: string;
}): void {
  const { session, saved, to, path } = given;
  const { env } = session.flags;
  if (env !== undefined && env !== saved.environment) {
    const made = saved.environment === undefined ? 'without --env' : `with --env ${saved.environment}`;
    throw contradiction(`${path} was planned ${made}, and --env says ${JSON.stringify(env)}.`, '--env');
  }
  const planned = saved.to.length > 0 ? saved.to : saved.plans.map(({ transport }) => transport);
  if (to.length > 0 && listed(to) !== listed(planned)) {
    throw contradiction(`${path} is a plan for ${listed(planned) || 'no transport'}, and --to says ${listed(to)}.`, '--to');
  }
}

function listed(names: readonly string[]): string {
  return [...new Set(names)].sort().join(', ');
}

function contradiction(message: string, flag: string): Failure {
  return new Failure('bad-usage', {
    message,
    why: 'A saved plan is applied to what it was made for.',
    advice: `Leave out ${flag}, or save another plan with it: msgctl plan ${flag} … --out FILE.`,
  });
}

function otherProject(path: string, planned: string, here: string): Failure {
  return new Failure('plan-of-other-project', {
    message: `${path} is a plan of the project ${JSON.stringify(planned)}, and this project is ${JSON.stringify(here)}. Nothing was changed.`,
    advice: 'Go to the folder of its project, or name its project file with --config.',
  });
}

/** A longer list helps nobody: the plan has to be looked at again anyway. */
const MOST_TOLD = 5;

function stale(path: string, differences: readonly string[], now: { readonly replan: string; readonly done: boolean }): Failure {
  const more = differences.length > MOST_TOLD ? [`and ${differences.length - MOST_TOLD} more`] : [];
  const told = `${count(differences.length, 'difference')}: ${[...differences.slice(0, MOST_TOLD), ...more].join('; ')}.`;
  return new Failure('stale-plan', {
    message: now.done
      ? `${path} is stale: its targets are up to date already, and there is nothing left to do. Nothing was changed.`
      : `${path} is stale: what is to be done now is not what it says. Nothing was changed. ${told}`,
    why: 'A saved plan is applied exactly as it was looked at, or not at all.',
    advice: now.done ? 'Keep it or throw it away.' : `Run "${now.replan}" again and look at it.`,
  });
}

type Said = { readonly [flag: string]: string | readonly string[] | undefined };

/** A command line that can be copied into a shell. */
function commandLine(words: readonly string[], flags: Said): string {
  const said = Object.entries(flags).flatMap(([name, value]) =>
    value === undefined || value.length === 0 ? [] : [`--${name}`, typeof value === 'string' ? value : value.join(',')],
  );
  return ['msgctl', ...words, ...said].map(shellWord).join(' ');
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
