import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['*/src/**/*.test.ts', 'test/**/*.test.ts'],
    // chdb allows one process a directory and the acceptance tests start whole systems: two workers on two cores.
    maxWorkers: 2,
    pool: 'forks',
    // Offers one Kafka broker to the whole run; it starts when the first test file asks for it.
    globalSetup: ['test/support/kafka-broker/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
