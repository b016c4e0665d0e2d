import path from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const root = path.resolve(import.meta.dirname, '..');
const rendererTests = 'test/renderer/**/*.test.ts';

export default defineConfig({
  root,
  resolve: {
    // The electron package starts a download when it is imported without its binary.
    alias: { electron: path.join(root, 'test/support/no-electron.ts') },
  },
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', './test/support/tally-reporter.ts'],
    testTimeout: 20_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 10_000 } },
    projects: [
      {
        extends: true,
        test: { name: 'node', include: ['test/**/*.test.ts'], exclude: [rendererTests] },
      },
      {
        extends: true,
        plugins: [svelte({ configFile: false })],
        resolve: { conditions: ['browser'] },
        test: {
          name: 'renderer',
          include: [rendererTests],
          environment: './test/support/page-environment.ts',
        },
      },
    ],
  },
});
