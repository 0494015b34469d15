/** How messages are kept, ordered and tried again: retention, keys, expiry. */
import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { ownProperty } from '../../source/json.ts';
import { appendPointer, type Pointer } from '../../source/pointer.ts';
import { attemptsBefore, receiverPolicy, retrySpan } from '../delivery.ts';
import { durationAt } from '../fields.ts';
import type { Interaction, Use } from '../model.ts';
import { formatDuration } from '../quantities.ts';
import {
  type CheckContext,
  type InteractionCheck,
  isThere,
  keyPlace,
  objectThere,
  type UseCheck,
  usePointer,
  valuePlace,
  writtenName,
} from './context.ts';
import { deliveryHas, EVENT_PATTERNS } from './keys.ts';

/** Retention where a log is kept, and nowhere else. */
export const checkRetention: InteractionCheck = (context, { file }, interaction, own) => {
  const { pointer, via, at, pattern, channel } = interaction;
  const transport = context.transports.get(via);
  if (!transport || !deliveryHas('retain', pattern)) return [];
  const ofItself = ownProperty(ownProperty(own, 'delivery'), 'retain') !== undefined;
  const onChannel = channel === undefined || ofItself ? undefined : appendPointer('/channels', channel, 'retain');
  const written = onChannel === undefined ? ofItself : isThere(context, file, onChannel);
  const keepsLog = transport.kind === 'kafka' || transport.kind === 'redis' || transport.kind === 'memory';
  if (written && !keepsLog) {
    const retain = onChannel ?? appendPointer(pointer, 'delivery', 'retain');
    return [diagnose('retain-without-log', keyPlace(context, file, retain), { transport: transport.name, kind: transport.kind })];
  }
  const missing = !written && transport.kind === 'redis' && EVENT_PATTERNS.includes(pattern);
  return missing ? [diagnose('missing-retain', at, { interaction: writtenName(interaction), transport: transport.name })] : [];
};

/** Tombstones and compaction need each other and a key; order needs a key. */
export const checkKeeping: InteractionCheck = (context, { file }, interaction, written) => {
  const { pointer, delivery } = interaction;
  const name = writtenName(interaction);
  const place = (...keys: readonly string[]): Pointer => appendPointer(pointer, 'delivery', ...keys);
  const findings: Diagnostic[] = [];
  const keyed = delivery.key !== undefined || ownProperty(ownProperty(written, 'delivery'), 'key') !== undefined;
  if (delivery.tombstone && !delivery.retain?.compact) {
    findings.push(diagnose('tombstone-without-compact', keyPlace(context, file, place('tombstone')), { interaction: name }));
  }
  if (delivery.retain?.compact && !keyed) {
    findings.push(diagnose('compact-without-key', keyPlace(context, file, place('retain')), { interaction: name }));
  }
  if (delivery.order === 'key' && !keyed) {
    findings.push(diagnose('order-without-key', keyPlace(context, file, place('order')), { interaction: name }));
  }
  return findings;
};

/** What holds for a whole log is said by its channel, not by one of its events. */
export const checkChannelDecides: InteractionCheck = (context, { file }, { pointer, name, channel }, written) => {
  if (channel === undefined) return [];
  return ['partitions', 'retain'].flatMap((key) => {
    if (ownProperty(ownProperty(written, 'delivery'), key) === undefined) return [];
    const place = appendPointer(pointer, 'delivery', key);
    return [diagnose('channel-decides', keyPlace(context, file, place), { interaction: name, key: `delivery.${key}`, channel })];
  });
};

/** The pauses of a provider's retries, also those that are its users' default. */
export const checkRetry: InteractionCheck = (context, { file }, interaction) => {
  const place = appendPointer(interaction.pointer, 'delivery', 'retry');
  return [...checkPauses(context, file, place), ...checkExpiry(context, { file, place }, interaction)];
};

/** The pauses of a user's retries. */
export const checkUseRetry: UseCheck = (context, { file }, use, interaction) => {
  const place = appendPointer(usePointer(use), 'delivery', 'retry');
  const expiry = isThere(context, file, place) ? checkExpiry(context, { file, place }, interaction, use) : [];
  return [...checkPauses(context, file, place), ...expiry];
};

function checkPauses(context: CheckContext, file: string, place: Pointer): readonly Diagnostic[] {
  const written = objectThere(context, file, place);
  const delay = durationAt(written, 'delay');
  const maxDelay = durationAt(written, 'max-delay');
  if (delay === undefined || maxDelay === undefined || delay <= maxDelay) return [];
  const at = valuePlace(context, file, appendPointer(place, 'max-delay'));
  return [diagnose('retry-delays-contradict', at, { delay: formatDuration(delay), maxDelay: formatDuration(maxDelay) })];
}

type RetryPlace = { readonly file: string; readonly place: Pointer };

function checkExpiry(context: CheckContext, { file, place }: RetryPlace, interaction: Interaction, use?: Use): readonly Diagnostic[] {
  const { expire } = interaction.delivery;
  if (expire === undefined) return [];
  const { retry } = receiverPolicy(interaction, use);
  if (!retry) return [];
  const total = retrySpan(retry);
  if (total < expire) return [];
  const expires = appendPointer(interaction.pointer, 'delivery', 'expire');
  const providerFile = context.services.get(interaction.service)?.file ?? file;
  const related = [{ at: valuePlace(context, providerFile, expires), label: 'expires here' }];
  const at = isThere(context, file, place) ? valuePlace(context, file, place) : interaction.at;
  const data = {
    interaction: use ? interaction.id : writtenName(interaction),
    total: formatDuration(total),
    expire: formatDuration(expire),
    fits: attemptsBefore(retry, expire),
  };
  return [diagnose('retry-outlives-expiry', at, data, related)];
}
