import type { Bytes, Milliseconds } from './model.ts';

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const BYTES: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 };

/** A duration as contracts write it: `250ms`, `5s`, `10m`, `24h`, `30d`. Undefined for any other text. */
export function parseDuration(text: string): Milliseconds | undefined {
  const [, amount, unit] = /^([1-9][0-9]{0,7})(ms|s|m|h|d)$/.exec(text) ?? [];
  return amount && unit ? Number(amount) * (MILLISECONDS[unit] ?? 1) : undefined;
}

/** A size as contracts write it: `512B`, `64KiB`, `10MiB`, `1GiB`. Undefined for any other text. */
export function parseSize(text: string): Bytes | undefined {
  const [, amount, unit] = /^([1-9][0-9]{0,3}|[1-9][0-9]{0,8}(?!TiB|GiB))(B|KiB|MiB|GiB|TiB)$/.exec(text) ?? [];
  return amount && unit ? Number(amount) * (BYTES[unit] ?? 1) : undefined;
}

/** A share as contracts write it: `98%`, `99.95%`. Between 0 and 1; undefined for any other text. */
export function parseShare(text: string): number | undefined {
  const [, amount] = /^(100|[1-9]?[0-9](?:\.[0-9]{1,6})?)%$/.exec(text) ?? [];
  // Divided by way of the shortest decimal text, so that 99.95 % is 0.9995 and not 0.9995000000000001.
  return amount === undefined ? undefined : Number((Number(amount) / 100).toPrecision(12));
}

/** Writes a duration the way contracts do, in the largest unit that divides it. */
export function formatDuration(milliseconds: Milliseconds): string {
  for (const unit of ['d', 'h', 'm', 's']) {
    const size = MILLISECONDS[unit] ?? 1;
    if (milliseconds >= size && milliseconds % size === 0) return `${milliseconds / size}${unit}`;
  }
  return `${milliseconds}ms`;
}

/** Whether a text is a date as contracts write it: `2027-01-31`. Where a version may stand as well, anything else is one. */
export function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text);
}
