/** Gives users their rights and takes them away. */
import type { StepOutcome } from '../../../topology/port.ts';
import type { Step } from '../../../topology/steps.ts';
import { explain } from '../explain.ts';
import { isRefused, listOf, mapOf, type Refused, type Reply, textOf } from '../replies.ts';
import { NO_RIGHTS, OPTIONAL, settingOf, USERS_HASH } from '../user-rights.ts';
import type { Connection } from './connection.ts';
import type { Command } from './driver.ts';
import { failed, refused } from './outcomes.ts';

/** The command that brings a user's rights to where a step wants them, all at once. `lacking`: optional commands that the server does not know. */
export function setUser({ action, resource }: Step, lacking: readonly string[]): Command {
  return ['ACL', 'SETUSER', resource.name, ...(action === 'delete' ? NO_RIGHTS : settingOf(resource, lacking))];
}

/** Whether the server has a file for its users; undefined where it does not tell. */
export async function savesUsers(connection: Connection): Promise<boolean | undefined> {
  const reply = await connection.ask(['CONFIG', 'GET', 'aclfile']);
  return isRefused(reply) ? undefined : (textOf(mapOf(reply).get('aclfile')) ?? '') !== '';
}

/** Asks for all commands that a client connects with: the optional ones are among them. */
export const ALL_CONNECTING: Command = ['ACL', 'CAT', 'connection'];

/** The optional commands that a server has not, by its answer to {@link ALL_CONNECTING}. */
export function lackingIn(known: Reply | undefined): readonly string[] {
  const names = new Set(listOf(known).map(textOf));
  return OPTIONAL.filter((command) => !names.has(command));
}

/** Where rights are changed, and for whom. */
type Setting = { readonly connection: Connection; readonly project: string };

/**
 * Changes the rights of users, one after the other: first the mark, then all rights of the user in one command. In the end the server's file of users is
 * written, where it has one; where that fails none of it lasts, and each step says so. Once the signal is aborted it begins no step more.
 */
export async function* changeUsers(setting: Setting, steps: readonly Step[], signal: AbortSignal): AsyncIterable<StepOutcome> {
  if (steps.length === 0) return;
  const known = await setting.connection.everywhere([ALL_CONNECTING]);
  // What one node of a cluster does not know no node is told.
  const lacking = [...new Set(known.flatMap(([names]) => lackingIn(names)))];
  const outcomes: StepOutcome[] = [];
  for (const step of steps) {
    if (signal.aborted) break;
    outcomes.push(step.action === 'delete' ? await clearUser(setting, step) : await giveRights(setting, step, lacking));
  }
  const unsaved = outcomes.some(({ ok }) => ok) ? await saveUsers(setting.connection) : undefined;
  for (const outcome of outcomes) {
    yield unsaved && outcome.ok
      ? { step: outcome.step, ok: false, message: `${UNSAVED} ${explain(unsaved)}`, raw: unsaved.error }
      : outcome;
  }
}

const UNSAVED = "It is done, but not written into the server's file of users, so a restart forgets it.";

async function giveRights({ connection, project }: Setting, step: Step, lacking: readonly string[]): Promise<StepOutcome> {
  const { name } = step.resource;
  const [[isNew, owner] = []] = await connection.run([
    {
      key: USERS_HASH,
      commands: [
        ['HSETNX', USERS_HASH, name, project],
        ['HGET', USERS_HASH, name],
      ],
    },
  ]);
  const unmarked = [isNew, owner].find(isRefused);
  if (unmarked) return refused(step, unmarked);
  if (textOf(owner) !== project) return failed(step, `Project "${textOf(owner)}" took it meanwhile.`);
  const problem = (await connection.everywhere([setUser(step, lacking)])).flat().find(isRefused);
  if (!problem) return { step, ok: true };
  // A mark without rights says that we keep what somebody else may have given.
  if (isNew === 1 && !problem.isLost) await connection.run([{ key: USERS_HASH, commands: [['HDEL', USERS_HASH, name]] }]);
  return refused(step, problem);
}

async function clearUser({ connection, project }: Setting, step: Step): Promise<StepOutcome> {
  const { name } = step.resource;
  const [[owner] = []] = await connection.run([{ key: USERS_HASH, commands: [['HGET', USERS_HASH, name]] }]);
  if (isRefused(owner)) return refused(step, owner);
  if (textOf(owner) !== project) return failed(step, "Its rights are not this project's to keep any more. Plan again.");
  const found = (await connection.everywhere([['ACL', 'GETUSER', name]])).flat();
  const unread = found.find(isRefused);
  if (unread) return refused(step, unread);
  // Where the user is gone, this would make it anew.
  const isThere = found.some((reply) => mapOf(reply).size > 0);
  const cleared = isThere ? (await connection.everywhere([setUser(step, [])])).flat().find(isRefused) : undefined;
  if (cleared) return refused(step, cleared);
  const [[unmarked] = []] = await connection.run([{ key: USERS_HASH, commands: [['HDEL', USERS_HASH, name]] }]);
  return isRefused(unmarked) ? refused(step, unmarked) : { step, ok: true };
}

/**
 * Writes the server's file of users, where it has one; gives why it could not. Where it does not tell whether it has one, a right that is missing for
 * this is no failure: the plan says that it is not known whether rights last.
 */
async function saveUsers(connection: Connection): Promise<Refused | undefined> {
  const saves = await savesUsers(connection);
  const replies = saves === false ? [] : (await connection.everywhere([['ACL', 'SAVE']])).flat();
  const harmless = saves === undefined ? /not configured to use an ACL file|^NOPERM/i : /not configured to use an ACL file/i;
  return replies.find((reply): reply is Refused => isRefused(reply) && !harmless.test(reply.error));
}
