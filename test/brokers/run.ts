/** All brokers of the tests at once, for a terminal or around one command. `npm run brokers`, see CONTRIBUTING.md. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Started } from './broker-process.ts';
import { bringKafka, startKafka } from './kafka.ts';
import { bringRabbitmq, startRabbitmq, variablesOf } from './rabbitmq.ts';
import { bringRedis, startRedis } from './redis.ts';

type Variables = Readonly<Record<string, string>>;

/** How one is brought and started, and the variables that name it to the tests. */
type Entry = { readonly bring: () => Promise<string | undefined>; readonly start: () => Promise<Started<Variables>> };

const BROKERS: Readonly<Record<string, Entry>> = {
  rabbitmq: {
    bring: () => bringRabbitmq('3'),
    start: async () => named(await startRabbitmq(), (broker) => variablesOf('3', broker)),
  },
  redis: {
    bring: async () => bringRedis(),
    start: async () => named(await startRedis(), ({ url }) => ({ MSGCTL_TEST_REDIS_URL: url })),
  },
  kafka: { bring: bringKafka, start: async () => named(await startKafka(), ({ brokers }) => ({ MSGCTL_TEST_KAFKA_BROKERS: brokers })) },
  rabbitmq4: {
    bring: () => bringRabbitmq('4'),
    start: async () => named(await startRabbitmq({ version: '4' }), (broker) => variablesOf('4', broker)),
  },
};

/**
 * Starts the brokers that MSGCTL_TEST_BROKERS lists with commas, or all. With a command, runs it with the variables that name them and returns
 * its exit code; without one, prints the variables for a shell and stays until it is told to end.
 */
export async function run(command: readonly string[]): Promise<number> {
  const names = process.env.MSGCTL_TEST_BROKERS?.split(',').map((name) => name.trim()) ?? Object.keys(BROKERS);
  const unknown = names.find((name) => !Object.hasOwn(BROKERS, name));
  if (unknown !== undefined) return fail(`MSGCTL_TEST_BROKERS names "${unknown}". There are ${Object.keys(BROKERS).join(', ')}.`);
  const abandon = () => process.exit(128 + constants.signals.SIGINT);
  process.on('SIGINT', abandon).on('SIGTERM', abandon);
  const started = await Promise.all(
    Object.entries(BROKERS)
      .filter(([name]) => names.includes(name))
      .map(startOne),
  );
  process.off('SIGINT', abandon).off('SIGTERM', abandon);
  const brokers = started.flatMap((each) => ('unavailable' in each ? [] : [each]));
  try {
    const missing = started.flatMap((each) => ('unavailable' in each ? [each.unavailable] : []));
    if (missing.length > 0) return fail(`${missing.join('\n')}\nMSGCTL_TEST_BROKERS lists with commas which to start.`);
    const variables: Variables = Object.assign({}, ...brokers.map(({ broker }) => broker));
    return await (command.length > 0 ? runCommand(command, variables) : stay(variables));
  } finally {
    await Promise.all(brokers.map(({ stop }) => stop()));
  }
}

async function startOne([name, { bring, start }]: readonly [string, Entry]): Promise<Started<Variables>> {
  const begin = Date.now();
  const problem = await bring();
  const started: Started<Variables> = problem === undefined ? await start() : { unavailable: problem };
  if ('unavailable' in started) return { unavailable: `No ${name}: ${started.unavailable}.` };
  process.stderr.write(`${name} answers after ${((Date.now() - begin) / 1_000).toFixed(1)} s\n`);
  return started;
}

function named<Broker>(started: Started<Broker>, variables: (broker: Broker) => Variables): Started<Variables> {
  return 'unavailable' in started ? started : { ...started, broker: variables(started.broker) };
}

async function stay(variables: Variables): Promise<number> {
  for (const [name, value] of Object.entries(variables)) process.stdout.write(`export ${name}='${value}'\n`);
  process.stderr.write('Ctrl-C takes them down.\n');
  const keepAlive = setInterval(() => undefined, 60_000);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve).once('SIGTERM', resolve).once('SIGHUP', resolve);
  });
  clearInterval(keepAlive);
  return 0;
}

/** A signal is for the command: the brokers go when it has ended. */
async function runCommand([program = '', ...args]: readonly string[], variables: Variables): Promise<number> {
  const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...variables } });
  // A terminal sends it to the command as well.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(fail(`${program} did not start: ${error.message}`)));
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

function fail(message: string): number {
  process.stderr.write(`${message}\n`);
  return 2;
}
