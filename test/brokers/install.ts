import { bringKafka } from './kafka.ts';
import { bringRabbitmq, type RabbitmqVersion, startRabbitmq, variablesOf } from './rabbitmq.ts';
import { bringRedis } from './redis.ts';
import { bringValkey } from './valkey.ts';

/**
 * Brings all brokers before any suite starts: suites run side by side, and Debian's package manager does not. In a run of all suites those
 * that keep to a virtual host of their own share one RabbitMQ of each version, instead of starting it twenty times. What cannot be had is
 * told by the suite that needs it.
 */
export async function setup(): Promise<() => Promise<void>> {
  await bringRabbitmq('3');
  bringRedis();
  bringValkey();
  await Promise.all([bringRabbitmq('4'), bringKafka()]);
  const stops = RUNS_ALL.includes(process.env.npm_lifecycle_event ?? '') ? await Promise.all([share('3'), share('4')]) : [];
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}

/** The scripts of npm that run all suites. */
const RUNS_ALL = ['test', 'verify'];

/** Suites learn of it as of one that somebody else runs. */
async function share(version: RabbitmqVersion): Promise<() => Promise<void>> {
  const started = await startRabbitmq({ version });
  if ('unavailable' in started) return () => Promise.resolve();
  Object.assign(process.env, variablesOf(version, started.broker));
  return started.stop;
}
