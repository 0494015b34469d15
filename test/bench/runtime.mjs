// The runtime beside amqplib by hand and beside other libraries, in one process and one run. Build first, and give it a RabbitMQ:
//
//   npm run brokers -- node test/bench/runtime.mjs [--seconds=0.1] [--rounds=25] [--only=calls,peers,memory,publish,consume]
//
// Two baselines, both by hand: through a transient classic queue, the cheapest there is, and through a quorum queue as msgctl makes it. msgctl goes through both kinds
// as well. Both ends of a call are in this process, so that a round measures what both cost. It measures and decides nothing.
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { callFleeting, callKept, consumeAll, fill, publishConfirmed } from './runtime/by-hand.mjs';
import { consumeMsgctl, openMsgctl, publishMsgctl } from './runtime/by-msgctl.mjs';
import { openPeers } from './runtime/peers.mjs';
import { compare, cpuSince, measureCalls } from './runtime/rounds.mjs';
import { openStage } from './runtime/stage.mjs';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '0.1' }, rounds: { type: 'string', default: '25' }, only: { type: 'string' } },
});
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);
const wanted = values.only?.split(',') ?? ['calls', 'peers', 'memory', 'publish', 'consume'];
const IN_FLIGHT = [1, 10, 100, 500];
const WINDOWS = [1, 100];
const MESSAGES = 10_000;
/** Filling a queue takes longer than emptying it. */
const ROUNDS_OF_CONSUMING = 7;

const FLEETING = 'by hand, transient';
const KEPT = 'by hand, quorum';

const stage = await openStage();
const { url, services } = stage;
try {
  console.log(`${cpus().length} processors, Node ${process.version}, ${rounds} rounds of ${seconds} s`);
  // First: a call in memory takes microseconds, and twice as many in a process that five other libraries have run in.
  if (wanted.includes('memory')) await measureMemory();
  if (wanted.includes('calls')) await measureCallsOf([]);
  if (wanted.includes('peers')) await measureCallsOf(await openPeers(url));
  if (wanted.includes('publish')) await measurePublishing();
  if (wanted.includes('consume')) await measureConsuming();
} finally {
  await stage.close();
}

/** Beside peers as well, where there are any: these are slower by far, and have rounds of their own. */
async function measureCallsOf(peers) {
  const subjects = [
    await callFleeting(url),
    await callKept(url),
    await openMsgctl(services, 'msgctl, transient queue', { interaction: 'createFleeting', url }),
    await openMsgctl(services, 'msgctl, quorum queue: its default', { interaction: 'create', url }),
    ...peers,
  ];
  await warmUp(subjects);
  let fast = subjects;
  for (const inFlight of IN_FLIGHT) {
    const measure = ({ call }) => measureCalls(call, inFlight, seconds);
    fast = await compare(`Calls${peers.length > 0 ? ' beside libraries' : ''}, ${inFlight} in flight`, {
      subjects: fast,
      // Those of them that take a tenth of a second for a call take long for each round.
      rounds: peers.length > 0 ? Math.ceil(rounds / 3) : rounds,
      measure,
      bases: [FLEETING, KEPT],
      unit: 'calls/s',
    });
  }
  for (const subject of subjects) await subject.close();
}

/** Services have run for a while when it matters how fast they are. */
async function warmUp(subjects) {
  for (const { call } of subjects) await measureCalls(call, 10, 1);
}

async function measureMemory() {
  const subjects = [
    await openMsgctl(services, 'msgctl in memory, an order', { interaction: 'create' }),
    await openMsgctl(services, 'msgctl in memory, a few bytes', { interaction: 'count' }),
  ];
  await warmUp(subjects);
  for (const inFlight of IN_FLIGHT) {
    const measure = ({ call }) => measureCalls(call, inFlight, seconds);
    await compare(`Calls in memory, ${inFlight} in flight`, { subjects, rounds, measure, bases: [], unit: 'calls/s' });
  }
  for (const subject of subjects) await subject.close();
}

async function measurePublishing() {
  const subjects = [
    await publishConfirmed(url, FLEETING, { key: 'placed-fleeting', persistent: false }),
    await publishConfirmed(url, KEPT, { key: 'placed-by-hand', persistent: true }),
    await publishMsgctl(services, url, 'msgctl, transient queue', { key: 'placed-fleeting', interaction: 'placedFleeting' }),
    await publishMsgctl(services, url, 'msgctl, quorum queue', { key: 'placed', interaction: 'placed' }),
  ];
  const [{ purge }] = subjects;
  await warmUp(subjects);
  for (const inFlight of WINDOWS) {
    const measure = async ({ call, key }) => {
      const figures = await measureCalls(call, inFlight, seconds);
      await purge(key);
      return figures;
    };
    await compare(`Publishing with confirms, ${inFlight} at once`, {
      subjects,
      rounds,
      measure,
      bases: [FLEETING, KEPT],
      unit: 'messages/s',
    });
  }
  for (const subject of subjects) await subject.close();
}

async function measureConsuming() {
  const subjects = [
    await consumeAll(url, FLEETING, { queue: 'bills.orders.placed-fleeting' }),
    await consumeAll(url, KEPT, { queue: 'bills.orders.placed-by-hand' }),
    await consumeMsgctl(services, url, 'msgctl, transient queue', { queue: 'bills.orders.placed-fleeting', interaction: 'placedFleeting' }),
    await consumeMsgctl(services, url, 'msgctl, quorum queue', { queue: 'bills.orders.placed', interaction: 'placed' }),
  ];
  const measure = async ({ take, queue }) => {
    await fill(url, queue, MESSAGES);
    const cpu = process.cpuUsage();
    const took = await take(MESSAGES);
    return { rate: MESSAGES / took, cpu: cpuSince(cpu) / MESSAGES };
  };
  await compare('Consuming and acknowledging, prefetch 300', {
    subjects,
    rounds: Math.min(rounds, ROUNDS_OF_CONSUMING),
    measure,
    bases: [FLEETING, KEPT],
    unit: 'messages/s',
  });
  for (const subject of subjects) await subject.close();
}
