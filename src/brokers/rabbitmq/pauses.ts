/** Retry policies that take given pauses: a ladder read backwards. */
import { DEFAULT_RETRY, retryDelays } from '../../contract/delivery.ts';
import { formatDuration } from '../../contract/quantities.ts';
import type { JsonValue } from '../../source/json.ts';

const USUAL = retryDelays(DEFAULT_RETRY);

/** The pauses that the usual policy does not take; all of them where it takes one that is not among them. */
export function withoutUsual(pauses: readonly number[]): readonly number[] {
  return USUAL.every((pause) => pauses.includes(pause)) ? pauses.filter((pause) => !USUAL.includes(pause)) : pauses;
}

/** The fewest policies, as contracts write them, that together take exactly these pauses (milliseconds, shortest first). */
export function policiesFor(pauses: readonly number[]): readonly JsonValue[] {
  if (pauses.length === 0) return [];
  const one = policyFor(pauses);
  if (one !== undefined) return [one];
  const rest = withoutUsual(pauses);
  if (rest.length < pauses.length) return [true, ...policiesFor(rest)];
  return pauses.flatMap((pause) => policyFor([pause]) ?? []);
}

function policyFor(pauses: readonly number[]): JsonValue | undefined {
  if (isSame(USUAL, pauses)) return true;
  const [delay = 0, second = delay] = pauses;
  const maxDelay = pauses.at(-1) ?? delay;
  const policy = { attempts: pauses.length + 1, delay, factor: Number((second / delay).toFixed(3)), maxDelay };
  if (!isSame(retryDelays(policy), pauses)) return undefined;
  const { attempts, factor } = policy;
  return { attempts, delay: formatDuration(delay), factor, 'max-delay': formatDuration(maxDelay) };
}

function isSame(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((value, at) => value === other[at]);
}
