// Interleaved rounds: every subject in turn, again and again, so that what else the machine does meets all of them. Medians; a ratio is the median of the ratios
// of each round, in which both stood beside each other.
import { median } from '../measured-process.mjs';

/**
 * Measures the subjects, each with `measure(subject)`, which gives { rate, cpu } and perhaps { p50, p99 }: milliseconds, but `cpu` in microseconds of this process for
 * each call or message. Prints a line for each, with its ratios to the subjects that are called as `bases` say. Gives those that are fast enough for more at once: a
 * subject that takes a second for each call takes minutes for the next table.
 */
export async function compare(title, { subjects, rounds, measure, bases, unit }) {
  const figures = new Map(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of subjects) figures.get(subject.name).push(await measure(subject));
  }
  console.log(
    `\n${title.padEnd(48)}${unit.padStart(12)}${bases.map((base) => `/ ${base}`.padStart(22)).join('')}${'us of CPU'.padStart(12)}`,
  );
  for (const [name, own] of figures) {
    const middle = (what) => median(own.map((figure) => figure[what]));
    const ratios = bases.map((base) =>
      median(own.map(({ rate }, round) => rate / figures.get(base)[round].rate))
        .toFixed(2)
        .padStart(22),
    );
    const times = own[0].p50 === undefined ? '' : `   p50 ${middle('p50').toFixed(2)} ms  p99 ${middle('p99').toFixed(2)} ms`;
    console.log(
      `  ${name.padEnd(46)}${Math.round(middle('rate')).toString().padStart(12)}${ratios.join('')}${middle('cpu').toFixed(1).padStart(12)}${times}`,
    );
  }
  return subjects.filter(({ name }) => !figures.get(name).some(({ p50 }) => p50 > 1000));
}

/** As many calls as fit into some seconds, always so many under way: { rate, cpu, p50, p99 }. */
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
  const used = cpuSince(cpu);
  times.sort((a, b) => a - b);
  const at = (part) => times[Math.floor(times.length * part)];
  return { rate: times.length / took, cpu: used / times.length, p50: at(0.5), p99: at(0.99) };
}

/** Microseconds of processor that this process used since then. */
export function cpuSince(cpu) {
  const { user, system } = process.cpuUsage(cpu);
  return user + system;
}
