/** The numbers that messages have: finite IEEE 754 doubles, each with a next one. */

const view = (): DataView => new DataView(new ArrayBuffer(8));

/** The least number above one. */
export function nextAbove(value: number): number {
  if (value === Number.POSITIVE_INFINITY) return value;
  if (value === 0) return Number.MIN_VALUE;
  if (value === Number.NEGATIVE_INFINITY) return -Number.MAX_VALUE;
  return step(value, value > 0 ? 1n : -1n);
}

/** The greatest number below one. */
export function nextBelow(value: number): number {
  return -nextAbove(-value);
}

function step(value: number, by: bigint): number {
  const bytes = view();
  bytes.setFloat64(0, value);
  bytes.setBigInt64(0, bytes.getBigInt64(0) + by);
  return bytes.getFloat64(0);
}

/** How many numbers there are from one to another, both counted; no more than `most` are counted. */
export function countDoubles(from: number, to: number, most: number): number {
  let count = 0;
  for (let at = from; at <= to && count < most; at = nextAbove(at)) count += 1;
  return count;
}
