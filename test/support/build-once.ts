import { ensureBuilt } from '../../src/launch/ensure-built.ts';

/** Builds the bundles that end-to-end tests start, unless they are fresh. */
export async function setup(): Promise<void> {
  await ensureBuilt();
}
