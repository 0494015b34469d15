// How long a large project takes to validate, beside buf and AsyncAPI's command line on the same messages: whole processes in interleaved rounds,
// medians of wall time, processor time and memory, as ratios to the first line of each size. Build first. It measures and decides nothing.
//
//   node test/bench/validate.mjs [sizes, as 100,1000] [rounds]
//
// buf lints all files in one process, as msgctl does. AsyncAPI's command line takes one document for each process: one for each service, of which
// some are measured and the rest is extrapolated, and one document with everything in it.
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeLargeProject } from './large-project.mjs';
import { median, runMeasured } from './measured-process.mjs';
import { bringPeers } from './peers.mjs';

const sizes = (process.argv[2] ?? '100,1000').split(',').map(Number);
const rounds = Number(process.argv[3] ?? 5);
/** How many documents of single services are measured at each size. */
const SAMPLE = 20;
/** A peer that takes longer (milliseconds) is given up, and that is told. */
const PATIENCE = 600_000;

const bin = join(import.meta.dirname, '../../bin/run.js');
const peers = bringPeers(['@bufbuild/buf', '@asyncapi/cli']);
const folder = mkdtempSync(join(tmpdir(), 'msgctl-validate-'));
// AsyncAPI's command line writes into the home folder, and tells its makers of each run but those of CI.
const quiet = { CI: 'true', SUPPRESS_NO_CONFIG_WARNING: '1', HOME: join(folder, 'home'), NO_COLOR: '1' };
const environment = { ...process.env, ...quiet, MSGCTL_CACHE_DIR: join(folder, 'cache') };

try {
  mkdirSync(join(folder, 'home'));
  for (const size of sizes) {
    const project = writeLargeProject(join(folder, String(size)), size);
    print(size, measure(size, project));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Every subject's runs, and how many of its processes make one whole. */
function measure(size, { contracts, protobuf, asyncapi }) {
  const msgctl = (...flags) => ({ command: [process.execPath, bin, 'validate', ...flags], cwd: contracts });
  const subjects = [
    { name: 'msgctl, nothing remembered', ...msgctl('--no-cache') },
    { name: 'msgctl, unchanged', ...msgctl(), first: msgctl() },
    { name: 'msgctl, one file changed', ...msgctl(), before: () => appendFileSync(join(contracts, 'contracts/svc-0.yaml'), '#\n') },
    peer(`buf lint ${peers.versions['@bufbuild/buf']}`, peers.buf, { args: ['lint'], cwd: protobuf }),
    peer(`asyncapi validate ${peers.versions['@asyncapi/cli']}, all in one`, peers.asyncapi, {
      args: ['validate', 'all.yaml'],
      cwd: asyncapi,
      once: true,
    }),
  ];
  for (let number = 0; number < Math.min(SAMPLE, size); number++) {
    const service = Math.floor((number * size) / Math.min(SAMPLE, size));
    const args = ['validate', `svc-${service}.yaml`];
    const name = `asyncapi validate, ${size} documents: extrapolated from ${Math.min(SAMPLE, size)}`;
    subjects.push(peer(name, peers.asyncapi, { args, cwd: asyncapi, once: true, times: size }));
  }
  const results = new Map(subjects.map(({ name, missing, times = 1 }) => [name, { missing, times, runs: [] }]));
  for (let round = 0; round < rounds; round++) {
    for (const subject of subjects) {
      if (subject.missing !== undefined || (subject.once && round > 0)) continue;
      subject.before?.();
      // What is unchanged has been seen before.
      if (subject.first) run(subject.first);
      results.get(subject.name).runs.push(run(subject));
    }
  }
  return results;
}

function peer(name, command, { args, ...rest }) {
  return typeof command === 'string' ? { name, missing: command } : { name, command: [...command, ...args], ...rest };
}

function run({ command, cwd }) {
  const result = runMeasured(command, { cwd, env: environment, timeout: PATIENCE });
  if (result.signal || result.error) return { gaveUp: true };
  if (result.status !== 0) throw new Error(`${command.join(' ')} ended with ${result.status}:\n${result.stdout}${result.stderr}`);
  return result;
}

function print(size, results) {
  process.stdout.write(`${size} services with 10 interactions each, medians of ${rounds} rounds\n`);
  process.stdout.write(`${''.padEnd(60)}${['wall', 'ratio', 'processor', 'memory'].map((word) => word.padStart(12)).join('')}\n`);
  let base;
  for (const [name, { missing, times, runs }] of results) {
    if (missing !== undefined || runs.some(({ gaveUp }) => gaveUp)) {
      process.stdout.write(`${name.padEnd(60)}  ${missing ?? `given up after ${PATIENCE / 1000} s`}\n`);
      continue;
    }
    const wall = median(runs.map((result) => result.wall)) * times;
    const cpu = median(runs.map((result) => result.cpu));
    const memory = median(runs.map((result) => result.memory));
    base ??= wall;
    const cells = [
      `${(wall / 1000).toFixed(2)} s`,
      `${(wall / base).toFixed(2)} ×`,
      cpu === undefined ? 'not known' : `${((cpu * times) / 1000).toFixed(2)} s`,
      memory === undefined ? 'not known' : `${memory.toFixed(0)} MB`,
    ];
    process.stdout.write(`${name.padEnd(60)}${cells.map((cell) => cell.padStart(12)).join('')}\n`);
  }
  process.stdout.write('\n');
}
