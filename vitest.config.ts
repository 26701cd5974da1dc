import { defineConfig } from 'vitest/config';

/**
 * What a test needs is in its file's name, and a name is also the way to run a part: `npm test -- contract`.
 *
 * `x.test.ts`            a unit: no store, or none but those it starts itself
 * `x.contract.test.ts`   a store port's contract, run against each of its implementations
 * `x.service.test.ts`    one service over gRPC
 * `x.gateway.test.ts`    the gateway by inject
 * `x.e2e.test.ts`        separate processes over HTTP and gRPC: two files at a time, for they share the machine's cores
 * `x.timing.e2e.test.ts` the same, with times that are measured: alone
 */
export default defineConfig({
  test: {
    // One PostgreSQL server for the whole run; createTestDatabase gives each file a database of its own.
    globalSetup: ['platform/src/testing/postgres.ts'],
    // Most tests wait for stores and clocks, not for the processor.
    maxWorkers: 6,
    // A machine that others share can miss a moment; what fails twice is broken.
    retry: process.env.CI ? 1 : 0,
    // Two cores run a dozen servers here.
    testTimeout: 30_000,
    expect: { poll: { timeout: 10_000 } },
    hookTimeout: 60_000,
    // To load the code anew for every file would take longer than many tests. It keeps no state in modules.
    isolate: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'main',
          include: ['**/test/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.e2e.test.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['**/test/**/*.e2e.test.ts'],
          exclude: ['**/node_modules/**', '**/*.timing.e2e.test.ts'],
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'timing',
          include: ['**/test/**/*.timing.e2e.test.ts'],
          exclude: ['**/node_modules/**'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
