// Interleaved rounds: every subject in turn, again and again, so that what else the machine does meets all of them. Medians, and ratios of medians.
import { median } from '../measured-process.mjs';

/**
 * Measures the subjects, each with `measure(subject)`, which gives { rate } and perhaps { p50, p99 } in milliseconds. Prints a line for each, with its ratios to
 * the subjects that are called in `bases`, and gives the medians by name.
 */
export async function compare(title, { subjects, rounds, measure, bases, unit }) {
  const figures = subjects.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, subject] of subjects.entries()) figures[index].push(await measure(subject));
  }
  const middle = (index, what) => median(figures[index].map((figure) => figure[what]));
  const results = Object.fromEntries(
    subjects.map(({ name }, index) => [name, { rate: middle(index, 'rate'), p50: middle(index, 'p50'), p99: middle(index, 'p99') }]),
  );
  console.log(
    `\n${title}${' '.repeat(Math.max(1, 50 - title.length))}${unit.padStart(10)}${bases.map((base) => ` / ${base}`.padStart(22)).join('')}`,
  );
  for (const [name, { rate, p50, p99 }] of Object.entries(results)) {
    const ratios = bases.map((base) => (rate / results[base].rate).toFixed(2).padStart(22)).join('');
    const times = p50 === undefined ? '' : `   p50 ${p50.toFixed(2)} ms  p99 ${p99.toFixed(2)} ms`;
    console.log(`  ${name.padEnd(48)}${Math.round(rate).toString().padStart(10)}${ratios}${times}`);
  }
  return results;
}

/** As many calls as fit into some seconds, always so many under way: { rate, p50, p99 }. */
export async function measureCalls(call, inFlight, seconds) {
  const begun = performance.now();
  const until = begun + seconds * 1000;
  const times = [];
  const one = async () => {
    for (let start = performance.now(); start < until; start = performance.now()) {
      await call();
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, one));
  const took = (performance.now() - begun) / 1000;
  times.sort((a, b) => a - b);
  return { rate: times.length / took, p50: times[Math.floor(times.length * 0.5)], p99: times[Math.floor(times.length * 0.99)] };
}
