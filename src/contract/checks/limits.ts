/** Limits, lengths and partitions that cannot be, or change nothing; and outboxes before somebody who waits. */
import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { appendPointer, type Pointer } from '../../source/pointer.ts';
import { receiverPolicy } from '../delivery.ts';
import type { Interaction, Limit, Use } from '../model.ts';
import { PATTERNS } from '../patterns.ts';
import {
  type CheckContext,
  type InteractionCheck,
  isThere,
  keyPlace,
  type UseCheck,
  usePointer,
  valuePlace,
  writtenName,
} from './context.ts';

/** AMQP 0-9-1: the prefetch count of `basic.qos` is an unsigned short. */
const MOST_UNFINISHED = 65_535;

type Holder = { readonly file: string; readonly pointer: Pointer };

/** What the provider says. */
export const checkLimits: InteractionCheck = (context, { file }, interaction) => {
  const holder = { file, pointer: interaction.pointer };
  const name = writtenName(interaction);
  return [
    ...checkPrefetch(context, holder, interaction, interaction.limit),
    ...(isReceiver(interaction) ? checkOverflow(context, holder, interaction) : []),
    ...checkShards(context, file, interaction),
    ...(interaction.pattern === 'publish-async-responses' && interaction.delivery.outbox ? [awaits(context, holder, name, true)] : []),
  ];
};

/** What a user says. */
export const checkUseLimits: UseCheck = (context, { file }, use, interaction) => {
  const holder = { file, pointer: usePointer(use) };
  const asks = interaction.pattern === 'async-request-response' && interaction.reply === 'process';
  return [
    ...(isReceiver(interaction)
      ? []
      : [...checkPrefetch(context, holder, interaction, use.limit), ...checkOverflow(context, holder, interaction, use)]),
    ...(asks && use.delivery.outbox ? [awaits(context, holder, interaction.id, false)] : []),
  ];
};

/** Whether the provider itself receives. */
function isReceiver({ pattern }: Interaction): boolean {
  return PATTERNS[pattern].receiver === 'provider';
}

function checkPrefetch(
  context: CheckContext,
  { file, pointer }: Holder,
  interaction: Interaction,
  limit: Limit | undefined,
): readonly Diagnostic[] {
  const transport = context.transports.get(interaction.via);
  const sum = (limit?.concurrent ?? 0) + (limit?.queued ?? 0);
  if (transport?.kind !== 'rabbitmq' || sum <= MOST_UNFINISHED) return [];
  const at = valuePlace(context, file, appendPointer(pointer, 'limit'));
  return [diagnose('limit-too-large', at, { interaction: interaction.id, limit: sum, most: MOST_UNFINISHED, transport: transport.name })];
}

function checkOverflow(context: CheckContext, { file, pointer }: Holder, interaction: Interaction, use?: Use): readonly Diagnostic[] {
  const place = appendPointer(pointer, 'delivery', 'overflow');
  if (!isThere(context, file, place) || context.transports.get(interaction.via)?.kind !== 'rabbitmq') return [];
  if (receiverPolicy(interaction, use).maxLength !== undefined || isThere(context, file, appendPointer(pointer, 'delivery', 'max-length')))
    return [];
  const own = use?.address?.kind === 'queue' ? Object.keys(use.address.queue.arguments) : [];
  if (own.includes('x-max-length') || own.includes('x-max-length-bytes')) return [];
  return [diagnose('overflow-without-max-length', keyPlace(context, file, place), { interaction: interaction.id })];
}

/** `topology/addresses.ts` cuts a stream into shards only where it is ordered by key. */
function checkShards(context: CheckContext, file: string, interaction: Interaction): readonly Diagnostic[] {
  const { delivery, channel, pointer } = interaction;
  const { partitions } = delivery;
  const transport = context.transports.get(interaction.via);
  const keyed = delivery.key !== undefined || isThere(context, file, appendPointer(pointer, 'delivery', 'key'));
  if (transport?.kind !== 'redis' || partitions === undefined || partitions < 2 || (keyed && delivery.order !== 'none')) return [];
  const own = appendPointer(pointer, 'delivery', 'partitions');
  if (channel !== undefined && keyed) return [];
  const place = channel === undefined || isThere(context, file, own) ? own : appendPointer('/channels', channel, 'partitions');
  const data = { interaction: writtenName(interaction), partitions, ordered: !keyed, transport: transport.name };
  return [diagnose('partitions-without-key', keyPlace(context, file, place), data)];
}

function awaits(context: CheckContext, { file, pointer }: Holder, interaction: string, gathers: boolean): Diagnostic {
  return diagnose('outbox-awaits-answer', keyPlace(context, file, appendPointer(pointer, 'delivery', 'outbox')), { interaction, gathers });
}
