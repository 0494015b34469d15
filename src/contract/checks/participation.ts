/** Whether what is provided has somebody on its other side. */
import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Contract, Interaction } from '../model.ts';
import { type CheckContext, isDamaged, objectThere } from './context.ts';

/**
 * Events without users, notifications without senders, gathered events without responders. Requests that nobody calls are none of this: a
 * browser may. A project of one service shows only one side of everything, and what an external service provides is there anyway.
 */
export function checkParticipation(context: CheckContext): readonly Diagnostic[] {
  if (context.services.size < 2 || context.unreadable.size > 0) return [];
  const misnamed = new Set(
    context.contracts.flatMap(({ uses }) => uses.filter(({ id }) => !context.interactions.has(id)).map(({ id }) => id.split('.')[0])),
  );
  return context.contracts
    .filter(({ external, service }) => !external && !misnamed.has(service))
    .flatMap((contract) => contract.provides.flatMap((interaction) => checkOne(context, contract, interaction)));
}

/** Channels that no event names. An event that could not be understood, or names one that is not there, may well mean it. */
export function checkUnusedChannels(context: CheckContext, { file, channels, provides }: Contract): readonly Diagnostic[] {
  if (isDamaged(context, file)) return [];
  if (Object.keys(objectThere(context, file, '/provides')).length > provides.length) return [];
  const used = new Set(provides.map(({ channel }) => channel));
  const known = new Set<string | undefined>(channels.map(({ name }) => name));
  if (provides.some(({ channel }) => channel !== undefined && !known.has(channel))) return [];
  return channels.flatMap(({ name, at }) => (used.has(name) ? [] : [diagnose('unused-channel', at, { channel: name })]));
}

function checkOne(
  { users }: CheckContext,
  { service }: Contract,
  { id, pattern, at, deprecated, responders }: Interaction,
): readonly Diagnostic[] {
  const using = users.get(id) ?? [];
  if (pattern === 'publish-async-responses') {
    if (responders !== undefined || using.some(({ use }) => use.respond)) return [];
    const related = using.map(({ contract, use }) => ({ at: use.at, label: `${contract.service} does not answer` }));
    return [diagnose('nobody-answers', at, { id, service, declining: using.map(({ contract }) => contract.service) }, related)];
  }
  if (using.length > 0 || deprecated) return [];
  if (pattern === 'publish-subscribe') return [diagnose('unused-event', at, { id, service })];
  return pattern === 'notification' ? [diagnose('unsent-notification', at, { id, service })] : [];
}
