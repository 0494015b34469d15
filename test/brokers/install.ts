import { bringKafka } from './kafka.ts';
import { bringRabbitmq } from './rabbitmq.ts';
import { bringRedis } from './redis.ts';
import { bringValkey } from './valkey.ts';

/**
 * Brings all brokers before any suite starts: suites run side by side, and Debian's package manager does not.
 * What cannot be had is told by the suite that needs it.
 */
export async function setup(): Promise<void> {
  await bringRabbitmq('3');
  bringRedis();
  bringValkey();
  await Promise.all([bringRabbitmq('4'), bringKafka()]);
}
