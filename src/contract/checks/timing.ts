/** Durations that must fit each other: retries, timeouts, expiry, how long a log keeps and a receiver remembers. */
import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic, Related } from '../../diagnostics/diagnostic.ts';
import type { LateBecause } from '../../diagnostics/families/timing.ts';
import { appendPointer, type Pointer } from '../../source/pointer.ts';
import { attemptsBefore, receiverPolicy, retrySpan } from '../delivery.ts';
import type { Interaction, Milliseconds, Use } from '../model.ts';
import { PATTERNS } from '../patterns.ts';
import { formatDuration } from '../quantities.ts';
import { type CheckContext, type InteractionCheck, isThere, type UseCheck, usePointer, valuePlace, writtenName } from './context.ts';
import { deliveryHas } from './keys.ts';

/** One side of an interaction: the provider's own words (no `use`), or those of a user. */
type Side = { readonly file: string; readonly holder: Pointer; readonly interaction: Interaction; readonly use?: Use };

/** The durations of a provider. */
export const checkTiming: InteractionCheck = (context, { file }, interaction) => {
  const side = { file, holder: interaction.pointer, interaction };
  return [
    ...checkTimeoutOfRetry(context, side),
    ...checkMemory(context, side),
    ...checkKept(context, side),
    ...checkCompacted(context, side),
  ];
};

/** The durations of a user, held against those of the provider. */
export const checkUseTiming: UseCheck = (context, { file }, use, interaction) => {
  const side = { file, holder: usePointer(use), interaction, use };
  return [
    ...checkTimeoutOfRetry(context, side),
    ...checkOwnTimeout(context, side),
    ...checkMemory(context, side),
    ...checkOrderedRetry(context, side),
    ...checkStart(context, side),
  ];
};

function receives({ interaction, use }: Side): boolean {
  return (PATTERNS[interaction.pattern].receiver === 'provider') === (use === undefined);
}

function nameOf({ interaction, use }: Side): string {
  return use ? interaction.id : writtenName(interaction);
}

/** The place of something that the provider says, with what to say of it. */
function atProvider(context: CheckContext, { service, pointer }: Interaction, keys: readonly string[], label: string): readonly Related[] {
  const file = context.services.get(service)?.file;
  const place = appendPointer(pointer, ...keys);
  return file !== undefined && isThere(context, file, place) ? [{ at: valuePlace(context, file, place), label }] : [];
}

/** What is tried for longer than anybody waits, where somebody wrote it so. */
function checkTimeoutOfRetry(context: CheckContext, side: Side): readonly Diagnostic[] {
  const { file, holder, interaction, use } = side;
  const { timeout, pattern } = interaction;
  const place = appendPointer(holder, 'delivery', 'retry');
  const { retry } = receiverPolicy(interaction, use);
  if (timeout === undefined || !retry || !deliveryHas('retry', pattern) || !isThere(context, file, place)) return [];
  if (use && !(use.respond && receives(side))) return [];
  if (retrySpan(retry) < timeout) return [];
  const related = atProvider(context, interaction, ['timeout'], 'awaited for that long');
  return [diagnose('retry-outlives-timeout', valuePlace(context, file, place), tooLate(side, timeout, pattern), related)];
}

/** A caller that waits for less than its provider tries, although the provider itself tries for less than it promises. */
function checkOwnTimeout(context: CheckContext, side: Side): readonly Diagnostic[] {
  const { file, holder, interaction, use } = side;
  const { retry } = receiverPolicy(interaction);
  const own = use?.timeout;
  if (own === undefined || interaction.timeout === undefined || !retry || PATTERNS[interaction.pattern].receiver === 'users') return [];
  if (retrySpan(retry) < own || retrySpan(retry) >= interaction.timeout) return [];
  const related = atProvider(context, interaction, ['delivery', 'retry'], 'retried here');
  const at = valuePlace(context, file, appendPointer(holder, 'timeout'));
  return [diagnose('retry-outlives-timeout', at, tooLate({ ...side, interaction }, own, interaction.pattern), related)];
}

function tooLate(side: Side, timeout: Milliseconds, pattern: Interaction['pattern']) {
  const { interaction, use } = side;
  const { retry } = receiverPolicy(interaction, receives(side) ? use : undefined);
  if (!retry) throw new Error(`${interaction.id} is not retried`);
  return {
    interaction: nameOf(side),
    total: formatDuration(retrySpan(retry)),
    timeout: formatDuration(timeout),
    fits: attemptsBefore(retry, timeout),
    gathers: pattern === 'publish-async-responses',
  };
}

