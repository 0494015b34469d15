// Interleaved rounds: every subject in turn, again and again, so that what else the machine does meets all of them. Medians; a ratio is the median of the ratios
// of each round, in which both stood beside each other.
import { median } from '../measured-process.mjs';

/**
 * Measures the subjects, each with `measure(subject)`, which gives { rate, cpu } and perhaps { times }: of each call in milliseconds; `cpu` in microseconds of this process
 * for each call or message. Prints a line for each, with its ratios to the subjects that are called as `bases` say, and with the times of all rounds together. Gives
 * those that are fast enough for more at once: a subject that takes a second for each call takes minutes for the next table.
 */
export async function compare(title, { subjects, rounds, measure, bases, unit }) {
  const figures = new Map(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of subjects) figures.get(subject.name).push(await measure(subject));
  }
  console.log(
    `\n${title.padEnd(48)}${unit.padStart(12)}${bases.map((base) => `/ ${base}`.padStart(22)).join('')}${'us of CPU'.padStart(12)}`,
  );
  return subjects.filter(({ name }) => {
    const own = figures.get(name);
    const middle = (what) => Math.round(median(own.map((figure) => figure[what])));
    const ratios = bases.map((base) =>
      median(own.map(({ rate }, round) => rate / figures.get(base)[round].rate))
        .toFixed(2)
        .padStart(22),
    );
    const times = own.flatMap((figure) => figure.times ?? []).sort((one, other) => one - other);
    const at = (part) => times[Math.floor(times.length * part)];
    const line = `  ${name.padEnd(46)}${middle('rate').toString().padStart(12)}${ratios.join('')}${middle('cpu').toString().padStart(12)}`;
    console.log(times.length === 0 ? line : `${line}   p50 ${at(0.5).toFixed(2)} ms  p99 ${at(0.99).toFixed(2)} ms`);
    return !(at(0.5) > 1000);
  });
}

/** As many calls as fit into some seconds, always so many under way: { rate, cpu, times }. */
export async function measureCalls(call, inFlight, seconds) {
  const begun = performance.now();
  const until = begun + seconds * 1000;
  const cpu = process.cpuUsage();
  const times = [];
  const one = async () => {
    for (let start = performance.now(); start < until; start = performance.now()) {
      await call();
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, one));
  const took = (performance.now() - begun) / 1000;
  return { rate: times.length / took, cpu: cpuSince(cpu) / times.length, times };
}

/** Microseconds of processor that this process used since then. */
export function cpuSince(cpu) {
  const { user, system } = process.cpuUsage(cpu);
  return user + system;
}
