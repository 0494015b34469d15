// Whether memory stays flat: calls through RabbitMQ at 80 % of the most that this machine makes, for so many minutes, with the heap in use after a collection at the end
// of each and the slope of all of them. Build first, and give it a RabbitMQ:
//
//   npm run brokers -- node --expose-gc test/bench/runtime-memory.mjs [--minutes=10] [--load=0.8] [--in-flight=100]
//
// Both ends are in this process. It measures and decides nothing.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openMsgctl } from './runtime/by-msgctl.mjs';
import { measureCalls } from './runtime/rounds.mjs';
import { openStage } from './runtime/stage.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    load: { type: 'string', default: '0.8' },
    'in-flight': { type: 'string', default: '100' },
  },
});
const minutes = Number(values.minutes);
const inFlight = Number(values['in-flight']);
if (globalThis.gc === undefined) throw new Error('It collects garbage before it looks: node --expose-gc.');

/** Calls are begun in steps of so many milliseconds, as many as are due by then. */
const STEP = 5;
/** How often the heap is looked at (milliseconds). */
const LOOK = Math.min(60_000, (minutes * 60_000) / 4);

const stage = await openStage();
try {
  const subject = await openMsgctl(stage.services, 'msgctl', { interaction: 'create', url: stage.url });
  // The first seconds are those of the compiler.
  await measureCalls(subject.call, inFlight, 3);
  const { rate: most } = await measureCalls(subject.call, inFlight, 5);
  const rate = most * Number(values.load);
  console.log(`${Math.round(most)} calls/s at most with ${inFlight} in flight; ${Math.round(rate)} calls/s for ${minutes} minutes`);
  const looks = await keepUp(subject.call, rate);
  const perHour = slopeOf(looks) * 3_600_000;
  console.log(`${(perHour / 2 ** 20).toFixed(2)} MB more in an hour, by the slope of ${looks.length} looks`);
  await subject.close();
} finally {
  await stage.close();
}

/** Calls at a rate, and looks at the heap. */
async function keepUp(call, rate) {
  const begun = performance.now();
  const until = begun + minutes * 60_000;
  const looks = [];
  let underWay = 0;
  let due = 0;
  let made = 0;
  let failed = 0;
  let next = begun + LOOK;
  const one = async () => {
    made += 1;
    underWay += 1;
    await call().catch(() => {
      failed += 1;
    });
    underWay -= 1;
  };
  while (performance.now() < until) {
    const by = Math.floor(((performance.now() - begun) / 1000) * rate);
    // What a machine that falls behind does not get to is left out, and told with the rate.
    for (; due < by; due += 1) if (underWay < 2 * inFlight) void one();
    if (performance.now() >= next) {
      looks.push(look(performance.now() - begun, { made, failed, rate }));
      next += LOOK;
    }
    await sleep(STEP);
  }
  return looks;
}

function look(at, { made, failed, rate }) {
  for (let time = 0; time < 2; time += 1) globalThis.gc();
  const { heapUsed, rss, external } = process.memoryUsage();
  const reached = made / (at / 1000) / rate;
  console.log(
    `${(at / 60_000).toFixed(1).padStart(5)} min  ${megabytes(heapUsed)} MB heap  ${megabytes(external)} MB outside of it  ${megabytes(rss)} MB resident  ` +
      `${(100 * reached).toFixed(0)} % of the rate, ${failed} failed`,
  );
  return { at, heapUsed };
}

/** Bytes a millisecond, by least squares. The first look is left out where there are enough: what is filled once and then stays is no leak. */
function slopeOf(looks) {
  const counted = looks.length > 3 ? looks.slice(1) : looks;
  const mean = (of) => counted.reduce((sum, one) => sum + of(one), 0) / counted.length;
  const [at, heap] = [mean((one) => one.at), mean((one) => one.heapUsed)];
  const above = counted.reduce((sum, one) => sum + (one.at - at) * (one.heapUsed - heap), 0);
  const below = counted.reduce((sum, one) => sum + (one.at - at) ** 2, 0);
  return below === 0 ? 0 : above / below;
}

function megabytes(bytes) {
  return (bytes / 2 ** 20).toFixed(1).padStart(6);
}
