import { receiverPolicy } from '../../contract/delivery.ts';
import { withoutUndefined } from '../../contract/fields.ts';
import type { Channel, Delivery, Interaction, Milliseconds, Retention, RetryPolicy, TransportKind, Use } from '../../contract/model.ts';
import { findContract, findTransport, type System } from '../../contract/system.ts';
import { channelOf } from '../../topology/receptions.ts';
import type { Change, ChangeKind } from '../change.ts';
import type { Proof } from '../finding.ts';
import { type Situation, type SystemRule, spellChange } from './rule.ts';

/** What one version says around a setting that changed. */
export type Told = {
  readonly interaction?: Interaction;
  /** What the user says, where the setting is one of `uses`. */
  readonly use?: Use;
  readonly delivery: Delivery;
  /** The channel that it is a setting of, or that carries the interaction. */
  readonly channel?: Channel;
  readonly carrier?: TransportKind;
  /** Whether messages have a key, by which a log spreads them over its partitions. */
  readonly keyed: boolean;
  readonly retain?: Retention;
  readonly partitions?: number;
  readonly retry?: RetryPolicy;
};

/** What both versions say around a setting. */
export function toldBy(change: Change, { before, after }: Situation): { readonly old: Told; readonly now: Told } {
  return { old: toldIn(before, change), now: toldIn(after, change) };
}

type Subject = Pick<Told, 'interaction' | 'use' | 'channel'>;

function subjectIn(system: System, { service, name, interaction: id, formerly }: Change): Subject {
  const contract = findContract(system, service);
  if (id === undefined)
    return withoutUndefined<Subject>({ channel: contract?.channels.find((one) => name.startsWith(`channels.${one.name}.`)) });
  const interaction = system.interactions.get(id) ?? system.interactions.get(formerly ?? '');
  const use = name.startsWith('uses.') ? contract?.uses.find((one) => one.id === interaction?.id) : undefined;
  return withoutUndefined<Subject>({ interaction, use, channel: interaction && channelOf(system, interaction) });
}

function toldIn(system: System, change: Change): Told {
  const subject = subjectIn(system, change);
  const { interaction, use, channel } = subject;
  const transport = findTransport(system.project, interaction?.via ?? channel?.via ?? '');
  const delivery = use?.delivery ?? interaction?.delivery ?? {};
  return withoutUndefined<Told>({
    ...subject,
    delivery,
    keyed: (channel?.key ?? delivery.key ?? []).length > 0,
    carrier: transport?.kind,
    retain: channel?.retain ?? delivery.retain,
    partitions: channel?.partitions ?? delivery.partitions ?? transport?.defaults.partitions,
    retry: interaction && receiverPolicy(interaction, use).retry,
  });
}

/** Whether a bound became tighter; one that is not there is the loosest. */
export function isTighter(old: Milliseconds | undefined, now: Milliseconds | undefined): boolean {
  return (now ?? Number.POSITIVE_INFINITY) < (old ?? Number.POSITIVE_INFINITY);
}

/** Both values as the proof of a break that no message shows. */
export function valuesOf({ before, after }: Change): Extract<Proof, { kind: 'values' }> {
  return {
    kind: 'values',
    ...(before.value !== undefined && { before: before.value }),
    ...(after.value !== undefined && { after: after.value }),
  };
}

type Row = Pick<SystemRule, 'describes' | 'judge' | 'advice'>;

/** A rule about a setting: what changed is told by its name and both values. */
export function setting<K extends ChangeKind>(id: K, row: Row): SystemRule<K> {
  return { id, family: 'settings', grades: 'system', message: (change) => `${change.name} changed: ${spellChange(change)}.`, ...row };
}