/** What a receiver remembers for less time than a repetition may take. */
function checkMemory(context: CheckContext, side: Side): readonly Diagnostic[] {
  const { file, holder, interaction, use } = side;
  const deduplicate = (use ?? interaction).delivery.deduplicate;
  if (!deduplicate || !receives(side)) return [];
  const place = appendPointer(holder, 'delivery', 'deduplicate');
  const { within, by } = deduplicate;
  if (within === undefined) {
    if (by === 'message-id' || isThere(context, file, appendPointer(place, 'within'))) return [];
    return [diagnose('deduplication-without-window', valuePlace(context, file, place), { interaction: nameOf(side) })];
  }
  const longest = lateness(side).reduce<Late | undefined>((most, late) => (most && most.span >= late.span ? most : late), undefined);
  if (!longest || within >= longest.span) return [];
  const at = valuePlace(context, file, appendPointer(place, 'within'));
  const data = { interaction: nameOf(side), within: formatDuration(within), span: formatDuration(longest.span), because: longest.because };
  return [diagnose('deduplication-too-short', at, data, atProvider(context, interaction, longest.keys, longest.label))];
}

type Late = { readonly because: LateBecause; readonly span: Milliseconds; readonly keys: readonly string[]; readonly label: string };

/** How late a message may still come, and why. */
function lateness({ interaction, use }: Side): readonly Late[] {
  const { retry } = receiverPolicy(interaction, use);
  const { timeout, delivery, pattern } = interaction;
  const asks = PATTERNS[pattern].receiver === 'provider' && timeout !== undefined;
  return [
    ...(retry ? [{ because: 'retry', span: retrySpan(retry), keys: ['delivery', 'retry'], label: 'retried here' } as const] : []),
    ...(delivery.expire === undefined
      ? []
      : [{ because: 'expire', span: delivery.expire, keys: ['delivery', 'expire'], label: 'expires here' } as const]),
    ...(asks ? [{ because: 'timeout', span: timeout, keys: ['timeout'], label: 'awaited for that long' } as const] : []),
  ];
}

/** What a log drops before its time is over. */
function checkKept(context: CheckContext, side: Side): readonly Diagnostic[] {
  const { interaction } = side;
  const late = lateness(side).filter(({ because }) => because !== 'retry' || (isOrdered(side) && receives(side)));
  return checkRetention(context, side, late, interaction.at);
}

/** A user that tries a message, in order, for longer than the log keeps it. */
function checkOrderedRetry(context: CheckContext, side: Side): readonly Diagnostic[] {
  const { file, holder } = side;
  const place = appendPointer(holder, 'delivery', 'retry');
  if (!receives(side) || !isOrdered(side) || !isThere(context, file, place)) return [];
  const late = lateness(side).filter(({ because }) => because === 'retry');
  return checkRetention(context, side, late, valuePlace(context, file, place));
}

function checkRetention(context: CheckContext, side: Side, late: readonly Late[], at: Diagnostic['at']): readonly Diagnostic[] {
  const { interaction } = side;
  const time = interaction.delivery.retain?.time;
  const kind = context.transports.get(interaction.via)?.kind;
  if (time === undefined || interaction.delivery.retain?.compact || (kind !== 'kafka' && kind !== 'redis')) return [];
  const [worst] = late.filter(({ span }) => span > time).sort((a, b) => b.span - a.span);
  if (!worst) return [];
  const data = { interaction: nameOf(side), retain: formatDuration(time), span: formatDuration(worst.span), because: worst.because };
  const related = [
    ...atProvider(context, interaction, ['delivery', 'retain'], 'kept for that long'),
    ...atProvider(context, interaction, worst.keys, worst.label),
  ];
  const [first, ...rest] = related;
  return [side.use || !first ? diagnose('retention-too-short', at, data, related) : diagnose('retention-too-short', first.at, data, rest)];
}

function isOrdered({ interaction, use }: Side): boolean {
  return receiverPolicy(interaction, use).ordered;
}

function checkCompacted(context: CheckContext, { file, holder, interaction }: Side): readonly Diagnostic[] {
  const { expire, retain } = interaction.delivery;
  if (expire === undefined || !retain?.compact) return [];
  const at = valuePlace(context, file, appendPointer(holder, 'delivery', 'expire'));
  const related = atProvider(context, interaction, ['delivery', 'retain'], 'compacted here');
  return [diagnose('compacted-log-expires', at, { interaction: writtenName(interaction), expire: formatDuration(expire) }, related)];
}

function checkStart(context: CheckContext, { file, holder, interaction, use }: Side): readonly Diagnostic[] {
  const { expire, retain } = interaction.delivery;
  if (use?.start !== 'earliest' || expire === undefined || retain?.compact) return [];
  if (retain?.time !== undefined && retain.time <= expire) return [];
  const at = valuePlace(context, file, appendPointer(holder, 'start'));
  const data = { interaction: interaction.id, expire: formatDuration(expire) };
  return [diagnose('start-meets-expiry', at, data, atProvider(context, interaction, ['delivery', 'expire'], 'expires here'))];
}
