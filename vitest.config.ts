import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// Generated code imports the package; here that is its source.
const runtime = join(import.meta.dirname, 'src/runtime');
const alias = [
  { find: /^msgctl\/runtime$/, replacement: join(runtime, 'index.ts') },
  { find: /^msgctl\/runtime\/([\w-]+)$/, replacement: join(runtime, '$1.ts') },
];

// Whatever decides about colours must not reach the tests from the shell that starts them.
const shared = { testTimeout: 30_000, env: { NO_COLOR: '1' } };

// Suites on brokers wait more than they work, so that more of them run at once than there are processors.
const BROKER_SUITES = 3;

export default defineConfig({
  test: {
    // What services in tests say on stderr is of interest where a test fails.
    silent: 'passed-only',
    projects: [
      {
        resolve: { alias },
        test: {
          ...shared,
          name: 'without brokers',
          // One fewer by default, which on two processors is half.
          maxWorkers: availableParallelism(),
          sequence: { groupOrder: 1 },
          include: ['test/**/*.test.ts'],
          exclude: ['test/brokers/**'],
        },
      },
      {
        resolve: { alias },
        test: {
          ...shared,
          name: 'on brokers',
          maxWorkers: BROKER_SUITES,
          sequence: { groupOrder: 0 },
          include: ['test/brokers/**/*.test.ts'],
          globalSetup: ['test/brokers/install.ts'],
        },
      },
    ],
  },
});
