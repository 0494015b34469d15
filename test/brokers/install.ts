import { ensureInstalled } from './broker-process.ts';
import { fromEnvironment, RABBITMQ_PACKAGE } from './rabbitmq.ts';
import { REDIS_PACKAGES } from './redis.ts';

/**
 * Brings the brokers' packages before any suite starts, one after the other: suites run side by side, and Debian's package manager does not.
 * What cannot be had is told by the suite that needs it.
 */
export function setup(): void {
  const packages = [...(fromEnvironment() ? [] : [RABBITMQ_PACKAGE]), ...REDIS_PACKAGES];
  for (const each of packages) ensureInstalled(each);
}
