import { defineConfig } from 'vitest/config';

// Whatever decides about colours must not reach the tests from the shell that starts them.
const shared = { testTimeout: 30_000, env: { NO_COLOR: '1' } };

export default defineConfig({
  test: {
    projects: [
      { test: { ...shared, name: 'without brokers', include: ['test/**/*.test.ts'], exclude: ['test/brokers/**'] } },
      { test: { ...shared, name: 'on brokers', include: ['test/brokers/**/*.test.ts'], globalSetup: ['test/brokers/install.ts'] } },
    ],
  },
});
