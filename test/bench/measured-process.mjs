// Whole processes, measured: wall time, processor time of all threads, and the most memory that was resident.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const TIME = '/usr/bin/time';
const hasTime = process.platform === 'linux' && existsSync(TIME);

/** Runs a command and gives { wall, cpu } in ms and { memory } in MB; without GNU time there are no figures but the wall's. */
export function runMeasured([file, ...args], options = {}) {
  const figures = join(tmpdir(), `msgctl-measured-${process.pid}`);
  const [command, argv] = hasTime ? [TIME, ['-q', '-o', figures, '-f', '%U %S %M', file, ...args]] : [file, args];
  const begun = process.hrtime.bigint();
  const { status, signal, stdout, stderr, error } = spawnSync(command, argv, { encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  const wall = Number(process.hrtime.bigint() - begun) / 1e6;
  if (!hasTime || error) return { status, signal, stdout, stderr, error, wall };
  const [user = 0, system = 0, memory = 0] = readFileSync(figures, 'utf8').trim().split('\n').at(-1).split(' ').map(Number);
  rmSync(figures, { force: true });
  return { status, signal, stdout, stderr, wall, cpu: (user + system) * 1000, memory: memory / 1024 };
}

/** The middle one of some numbers; undefined where any of them is missing. */
export function median(values) {
  if (values.length === 0 || values.includes(undefined)) return undefined;
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
