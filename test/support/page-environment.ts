import type { Environment } from 'vitest/runtime';

/** Plain Node, but with modules compiled as for a page, so that runes react as they do there. */
const environment: Environment = {
  name: 'page',
  viteEnvironment: 'client',
  setup: () => ({ teardown: () => undefined }),
};

// Vitest loads an environment by its default export.
export default environment;
