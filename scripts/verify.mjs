// The sizes that are too large for every change: all tests with the property tests at full size, then the benchmarks, whose figures are for
// people and decide nothing. `npm run verify`.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const steps = [
  [join(root, 'node_modules/.bin/vitest'), 'run'],
  [process.execPath, 'scripts/try-new-project.mjs'],
  [process.execPath, 'scripts/try-languages.mjs'],
  [process.execPath, 'test/bench/start.mjs', '21'],
  [process.execPath, 'test/bench/validate.mjs', '100,1000', '5'],
  [process.execPath, 'test/bench/gen.mjs', '100,1000,10000', '3'],
  [process.execPath, 'test/bench/diff.mjs', '100,1000', '3'],
  [process.execPath, 'scripts/brokers.mjs', process.execPath, 'test/bench/provision.mjs', '1000', '5'],
  [process.execPath, 'scripts/brokers.mjs', process.execPath, 'test/bench/provision.mjs', '1000', '5', 'quorum'],
  [process.execPath, 'scripts/brokers.mjs', process.execPath, 'test/bench/provision-kafka.mjs', '1000', '3', '5'],
  [process.execPath, 'scripts/brokers.mjs', process.execPath, 'test/bench/runtime.mjs'],
];

for (const [command, ...options] of steps) {
  const { status } = spawnSync(command, options, { cwd: root, stdio: 'inherit', env: { ...process.env, MSGCTL_TEST_SIZE: 'full' } });
  if (status !== 0) process.exit(status ?? 1);
}
