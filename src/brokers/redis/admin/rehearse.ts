import type { Note, Refusal } from '../../../topology/port.ts';
import type { Step } from '../../../topology/steps.ts';
import { failureOf } from '../explain.ts';
import { isRefused, textOf } from '../replies.ts';
import { OWNER_HASH, READ_HASH } from '../resources.ts';
import type { Connection, Unit } from './connection.ts';
import { makingOf } from './create.ts';
import type { Command } from './driver.ts';
import { remarksOn } from './remove.ts';

/** Commands in one transaction that is thrown away. */
const AT_ONCE = 500;

/**
 * Asks the server whether it would take these steps: the very commands are queued in a transaction and thrown away, so that a missing right, a
 * replica or a full memory is told before anything is changed. Throws `Failure` for these; gives the steps that something else stands in the way of.
 */
export async function rehearseSteps(connection: Connection, steps: readonly Step[], project: string): Promise<readonly (Refusal | Note)[]> {
  await queue(
    connection,
    steps.flatMap((step) => commandsOf(step, project)),
  );
  const remarks = await remarksOn(
    connection,
    steps.filter(({ action }) => action === 'delete'),
  );
  const taken = await refuseOtherTypes(
    connection,
    steps.filter(({ action, resource }) => action === 'create' && resource.kind === 'stream'),
  );
  return [...taken, ...remarks];
}

/** A command and the key whose node it goes to. */
export type Keyed = { readonly key: string; readonly command: Command };

function commandsOf(step: Step, project: string): readonly Keyed[] {
  const { resource } = step;
  if (step.action === 'delete') {
    const stream = resource.kind === 'stream' ? resource.name : String(resource.attributes.stream);
    const away: Command = resource.kind === 'stream' ? ['DEL', stream] : ['XGROUP', 'DESTROY', stream, String(resource.attributes.group)];
    return [
      { key: stream, command: away },
      { key: OWNER_HASH, command: ['HDEL', OWNER_HASH, resource.name] },
      { key: READ_HASH, command: ['HSET', READ_HASH, stream, '0-0'] },
    ];
  }
  const { key, mark, make } = makingOf(step, project);
  return [...mark.map((command) => ({ key: OWNER_HASH, command })), ...make.map((command) => ({ key, command }))];
}

/** Queues commands in transactions that are thrown away. Throws `Failure` where the server would not take one of them. */
export async function queue(connection: Connection, commands: readonly Keyed[]): Promise<void> {
  const portions = connection.isCluster ? commands.map((each) => [each]) : inPortions(commands);
  const units = portions.map((portion): Unit => ({ key: portion[0]?.key ?? '', commands: portion.map(({ command }) => command) }));
  // Alone and first: where no transaction begins, what follows would be done.
  const begins = await connection.run(units.map(({ key }) => ({ key, commands: [['MULTI'], ['DISCARD']] })));
  const unbegun = begins.flat().find(isRefused);
  if (unbegun) throw failureOf(unbegun, connection.access, 'do what the plan needs (MULTI)');
  const replies = await connection.run(units.map((unit) => ({ ...unit, commands: [['MULTI'], ...unit.commands, ['DISCARD']] })));
  for (const [index, unit] of units.entries()) {
    const at = replies[index]?.findIndex(isRefused) ?? -1;
    const problem = replies[index]?.[at];
    if (!isRefused(problem)) continue;
    const [name = 'MULTI', ...words] = unit.commands[at - 1] ?? [];
    const what = [name, ...(name === 'XGROUP' ? words.slice(0, 2) : words.slice(0, 1))].join(' ');
    throw failureOf(problem, connection.access, `do what the plan needs (${what})`);
  }
}

function inPortions(commands: readonly Keyed[]): readonly (readonly Keyed[])[] {
  return Array.from({ length: Math.ceil(commands.length / AT_ONCE) }, (_, index) => commands.slice(index * AT_ONCE, (index + 1) * AT_ONCE));
}

/** A key of another type is in the way of a stream. */
async function refuseOtherTypes(connection: Connection, creations: readonly Step[]): Promise<readonly Refusal[]> {
  const replies = await connection.run(creations.map(({ resource }) => ({ key: resource.name, commands: [['TYPE', resource.name]] })));
  return creations.flatMap((step, index) => {
    const reply = replies[index]?.[0];
    if (isRefused(reply)) throw failureOf(reply, connection.access, `ask what the key "${step.resource.name}" holds (TYPE)`);
    const type = textOf(reply) ?? 'none';
    if (type === 'none' || type === 'stream') return [];
    const reason = `The key of this name holds ${ARTICLES[type] ?? `a ${type}`}, not a stream, and msgctl did not make it. Give the stream another name with "address", or "names" or "prefix" of the transport; or free the key.`;
    return [{ step, reason }];
  });
}

const ARTICLES: Readonly<Record<string, string>> = { string: 'a text', zset: 'a sorted set' };
