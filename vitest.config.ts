import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

/** One project per kind of test: `unit` stands beside its source, `e2e` crosses packages and starts real servers. */
export default defineConfig({
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  ssr: { resolve: { conditions: ['lotse-src', ...defaultServerConditions] } },
  resolve: { conditions: ['lotse-src', ...defaultServerConditions] },
  test: {
    // Limits for a busy machine: a test that waits for something ends when it happens, not when time is up.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: process.env.CI === 'true' ? ['default', './test/support/closing-line.ts'] : ['default'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['libs/*/src/**/*.spec.ts', 'apps/*/src/**/*.spec.{ts,tsx}'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/**/*.e2e-spec.ts', 'apps/server/e2e/**/*.e2e-spec.ts'],
          // Each of these starts servers, databases, browsers: side by side they would only measure each other.
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
