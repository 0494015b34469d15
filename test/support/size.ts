/**
 * How often a property is tried: a sample with `npm test`, many times that with `npm run verify`, which sets MSGCTL_TEST_SIZE=full. Seeds are
 * the tests' own either way, so that both sizes find the same thing each time.
 */
export function runs(sampled: number, full: number): number {
  return isFullSize ? full : sampled;
}

/** Whether it is `npm run verify`. */
export const isFullSize: boolean = process.env.MSGCTL_TEST_SIZE === 'full';

/** How long such a test may take before it is given up, in milliseconds. */
export const PATIENCE = process.env.MSGCTL_TEST_SIZE === 'full' ? 1_800_000 : 60_000;
