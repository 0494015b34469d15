import { receiverPolicy } from '../contract/delivery.ts';
import type { Interaction, Milliseconds, Pattern } from '../contract/model.ts';
import { formatDuration } from '../contract/quantities.ts';
import { findTransport, type System, usersOf } from '../contract/system.ts';
import { channelOf, isReceivedByProvider } from '../topology/receptions.ts';

/** One place where a message is kept after it was sent, and read by versions that came later. */
export type Kept = {
  readonly where: 'log' | 'dead letters';
  /** `ever` where nobody says when it goes. */
  readonly time: Milliseconds | 'ever';
  /** Whether the contract says that it is kept so long; dead letters without a word are kept until somebody looks. */
  readonly said: boolean;
};

/** Where the first messages of an interaction are kept; docs/language.md, "What compatibility means". */
export function keptMessages(system: System, interaction: Interaction): readonly Kept[] {
  return [...keptInLog(system, interaction), ...keptAsDead(system, interaction)];
}

const LOGS: ReadonlySet<string> = new Set(['kafka', 'redis']);

/** New users begin anywhere in an event's log; notifications and requests are read once, by one group. */
function keptInLog(system: System, interaction: Interaction): readonly Kept[] {
  const kind = findTransport(system.project, interaction.via)?.kind;
  if (interaction.pattern !== 'publish-subscribe' || kind === undefined || !LOGS.has(kind)) return [];
  const retain = channelOf(system, interaction)?.retain ?? interaction.delivery.retain;
  const time = retain === undefined || retain.compact ? undefined : retain.time;
  return [{ where: 'log', time: time ?? 'ever', said: true }];
}

/** Patterns whose messages end as dead letters without anybody saying so. */
const PARKED: ReadonlySet<Pattern> = new Set<Pattern>(['notification', 'publish-subscribe']);

function keptAsDead(system: System, interaction: Interaction): readonly Kept[] {
  const receivers = isReceivedByProvider(interaction) ? [undefined] : usersOf(system, interaction.id).map(({ use }) => use);
  return receivers.flatMap((use): readonly Kept[] => {
    const { deadLetters } = receiverPolicy(interaction, use);
    if (deadLetters === false) return [];
    const { retain } = deadLetters;
    if (retain !== undefined) return [{ where: 'dead letters', time: retain, said: true }];
    return PARKED.has(interaction.pattern) ? [{ where: 'dead letters', time: 'ever', said: false }] : [];
  });
}

/** Whether what was sent so long ago is still kept there. */
export function isStillKept({ time }: Kept, age: Milliseconds): boolean {
  return time === 'ever' || time >= age;
}

/** Where messages are kept and how long, in words: `in its log for 30d and among dead letters`. */
export function spellKept(kept: readonly Kept[]): string {
  const words = kept.map(({ where, time }) => {
    const place = where === 'log' ? 'in its log' : 'among dead letters';
    return time === 'ever' ? place : `${place} for ${formatDuration(time)}`;
  });
  return [...new Set(words)].join(' and ');
}
