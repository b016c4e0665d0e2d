import path from 'node:path';
import { defineConfig, mergeConfig } from 'vitest/config';

/** The crash tests to their whole extent, which takes about half an hour; `npm test` runs a cut of the same. */
export default defineConfig(
  mergeConfig(
    { root: path.resolve(import.meta.dirname, '../..') },
    {
      test: {
        globalSetup: ['test/support/global-setup.ts'],
        reporters: ['default', './test/support/tally-reporter.ts'],
        include: [
          'test/crash/**/*.test.ts',
          'test/store/history.property.test.ts',
          'test/store/lock.test.ts',
          'test/store/{journal,recovery,backups}/**/*.test.ts',
        ],
        env: { SWEATSHOP_CRASH: 'full' },
        // Each of them keeps the whole machine busy, and some measure time.
        fileParallelism: false,
        testTimeout: 30 * 60_000,
      },
    },
  ),
);
